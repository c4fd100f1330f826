"""`make revoke MERCHANT=id`: revokes all API keys of a merchant and ends its sessions; with KEY=key_… that key alone."""

import sys

from infra.local.settings import UsageError
from infra.target import use_target


def main(merchant_id: str, key_id: str) -> int:
    if not merchant_id:
        print("Say whose: make revoke MERCHANT=550e8400-… [KEY=key_…]", file=sys.stderr)
        return 1
    try:
        use_target()
    except UsageError as error:
        print(error, file=sys.stderr)
        return 1
    from chalicelib.domain.errors import BadRequest, NotFound  # noqa: PLC0415  # reads the environment that use_target sets

    try:
        print(_revoke(merchant_id, key_id))
    except (BadRequest, NotFound) as error:
        print(f"{error.description}.", file=sys.stderr)
        return 1
    return 0


def _revoke(merchant_id: str, key_id: str) -> str:
    from chalicelib.services import auth, keys  # noqa: PLC0415
    from chalicelib.services.credentials import Caller  # noqa: PLC0415

    if key_id:
        keys.revoke(Caller(merchant_id), key_id)
        return f"{key_id} is revoked. It stops everywhere within 5 seconds."
    # First, so that no session can make a key while the keys are being revoked.
    auth.end_sessions(merchant_id)
    number = keys.revoke_all(merchant_id)
    return f"API keys revoked: {number}. All sessions are ended. Everything stops within 5 seconds."


if __name__ == "__main__":
    sys.exit(main(*[*sys.argv[1:], "", ""][:2]))
