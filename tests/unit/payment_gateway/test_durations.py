import pytest

from payment_gateway.durations import seconds


@pytest.mark.parametrize(
    ("text", "expected"),
    [("90", 90), ("0", 0), ("30s", 30), ("20m", 1200), ("2h", 7200), ("3d", 259200), ("1d12h", 129600), ("1.5h", 5400)],
)
def test_a_duration_is_read_as_people_write_it(text, expected):
    assert seconds(text) == expected


@pytest.mark.parametrize("text", ["", "h", "2 weeks", "-1s", "1h x", "1e3", "٣s "])
def test_another_text_is_no_duration(text):
    with pytest.raises(ValueError, match="is no duration"):
        seconds(text)
