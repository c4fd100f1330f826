"""The verifiers of docs/webhooks.md do what they claim, in each language that this machine can run."""

import base64
import json
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from chalicelib.domain import webhooks
from chalicelib.domain.signature_check import check_signature
from chalicelib.outbound import ErrorClass

PAGE = (Path(__file__).parents[3] / "docs" / "webhooks.md").read_text("utf-8")
BODY = webhooks.body(
    "evt_1", "payment.success", 1_790_000_000, 3, {"payment": {"id": "pay_1", "notes": {"7": "ü€😀\u2028"}}}
)
SECRET, NEXT, OTHER = (webhooks.new_secret() for _ in range(3))


def signed(*secrets, age=0):
    """The headers of an attempt of this moment, or of so many seconds ago."""
    sent = webhooks.headers("id-1", int(time.time()) - age, BODY, secrets)
    return {name.lower(): value for name, value in sent.items()}


def without(name):
    return {key: value for key, value in signed(SECRET).items() if key != name}


@pytest.fixture
def cases():
    """name: (body, headers, secret, whether verify_hex accepts it, whether verify does).

    The verifiers read the clock, so the headers are signed when a test runs, which may be minutes after its import.
    """
    return {
        "what we send": (BODY, signed(SECRET), SECRET, True, True),
        "the seeded secret": (BODY, signed("whsec_test_abc123"), "whsec_test_abc123", True, None),
        "the new secret while rotating": (BODY, signed(NEXT, SECRET), NEXT, True, True),
        "the old secret while rotating": (BODY, signed(NEXT, SECRET), SECRET, False, True),
        "another secret": (BODY, signed(SECRET), OTHER, False, False),
        "another body": (BODY + " ", signed(SECRET), SECRET, False, False),
        "no headers": (BODY, {}, SECRET, False, False),
        "no id": (BODY, without("webhook-id"), SECRET, True, False),
        "no timestamp": (BODY, without("webhook-timestamp"), SECRET, True, False),
        "no standard signature": (BODY, without("webhook-signature"), SECRET, True, False),
        "an odd timestamp": (BODY, signed(SECRET) | {"webhook-timestamp": "soon"}, SECRET, True, False),
        "a replay": (BODY, signed(SECRET, age=400), SECRET, True, False),
        "the future": (BODY, signed(SECRET, age=-400), SECRET, True, False),
        "upper case": (
            BODY,
            signed(SECRET) | {"x-webhook-signature": webhooks.sign(BODY, SECRET).upper()},
            SECRET,
            False,
            True,
        ),
        "non-ASCII signatures": (
            BODY,
            signed(SECRET) | {"x-webhook-signature": "é" * 64, "webhook-signature": "v1,é x"},
            SECRET,
            False,
            False,
        ),
    }


DRIVERS = {
    "javascript": """
const cases = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
const both = (body, headers, secret) => [verifyHex, verify].map((f) => f(body, headers, secret));
const verdicts = cases.map(([body, ...rest]) => both(Buffer.from(body, "base64"), ...rest));
console.log(JSON.stringify(verdicts));
""",
    "php": """
$verdicts = [];
foreach (json_decode(file_get_contents('php://stdin'), true) as [$text, $headers, $secret]) {
    $body = base64_decode($text);
    $verdicts[] = [verify_hex($body, $headers, $secret), verify($body, $headers, $secret)];
}
echo json_encode($verdicts);
""",
    "go": """
package main

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"os"
)

func main() {
	var cases [][3]json.RawMessage
	json.NewDecoder(os.Stdin).Decode(&cases)
	verdicts := [][2]bool{}
	for _, c := range cases {
		var text, secret string
		var fields map[string]string
		json.Unmarshal(c[0], &text)
		json.Unmarshal(c[1], &fields)
		json.Unmarshal(c[2], &secret)
		body, _ := base64.StdEncoding.DecodeString(text)
		header := http.Header{}
		for name, value := range fields {
			header.Set(name, value)
		}
		verdicts = append(verdicts, [2]bool{verifyHex(body, header, secret), verify(body, header, secret)})
	}
	json.NewEncoder(os.Stdout).Encode(verdicts)
}
""",
}


def snippet(language):
    blocks = re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 1
    return blocks[0]


def assert_verdicts(verdicts, cases):
    expected = {name: case[3:] for name, case in cases.items()}
    given = dict(zip(cases, map(tuple, verdicts), strict=True))
    # None: what comes of a secret that is not base64 is each decoder's own affair.
    given = {
        name: tuple(e if e is None else g for e, g in zip(expected[name], verdict, strict=True))
        for name, verdict in given.items()
    }
    assert given == expected


def run(arguments, cwd, cases):
    texts = json.dumps([(base64.b64encode(case[0].encode()).decode(), *case[1:3]) for case in cases.values()])
    done = subprocess.run(arguments, input=texts, capture_output=True, text=True, cwd=cwd, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_python_verifier(cases):
    names = {}
    exec(snippet("python"), names)  # noqa: S102  # it is our own page
    verifiers = (names["verify_hex"], names["verify"])
    verdicts = [[f(case[0].encode(), case[1], case[2]) for f in verifiers] for case in cases.values()]
    assert_verdicts(verdicts, cases)


def needs(runtime):
    reason = f"{runtime.upper()} IS ABSENT: its verifier in docs/webhooks.md stays unproven"
    return pytest.mark.skipif(shutil.which(runtime) is None, reason=reason)


@needs("node")
def test_the_node_verifier(tmp_path, cases):
    (tmp_path / "verify.js").write_text(snippet("javascript") + DRIVERS["javascript"], "utf-8")
    assert_verdicts(run(["node", "verify.js"], tmp_path, cases), cases)


@needs("php")
def test_the_php_verifier(tmp_path, cases):
    (tmp_path / "verify.php").write_text(snippet("php") + DRIVERS["php"], "utf-8")
    assert_verdicts(run(["php", "verify.php"], tmp_path, cases), cases)


@needs("go")
def test_the_go_verifier(tmp_path, cases):
    (tmp_path / "verify.go").write_text(snippet("go"), "utf-8")
    (tmp_path / "main.go").write_text(DRIVERS["go"], "utf-8")
    assert_verdicts(run(["go", "run", "verify.go", "main.go"], tmp_path, cases), cases)


def test_the_page_names_every_event_class_of_failure_and_check():
    named = set(re.findall(r"`([a-z_.]+)`", PAGE))
    checks = {check.name for check in check_signature(BODY, signed(SECRET), [], int(time.time()))}
    assert {*webhooks.ALL_EVENTS, *ErrorClass, *checks} <= named
