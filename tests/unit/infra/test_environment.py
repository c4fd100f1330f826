import sys

import pytest

from infra.environment import environment, stay_here
from infra.usage import UsageError


def test_the_command_line_wins_over_the_file(tmp_path, monkeypatch):
    file = tmp_path / ".env"
    file.write_text("# a comment\nPORT=1\nexport CHECKOUT_PORT='2'\n\nno assignment\nNAME=\"a = b\"\n")
    monkeypatch.setenv("PORT", "3")

    read = environment(file)

    assert (read["PORT"], read["CHECKOUT_PORT"], read["NAME"]) == ("3", "2", "a = b")
    assert "# a comment" not in read


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("TEST_API_SECRET=mysecret # note", "mysecret"),
        ("TEST_API_SECRET=my#secret", "my#secret"),
        ('TEST_API_SECRET="my # secret" # note', "my # secret"),
        ("TEST_API_SECRET='my $HOME \\n secret'", "my $HOME \\n secret"),
        ('TEST_API_SECRET="two\\nlines"', "two\nlines"),
        ('TEST_API_SECRET="two\nlines"', "two\nlines"),
        ("OTHER=my\nTEST_API_SECRET=${OTHER}secret", "mysecret"),
        ("  export TEST_API_SECRET = mysecret  ", "mysecret"),
        ("TEST_API_SECRET=it's", "it's"),
        ("TEST_API_SECRET=", ""),
        ("TEST_API_SECRET", ""),
        ("\ufeffTEST_API_SECRET=x", "x"),
    ],
)
def test_the_file_is_read_by_the_rules_of_dotenv(tmp_path, monkeypatch, line, value):
    monkeypatch.delenv("TEST_API_SECRET", raising=False)
    file = tmp_path / ".env"
    file.write_text(f"{line}\nNEXT=1\n", encoding="utf-8")

    read = environment(file)

    assert (read["TEST_API_SECRET"], read["NEXT"]) == (value, "1")


def test_a_file_that_cannot_be_read_yet_says_what_to_do(tmp_path, monkeypatch):
    (tmp_path / ".env").write_text("PORT=1")
    monkeypatch.setitem(sys.modules, "dotenv", None)
    with pytest.raises(UsageError, match="make setup"):
        environment(tmp_path / ".env")


def test_a_missing_file_is_no_error(tmp_path):
    assert "PATH" in environment(tmp_path / "none")


def test_neither_a_proxy_nor_a_profile_stands_between_us_and_this_machine():
    environ = {"HTTP_PROXY": "http://proxy", "NO_PROXY": "intra.example", "AWS_PROFILE": "gone"}

    stay_here(environ)

    assert environ["NO_PROXY"] == environ["no_proxy"] == "intra.example,127.0.0.1,localhost"
    assert "AWS_PROFILE" not in environ
