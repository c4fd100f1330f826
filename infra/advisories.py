"""`make advisories`: known vulnerabilities of what is deployed. Says so where the database is out of reach.

Exit status: 1 if there is one; what could not be looked up is printed loudly and is no failure.
"""

import json
import subprocess
import sys


def main() -> int:
    command = [sys.executable, "-m", "pip_audit", "-r", "requirements.txt", "--no-deps", "--disable-pip", "-f", "json"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        packages = json.loads(ran.stdout)["dependencies"]
    except (ValueError, KeyError):
        print(f"!! SKIPPED: no answer from the advisory database: {ran.stderr.strip().splitlines()[-1:]}")
        return 0
    skipped = [package["name"] for package in packages if "skip_reason" in package]
    if skipped:
        print(f"!! SKIPPED: the advisory database did not know {', '.join(skipped)}")
    found = [(p["name"], p["version"], v["id"]) for p in packages for v in p.get("vulns", ())]
    for name, version, advisory in found:
        print(f"{name} {version}: {advisory}")
    print(f"{len(packages) - len(skipped)} packages looked up, {len(found)} advisories.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
