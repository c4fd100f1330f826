"""A page of another origin, in the developer's browser, beside a running `make up`: it can neither read nor change anything."""

import base64
import io
import threading
import zipfile
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.browser_fixtures import CHROMIUM
from tests.e2e.client import KEY, SECRET, Client

# Every name under .test leads to this machine, as an attacker's own name would.
REBINDING = "--host-resolver-rules=MAP *.test 127.0.0.1"
CREDENTIALS = {"X-Api-Key": KEY, "X-Api-Secret": SECRET}
JSON = {"Content-Type": "application/json"}
PLAIN = {"Content-Type": "text/plain"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
DYNAMODB = {"X-Amz-Target": "DynamoDB_20120810.Scan", "Content-Type": "application/x-amz-json-1.0"}

# Returns what the page could read: a status and a body, nothing of an opaque answer, or the error.
ATTEMPT = """async ({url, mode, method, headers, body, untyped}) => {
  const sent = untyped ? new TextEncoder().encode(body) : body;
  try {
    const answer = await fetch(url, {mode, method, headers, body: sent});
    return answer.type === "opaque" ? null : {status: answer.status, text: await answer.text()};
  } catch (error) { return null; }
}"""
SUBMIT = """(action) => {
  const form = Object.assign(document.createElement("form"), {method: "post", action});
  document.body.append(form); form.submit();
}"""


@contextmanager
def serving(**headers):
    """A server on loopback that answers everything with an empty page; yields its port and what was asked of it."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(200)
            for name, value in {"Content-Type": "text/html", "Content-Length": "0", **headers}.items():
                self.send_header(name, value)
            self.end_headers()

        do_POST = do_GET  # noqa: N815  # http.server names it so

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port, asked
    server.shutdown()


@pytest.fixture(scope="module")
def run(mortal):
    return mortal.run


@pytest.fixture(scope="module")
def evil(browser):
    """A browser to which evil.test is this machine."""
    own = browser.browser_type.launch(executable_path=CHROMIUM, args=["--no-sandbox", REBINDING])
    yield own
    own.close()


@pytest.fixture
def page(evil):
    with serving() as (port, _):
        opened = evil.new_page()
        opened.goto(f"http://evil.test:{port}/")
        yield opened
        opened.close()


def code():
    """A Lambda function as CreateFunction takes it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("evil.py", "def handler(*_): return 'ran'")
    return base64.b64encode(packed.getvalue()).decode()


def function():
    role = "arn:aws:iam::000000000000:role/x"
    named = f'"FunctionName":"evil","Runtime":"python3.12","Handler":"evil.handler","Role":"{role}"'
    return f'{{{named},"Code":{{"ZipFile":"{code()}"}}}}'


ON_EMULATOR = [
    ("GET", "/", {}, None),
    ("GET", "/_ministack/health", {}, None),
    ("GET", "/?Action=DeleteStack&StackName=gateway-local&Version=2010-05-15", {}, None),
    ("GET", "/gateway-local-dashboard/index.html", {}, None),
    ("POST", "/", DYNAMODB, '{"TableName":"gateway-local-api-keys"}'),
    ("POST", "/", PLAIN, '{"TableName":"gateway-local-api-keys"}'),
    ("POST", "/", FORM, "Action=ListQueues&Version=2012-11-05"),
    ("POST", "/", FORM, "Action=DeleteStack&StackName=gateway-local&Version=2010-05-15"),
    ("POST", "/2015-03-31/functions", PLAIN, function()),
    ("POST", "/2015-03-31/functions", JSON, function()),
    ("POST", "/2015-03-31/functions/evil/invocations", PLAIN, "{}"),
    ("POST", "/_ministack/reset", PLAIN, ""),
    ("DELETE", "/gateway-local-dashboard/index.html", {}, None),
]
ENDPOINT = '{"url":"http://127.0.0.1:1/inner"}'
ON_API = [
    ("GET", "/health", {}, None),
    ("GET", "/api/v1/test/merchant", {}, None),
    ("GET", "/api/v1/orders", CREDENTIALS, None),
    ("POST", "/api/v1/orders", CREDENTIALS | JSON, '{"amount":50000}'),
    ("POST", "/api/v1/webhook-endpoints", CREDENTIALS | JSON, ENDPOINT),
    ("PUT", "/api/v1/merchants/webhook", CREDENTIALS | JSON, '{"webhook_url":"http://127.0.0.1:1/inner"}'),
    ("POST", "/api/v1/merchants/rotate-key", CREDENTIALS, ""),
    ("POST", "/api/v1/auth/session", PLAIN, '{"email":"test@example.com","password":"password123"}'),
]
ON_DASHBOARD = [("GET", "/", {}, None), ("GET", "/config.js", {}, None), ("POST", "/", PLAIN, "x")]
ATTEMPTS = {"endpoint": ON_EMULATOR, "api": ON_API, "dashboard": ON_DASHBOARD}


def state(run):
    """All that an attempt could have changed."""
    client = Client(run["api"])
    endpoints, orders = (client.get(f"/api/v1/{path}").json() for path in ("webhook-endpoints", "orders"))
    dynamodb, sqs, s3 = (_aws(run, service) for service in ("dynamodb", "sqs", "s3"))
    return {
        "endpoints": [each["url"] for each in endpoints["data"]],
        "orders": orders["total"],
        "webhook": client.get("/api/v1/merchants/profile").json()["webhook_url"],
        "tables": dynamodb.list_tables()["TableNames"],
        "queues": sqs.list_queues().get("QueueUrls"),
        "pages": s3.list_objects_v2(Bucket="gateway-local-dashboard")["KeyCount"],
        "functions": _functions(run),
    }


def _aws(run, service):
    return boto3.client(service, endpoint_url=run["endpoint"], region_name="us-east-1")


def _functions(run):
    try:
        return [each["FunctionName"] for each in _aws(run, "lambda").list_functions()["Functions"]]
    except ClientError:  # no such service
        return []


@pytest.mark.parametrize("typed", [True, False], ids=["typed", "untyped"])  # without a type no preflight is needed
@pytest.mark.parametrize("mode", ["cors", "no-cors"])
@pytest.mark.parametrize("where", ATTEMPTS)
def test_a_page_of_another_origin_reads_nothing_and_changes_nothing(run, page, where, mode, typed):
    before, read = state(run), {}
    for method, path, headers, body in ATTEMPTS[where]:
        sent = {name: value for name, value in headers.items() if typed or name != "Content-Type"}
        attempt = {"url": f"{run[where]}{path}", "mode": mode, "method": method, "headers": sent, "body": body}
        read[method, path] = page.evaluate(ATTEMPT, attempt | {"untyped": body is not None and not typed})

    assert {request: answer for request, answer in read.items() if answer} == {}
    assert state(run) == before


def test_a_request_without_a_preflight_does_not_reach_the_application(run, page):
    """Not even one that asks for no credentials: ten of these would lock the developer out."""
    body = '{"email":"test@example.com","password":"wrong"}'
    attempt = {"url": f"{run['api']}/api/v1/auth/session", "method": "POST", "mode": "no-cors", "untyped": True}
    for _ in range(12):
        page.evaluate(ATTEMPT, attempt | {"body": body})

    right = {"email": "test@example.com", "password": "password123"}
    assert Client(run["api"], {}).post("/api/v1/auth/session", right).status_code == 200


@pytest.mark.parametrize(("where", "path"), [("api", "/api/v1/orders"), ("endpoint", "/_ministack/reset")])
def test_a_form_of_the_page_is_refused(run, page, where, path):
    before = state(run)
    with page.expect_navigation() as navigation:
        page.evaluate(SUBMIT, f"{run[where]}{path}")
    assert navigation.value.status == 403
    assert state(run) == before


@pytest.mark.parametrize(("where", "path"), [("api", "/api/v1/test/merchant"), ("endpoint", "/_ministack/health")])
def test_a_name_of_the_attackers_that_leads_here_is_of_no_use(run, evil, where, path):
    """To the browser it is one origin, so nothing but the Host tells."""
    port = run[where].rpartition(":")[2]
    page = evil.new_page()
    page.goto(f"http://evil.test:{port}/")
    answer = page.evaluate(ATTEMPT, {"url": path, "mode": "cors", "method": "GET", "headers": CREDENTIALS})
    page.close()
    assert answer["status"] == 403
    assert "key_test" not in answer["text"]


def test_the_page_could_have_read_and_changed_what_is_not_guarded(page):
    with serving(**{"Access-Control-Allow-Origin": "*"}) as (port, asked):
        url = f"http://127.0.0.1:{port}/open"
        assert page.evaluate(ATTEMPT, {"url": url, "mode": "cors", "method": "GET"}) == {"status": 200, "text": ""}
        page.evaluate(ATTEMPT, {"url": url, "mode": "no-cors", "method": "POST", "headers": PLAIN, "body": "x"})
    assert asked == ["/open", "/open"]
