"""Decides which addresses a merchant's URL may lead to: only public unicast addresses.

The tables are written out rather than taken from ipaddress.is_global, whose answer changed between patch releases of
Python. Source: the IANA special-purpose address registries.
"""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

# 2000::/3 is all of IPv6 that is assigned as global unicast. Outside it lie loopback, unspecified, IPv4-mapped and
# -compatible, NAT64 (64:ff9b::/96, 64:ff9b:1::/48), discard, SRv6, unique local (with fd00:ec2::254), link-local,
# site-local and multicast.
_GLOBAL_UNICAST = ip_network("2000::/3")

_REFUSED = {
    ip_network(block): name
    for block, name in {
        "0.0.0.0/8": "unspecified",
        "10.0.0.0/8": "private",
        "100.64.0.0/10": "carrier-grade NAT",
        "127.0.0.0/8": "loopback",
        "168.63.129.16/32": "cloud metadata",
        "169.254.0.0/16": "link-local",
        "172.16.0.0/12": "private",
        "192.0.0.0/24": "reserved",
        "192.0.2.0/24": "documentation",
        "192.88.99.0/24": "6to4 relay",
        "192.168.0.0/16": "private",
        "198.18.0.0/15": "benchmarking",
        "198.51.100.0/24": "documentation",
        "203.0.113.0/24": "documentation",
        "224.0.0.0/4": "multicast",
        "240.0.0.0/4": "reserved",
        "2001::/23": "Teredo or another protocol assignment",
        "2001:db8::/32": "documentation",
        "2002::/16": "6to4",
        "3fff::/20": "documentation",
    }.items()
}
_ISATAP = {0x00005EFE, 0x02005EFE}  # the upper half of an interface id that embeds an IPv4 address, RFC 5214


def _special_name(address: IPv4Address | IPv6Address) -> str | None:
    return next((name for network, name in _REFUSED.items() if address in network), None)


def refusal(address: str) -> str | None:
    """Returns the kind of an address to which no webhook may go; None for a public address.

    Raises ValueError if the text is not an address.
    """
    parsed = ip_address(address)
    if isinstance(parsed, IPv6Address):
        if parsed not in _GLOBAL_UNICAST:
            return "not global unicast"
        if (int(parsed) >> 32) & 0xFFFFFFFF in _ISATAP:
            return "ISATAP"
    return _special_name(parsed)


def network(address: str) -> str:
    """Returns the network that one caller is assumed to own: an IPv4 address, or the /64 of an IPv6 address.

    Returns any other text unchanged.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or IPv6Address(int(parsed) >> 64 << 64))
    return str(parsed)
