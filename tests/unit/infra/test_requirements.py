"""Tests that everything that is installed is pinned with the digests of its files, and the same in each set."""

import re
from itertools import pairwise

import pytest
from packaging.requirements import Requirement

from infra import requirements
from infra.deployment import vendor
from infra.deployment.vendor import PackagingFailed
from infra.environment import ROOT

SETS = ["requirements", "requirements-deploy", "requirements-local", "requirements-dev"]


def compiled(name):
    return ROOT / f"{name}.txt"


@pytest.mark.parametrize("name", ["requirements-build", "requirements-scan", *SETS])
def test_every_package_of_a_set_is_exact_and_has_digests(name):
    locked = requirements.locked(compiled(name))

    assert len(locked) >= 3
    for pin, entry in locked.items():
        assert re.fullmatch(r"[a-z0-9-]+==[\w.]+", pin)
        assert re.fullmatch(r"\S+( --hash=sha256:[0-9a-f]{64})+", entry)


@pytest.mark.parametrize("name", ["requirements-scan", *SETS])
def test_what_is_asked_for_is_locked_and_was_compiled_since(name):
    locked = requirements.locked(compiled(name))

    for requirement in requirements.asked_for(compiled(name).with_suffix(".in")):
        assert f"{requirement.name.lower()}{requirement.specifier}" in locked


@pytest.mark.parametrize(("small", "large"), [*pairwise(SETS)])
def test_a_larger_set_has_the_same_versions_as_a_smaller_one(small, large):
    assert requirements.locked(compiled(small)).items() <= requirements.locked(compiled(large)).items()


def test_what_installs_the_rest_stays_as_it_is_while_the_rest_is_installed():
    build = requirements.locked(compiled("requirements-build"))

    assert build.items() <= requirements.locked(compiled("requirements")).items()


@pytest.mark.parametrize("name", ["requirements-scan", *SETS])
def test_no_set_names_a_registry(name):
    assert "://" not in compiled(name).read_text("utf-8")


def test_comments_and_included_files_are_not_asked_for(tmp_path):
    file = tmp_path / "some.in"
    file.write_text("# why\n-r other.in\nuvloop==1.0 ; sys_platform != 'win32'  # fast\n")

    assert requirements.asked_for(file) == [Requirement("uvloop==1.0 ; sys_platform != 'win32'")]


def test_what_is_packaged_is_installed_by_its_digests():
    entries = vendor.with_digests(vendor.run_time_packages(vendor.Machine("x86_64")))

    assert any(entry.startswith("cryptography==") for entry in entries)
    assert all(" --hash=sha256:" in entry for entry in entries)


def test_a_version_that_was_not_locked_is_not_packaged():
    with pytest.raises(PackagingFailed, match=r"cffi==0\.1.*make setup"):
        vendor.with_digests(["cffi==0.1"])
