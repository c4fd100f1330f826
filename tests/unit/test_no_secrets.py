"""No secret is in the repository: what looks like one is either known to be for tests or a mistake."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOOKS_SECRET = {
    "AWS access key": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    "private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
    "webhook secret": r"\bwhsec_[A-Za-z0-9+/]{32}\b",
    "API secret": r"\bsecret_[A-Za-z0-9]{40}\b",
    "token of a code host": r"\b(?:ghp|gho|ghs|github_pat|glpat)[_-][A-Za-z0-9_]{20,}",
    "token of a chat": r"\bxox[baprs]-[A-Za-z0-9-]{10,}",
    "key of another gateway": r"\b(?:sk|rk)_live_[A-Za-z0-9]{16,}",
}
# Made up, in documents and tests; each stands there to be read.
KNOWN = re.compile(r"EXAMPLE|whsec_(?:MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw|AAAA|x{8})")


def _files():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split("\0") if name]


def test_no_file_of_the_repository_holds_a_secret():
    found = [
        f"{path.relative_to(ROOT)}: {kind}: {match[0][:12]}…"
        for path in _files()
        if path.is_file() and path.stat().st_size < 2**20
        for kind, pattern in LOOKS_SECRET.items()
        for match in re.finditer(pattern, path.read_text(encoding="utf-8", errors="ignore"))
        if not KNOWN.search(match[0])
    ]
    assert found == []
