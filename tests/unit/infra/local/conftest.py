"""The local edge over real connections."""

import http.client
import threading

import pytest
import uvicorn

from infra.local import api
from infra.local.edge import Edge
from infra.local.loopback import listen
from infra.local.settings import read_settings
from tests.unit.infra.local.small import make_app


@pytest.fixture(scope="module")
def port():
    sockets = listen(0)
    settings = read_settings({"CORS_ORIGINS": "https://shop.example http://localhost:5173"})
    server = uvicorn.Server(api.config(Edge(make_app(), settings.page_origins)))
    thread = threading.Thread(target=server.run, kwargs={"sockets": sockets})
    thread.start()
    yield sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join()


@pytest.fixture
def ask(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)

    def request(method, path, body=None, **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, {"Content-Type": "application/json"} | named)
        answer = connection.getresponse()
        return answer, answer.read()

    yield request
    connection.close()
