"""Holds what a developer installs: the `gateway` command, the pytest plugin and a small HTTP client.

The gateway itself (app.py, chalicelib/, functions/, infra/, frontend/) lies beside this package in a checkout. In a
wheel it lies in the folder `_root` of this package, so that an installation adds no other name to site-packages.
"""

from pathlib import Path

_HERE = Path(__file__).resolve().parent
_PACKED = _HERE / "_root"
ROOT = _PACKED if _PACKED.is_dir() else _HERE.parent
