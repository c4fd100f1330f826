from typing import Any

from chalicelib.api.call import Call
from chalicelib.api.routing import Routes
from chalicelib.api.schemas import KeyChange, NewKey
from chalicelib.domain.scopes import Scope
from chalicelib.services.merchants import keys

routes = Routes(__name__)


@routes.on("GET", "/api/v1/keys", scope=Scope.KEYS_READ)
def list_keys(call: Call) -> Any:
    rows = keys.show(call.merchant_id)
    return {"data": rows, "total": len(rows), "limit": keys.MAX_SHOWN, "offset": 0, "next_cursor": None}


@routes.on("POST", "/api/v1/keys", scope=Scope.KEYS_WRITE, body=NewKey)
def create_key(call: Call, wanted: NewKey) -> Any:
    return 201, keys.create(call.caller, wanted.name, wanted.scopes)


@routes.on("PATCH", "/api/v1/keys/{key_id}", scope=Scope.KEYS_WRITE, body=KeyChange)
def change_key(call: Call, key_id: str, change: KeyChange) -> Any:
    return keys.change(call.caller, key_id, change.name, change.scopes)


@routes.on("DELETE", "/api/v1/keys/{key_id}", scope=Scope.KEYS_WRITE)
def revoke_key(call: Call, key_id: str) -> Any:
    keys.revoke(call.caller, key_id)
    return {"id": key_id, "deleted": True}
