import pytest

from chalicelib.domain.errors import BadRequest
from chalicelib.domain.frames import may_show, normal


def test_an_origin_is_https_outside_test_stages():
    assert normal("http://localhost:3001", allow_http=True) == "http://localhost:3001"
    with pytest.raises(BadRequest):
        normal("http://shop.example", allow_http=False)


@pytest.mark.parametrize(
    ("allowed", "framing", "answer"),
    [
        ([], ["a"], True), ([], [], True), (["a"], ["a"], True), (["a"], ["b"], False), (["a"], ["a", "b"], False),
        (["a", "b"], ["a", "b"], True), (["a"], [], False),
    ],
)  # fmt: skip
def test_every_page_around_the_frame_must_be_allowed(allowed, framing, answer):
    assert may_show(allowed, framing) is answer
