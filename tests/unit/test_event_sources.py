import pytest
from botocore.exceptions import EndpointConnectionError

from chalicelib import aws, event_sources
from chalicelib.config import settings
from chalicelib.domain.errors import Unavailable


class Lambda:
    """As a client of Lambda: its mappings, in pages."""

    def __init__(self, *pages):
        self.pages = pages

    def get_paginator(self, operation):
        assert operation == "list_event_source_mappings"
        return self

    def paginate(self):
        return [{"EventSourceMappings": list(page)} for page in self.pages]


def mapping(queue, state="Enabled"):
    return {"EventSourceArn": f"arn:aws:sqs:us-east-1:1:{settings().stack_name}-{queue}", "State": state}


def test_only_this_stacks_mappings_count_on_whatever_page_they_stand(monkeypatch):
    other = {"EventSourceArn": "arn:aws:sqs:us-east-1:1:another-payments", "State": "Enabled"}
    function = Lambda([mapping("payments"), {"State": "Disabled"}], [other], [mapping("refunds", "Disabled")])
    monkeypatch.setattr(aws, "client", lambda _: function)
    assert event_sources.states() == ["Enabled", "Disabled"]


def test_a_lambda_that_does_not_answer_is_a_dependency_that_does_not(monkeypatch):
    def fail():
        raise EndpointConnectionError(endpoint_url="http://127.0.0.1:9")

    function = Lambda()
    function.paginate = fail
    monkeypatch.setattr(aws, "client", lambda _: function)
    with pytest.raises(Unavailable):
        event_sources.states()
