import pytest

from chalicelib.domain import clock
from chalicelib.persistence.webhook_endpoints import PreviousSecret, WebhookEndpoint
from chalicelib.services import views

NOW = 1_800_000_000.0


@pytest.mark.parametrize(
    ("ends", "shown"),
    [([], None), ([NOW - 1], None), ([NOW + 60], NOW + 60), ([NOW + 60, NOW + 30], NOW + 60), ([NOW, NOW - 5], None)],
)
def test_a_previous_secret_ends_in_the_future_or_is_not_shown(ends, shown, monkeypatch):
    monkeypatch.setattr(clock, "source", lambda: NOW)
    previous = [PreviousSecret(sealed=b"x", expires_at=end) for end in ends]
    endpoint = WebhookEndpoint("m", "we", previous_secrets=previous or None)

    assert views.endpoint(endpoint)["previous_secret_expires_at"] == (shown and clock.iso(shown))
