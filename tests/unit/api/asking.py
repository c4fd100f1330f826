"""What the tests of the API's wrapper share. No server and no AWS stand behind it: Lambda's handler is called."""

import json

JSON = {"Content-Type": "application/json"}


def error(response, status):
    assert response.status_code == status
    shown = json.loads(response.body)["error"]
    assert response.headers["X-Request-Id"] == shown["request_id"]
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "X-Request-Id" in response.headers["Access-Control-Expose-Headers"]
    return shown


def raising(failure):
    def fail(*_, **__):
        raise failure

    return fail
