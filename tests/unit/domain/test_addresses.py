"""Our table of addresses against one that others drew from the IANA registries."""

import random
from ipaddress import ip_address

import pytest
from ssrfguard import DEFAULT_DENIED, BlockedAddressError, Policy

from chalicelib.domain.addresses import network, refusal

RNG = random.Random(10)


def some_addresses(network):
    size = network.num_addresses
    offsets = {0, size - 1, *(RNG.randrange(size) for _ in range(20))}
    return [ip_address(int(network.network_address) + offset) for offset in offsets]


def is_denied_by_others(address):
    try:
        Policy().check_address(address)
    except BlockedAddressError:
        return True
    return False


@pytest.mark.parametrize("block", DEFAULT_DENIED.blocks, ids=lambda block: str(block.network))
def test_what_the_independent_table_denies_we_deny(block):
    let_through = [a for a in some_addresses(block.network) if is_denied_by_others(a) and not refusal(str(a))]
    assert let_through == []


def test_most_of_the_internet_is_allowed_by_both():
    addresses = [ip_address(RNG.randrange(1 << 24, 223 << 24)) for _ in range(2000)]
    assert all(bool(refusal(str(address))) == is_denied_by_others(address) for address in addresses)


def test_what_is_no_address_is_an_error():
    with pytest.raises(ValueError, match="does not appear"):
        refusal("example.com")


@pytest.mark.parametrize(
    ("address", "whose"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::"),
        ("2001:db8:1:2:bbbb::2", "2001:db8:1:2::"),
        ("2001:db8:1:3::1", "2001:db8:1:3::"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("", ""),
        ("unknown", "unknown"),
    ],
)
def test_who_has_one_ipv6_address_has_its_whole_network(address, whose):
    assert network(address) == whose
