"""infra/deployment/proxy/gateway.conf in a real nginx, in front of a server that answers as LocalStack does."""

import getpass
import re
import shutil
import subprocess
import threading
import time
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from infra.deployment import proxy
from infra.deployment.publish import Origins
from infra.environment import ROOT
from infra.local.ports import any_free_port

pytestmark = pytest.mark.skipif(not shutil.which("nginx"), reason="no nginx here: apt install nginx-light")
CONF = (ROOT / "infra/deployment/proxy/gateway.conf").read_text(encoding="utf-8")
BUCKETS = {"dashboard": "d", "checkout": "c"}


class Emulator(BaseHTTPRequestHandler):
    """API Gateway under /api, website buckets elsewhere. As LocalStack's, the websites refuse HEAD."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.seen.append((self.command, self.path))
        if not self.path.startswith("/api"):
            self.answer(200, "text/html", b"<page>")
        elif not self.server.deployed:
            self.answer(404, "application/xml", b"<Code>NoSuchBucket</Code>")
        elif self.path == "/api/health":
            self.answer(200, "application/json", b"{}")
        else:
            self.answer(404, "application/json", b'{"error":{"code":"NOT_FOUND_ERROR"}}')

    def do_HEAD(self):
        self.answer(405, "text/html", b"")

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen.append((self.command, self.path))
        self.answer(201 if self.server.deployed else 404, "application/json", body)

    def answer(self, status, kind, body):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Prints nothing."""


@pytest.fixture
def emulator():
    with ThreadingHTTPServer(("127.0.0.1", 0), Emulator) as server:
        server.deployed, server.seen = True, []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def configured(folder, emulator, ports):
    """The configuration with free ports, and the targets that the deployer would write. Returns nginx's arguments."""
    conf = re.sub(r"listen (\d+)", lambda found: f"listen 127.0.0.1:{ports[int(found[1])]}", CONF)
    conf = re.sub(r"(?<=proxy_cache_path )\S+", str(folder / "cache"), conf).replace("200 5s", "200 1s")
    (folder / "gateway.conf").write_text(conf)
    shutil.copy(ROOT / "infra/deployment/proxy/refusal.conf", folder)
    (folder / "targets").mkdir()
    endpoint = f"http://127.0.0.1:{emulator.server_port}"
    (folder / "targets/targets.conf").write_text(proxy.targets(endpoint, "/api", BUCKETS, Origins()))
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind}; " for kind in ("proxy", "client_body", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"user {getpass.getuser()}; pid {folder}/pid; error_log {folder}/error.log; daemon off; events {{}}\n"
        f"http {{ access_log off; {temporary} include {folder}/gateway.conf; }}"
    )
    return ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")]


@pytest.fixture
def ports(tmp_path, emulator):
    ports = {port: any_free_port() for port in (8000, 3000, 3001)}
    arguments = configured(tmp_path, emulator, ports)
    subprocess.run([*arguments, "-t"], check=True, capture_output=True)
    with subprocess.Popen(arguments) as nginx:
        _until_it_listens(ports[3001])
        yield ports
        nginx.terminate()


def _until_it_listens(port):
    deadline = time.monotonic() + 10
    while True:
        try:
            return HTTPConnection("127.0.0.1", port, timeout=5).connect()
        except OSError:
            assert time.monotonic() < deadline, "nginx did not start"
            time.sleep(0.05)


def ask(port, path, method="GET", body=None):
    """Returns status, type and body of the answer."""
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(method, path, body, {"Host": "localhost"})
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, answer.getheader("Content-Type"), content


@pytest.mark.parametrize(
    ("port", "path"), [(3000, "/"), (3000, "/app/main.js"), (3001, "/checkout.js"), (3001, "/checkout")]
)
def test_a_page_answers_head_as_it_answers_get_without_the_body(ports, port, path):
    assert ask(ports[port], path, "HEAD") == (200, "text/html", b"")
    assert ask(ports[port], path) == (200, "text/html", b"<page>")


def test_while_nothing_is_deployed_the_api_says_so_in_the_contracts_shape(ports, emulator):
    emulator.deployed = False

    status, kind, body = ask(ports[8000], "/api/v1/orders", "POST", b"{}")

    assert (status, kind) == (503, "application/json")
    assert b'"code":"SERVER_ERROR"' in body
    assert b"docker compose up -d" in body
    assert ("POST", "/api/api/v1/orders") not in emulator.seen


def test_a_deployment_is_noticed_at_once_and_its_loss_after_the_time_of_the_cache(ports, emulator):
    emulator.deployed = False
    assert ask(ports[8000], "/health")[0] == 503
    emulator.deployed = True
    assert ask(ports[8000], "/nothing")[0] == 404
    emulator.deployed = False
    time.sleep(2.2)  # nginx counts in whole seconds
    assert ask(ports[8000], "/nothing")[0] == 503


def test_the_answers_and_bodies_of_a_deployed_api_pass_unchanged(ports):
    assert ask(ports[8000], "/api/v1/nothing") == (404, "application/json", b'{"error":{"code":"NOT_FOUND_ERROR"}}')
    assert ask(ports[8000], "/api/v1/orders", "POST", b'{"amount":1}') == (201, "application/json", b'{"amount":1}')


def test_many_requests_ask_once_whether_the_api_is_deployed(ports, emulator):
    for _ in range(20):
        ask(ports[8000], "/api/v1/nothing")
    assert emulator.seen.count(("GET", "/api/health")) <= 3


@pytest.mark.parametrize(("path", "status"), [("/v1/checkout/embedded", 404), ("/v1/orders", 403)])
def test_a_page_of_any_shop_reaches_the_hosted_checkout_and_nothing_else(ports, path, status):
    connection = HTTPConnection("127.0.0.1", ports[8000], timeout=10)
    connection.request("GET", path, headers={"Host": "localhost", "Origin": "http://shop.test"})

    assert connection.getresponse().status == status
    connection.close()
