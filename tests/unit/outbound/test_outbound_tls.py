"""TLS to a checked address: the certificate has to be the URL's name's, and the server is told that name."""

import socket
import ssl
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from chalicelib.domain import webhook_urls
from chalicelib.outbound import connections, post

NAME = "hooks.example.com"


def certificate_of(name, valid_days=1):
    """A self-signed certificate and its key, as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=2))
        .not_valid_after(now + timedelta(days=valid_days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    return certificate.public_bytes(serialization.Encoding.PEM) + pem


@pytest.fixture
def server_names():
    return []


@pytest.fixture
def tls_receiver(receiver_of, tmp_path, server_names):
    """A receiver with this PEM; server_names collects what clients ask for in SNI."""

    def start(pem):
        path = tmp_path / "server.pem"
        path.write_bytes(pem)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        context.sni_callback = lambda _socket, name, _context: server_names.append(name)

        def serve(connection, receiver):
            with context.wrap_socket(connection, server_side=True) as secure:
                receiver.answer(secure)

        return receiver_of(serve)

    return start


@pytest.fixture
def trusting(monkeypatch):
    def trust(pem):
        context = ssl.create_default_context(cadata=pem[: pem.index(b"-----BEGIN PRIVATE")].decode())
        monkeypatch.setattr(connections, "tls_context", lambda: context)

    return trust


def send(port, *, allow_private=True):
    url = f"https://{NAME}:{port}/"
    return post(url, "{}", {}, allow_private=allow_private, timeout=2, resolver=lambda *_: ["127.0.0.1"])


def test_a_trusted_certificate_of_that_name_is_accepted_and_the_connection_reused(tls_receiver, trusting, server_names):
    pem = certificate_of(NAME)
    receiver = tls_receiver(pem)
    trusting(pem)
    assert [send(receiver.port).status for _ in range(3)] == [200, 200, 200]
    assert server_names == [NAME]
    assert f"Host: {NAME}:{receiver.port}".encode() in receiver.requests[0]


def test_a_connection_to_a_private_address_never_serves_a_public_stage(tls_receiver, trusting, monkeypatch):
    pem = certificate_of(NAME)
    receiver = tls_receiver(pem)
    trusting(pem)
    monkeypatch.setattr(webhook_urls, "PUBLIC_PORTS", {receiver.port})
    assert send(receiver.port).succeeded
    assert send(receiver.port, allow_private=False).error_class == "dns"


@pytest.mark.parametrize(("name", "valid_days"), [("other.example.com", 1), ("127.0.0.1", 1), (NAME, -1)])
def test_a_certificate_of_another_name_or_time_is_classed_as_tls(tls_receiver, trusting, name, valid_days):
    pem = certificate_of(name, valid_days)
    receiver = tls_receiver(pem)
    trusting(pem)
    attempt = send(receiver.port)
    assert (attempt.status, attempt.error_class) == (None, "tls")
    assert "certificate" in attempt.error_detail
    assert receiver.requests == []


def test_a_certificate_of_an_unknown_authority_is_classed_as_tls(tls_receiver):
    assert send(tls_receiver(certificate_of(NAME)).port).error_class == "tls"


def test_a_server_without_tls_is_classed_as_tls(receiver_of):
    def talk(connection, _receiver):
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    assert send(receiver_of(talk).port).error_class == "tls"


def test_a_handshake_that_hangs_ends_at_the_deadline():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"https://{NAME}:{silent.getsockname()[1]}/"
        attempt = post(url, "{}", {}, allow_private=True, timeout=0.3, resolver=lambda *_: ["127.0.0.1"])
    assert attempt.error_class == "timeout"
    assert 299 <= attempt.duration_ms < 1300
