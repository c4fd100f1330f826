"""What the gateway in memory refuses with."""


class Refusal(Exception):  # an answer, not a bug
    def __init__(self, status, code, description, field=None, reason=None):
        self.status = status
        error = {"code": code, "description": description, "request_id": "req_1"}
        more = {name: value for name, value in (("field", field), ("reason", reason)) if value}
        self.body = {"error": error | more}
