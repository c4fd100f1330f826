"""`make merchant NAME="Acme" EMAIL=acme@example.com`: makes a merchant and shows its credentials, this once."""

import json
import sys

from infra.target import use_target
from infra.usage import told


@told
def main(name: str, email: str, *, as_json: bool = False) -> int:
    if not name or "@" not in email:
        problem = f"{email!r} is no email address" if name and email else "Say who"
        print(f'{problem}: gateway merchant "Acme" acme@example.com', file=sys.stderr)
        return 1
    use_target()
    from chalicelib.domain.errors import BadRequest  # noqa: PLC0415  # chalicelib reads the environment that use_target sets
    from chalicelib.services.merchants import accounts  # noqa: PLC0415

    try:
        made = accounts.create(name, email)
    except BadRequest as error:
        print(f"{error.description}.", file=sys.stderr)
        return 1
    if as_json:
        fields = {"id": made.id, "email": made.email, "password": made.password, "webhook_secret": made.webhook_secret}
        print(json.dumps(fields | {"api_key": made.pair.key, "api_secret": made.pair.secret}))
        return 0
    print(f"id              {made.id}")
    print(f"api key         {made.pair.key}")
    print(f"api secret      {made.pair.secret}")
    print(f"webhook secret  {made.webhook_secret}")
    print(f"password        {made.password}   (dashboard, with {made.email})")
    return 0


if __name__ == "__main__":
    sys.exit(main(*[*sys.argv[1:], "", ""][:2]))
