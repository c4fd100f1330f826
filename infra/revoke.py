"""`make revoke MERCHANT=id`: revokes all API keys of a merchant and ends its sessions. With KEY=key_…: that key alone.

With NEW_PASSWORD=yes the merchant gets a new password as well, for the case that others know the present password.
"""

import sys

from infra.target import use_target
from infra.usage import told


@told
def main(merchant_id: str, key_id: str, new_password: str) -> int:
    if not merchant_id or new_password not in {"", "yes"}:
        print("Say whose: make revoke MERCHANT=550e8400-… [KEY=key_… or NEW_PASSWORD=yes]", file=sys.stderr)
        return 1
    use_target()
    from chalicelib.domain.errors import BadRequest, NotFound  # noqa: PLC0415  # reads the environment that use_target sets

    try:
        print(_revoke(merchant_id, key_id, renew=new_password == "yes"))
    except (BadRequest, NotFound) as error:
        print(f"{error.description}.", file=sys.stderr)
        return 1
    return 0


def _revoke(merchant_id: str, key_id: str, *, renew: bool) -> str:
    from chalicelib.services.merchants import accounts, auth, keys  # noqa: PLC0415
    from chalicelib.services.merchants.credentials import Caller  # noqa: PLC0415

    if key_id:
        keys.revoke(Caller(merchant_id), key_id)
        return f"{key_id} is revoked. It stops everywhere within 5 seconds."
    # Sessions end first, so that no session can make a key while the keys are being revoked.
    auth.end_sessions(merchant_id)
    password = accounts.renew_password(merchant_id) if renew else ""
    number = keys.revoke_all(merchant_id)
    done = f"API keys revoked: {number}. All sessions are ended. Everything stops within 5 seconds."
    return f"{done}\npassword        {password}" if renew else done


if __name__ == "__main__":
    sys.exit(main(*[*sys.argv[1:], "", "", ""][:3]))
