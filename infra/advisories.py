"""`make advisories`: lists the known vulnerabilities of the deployed packages.

Prints a loud line when the advisory database cannot be reached, or when it does not know a package.
Exit status: 1 for a known vulnerability. A lookup that fails does not change the exit status.
"""

import importlib.metadata
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from infra import package


def deployed() -> list[str]:
    """Returns name==version of every package in the artifact, and of Chalice, of which the artifact holds two files.

    boto3 and botocore belong to Lambda's runtime and are left out.
    """
    return [*package.run_time_packages(), f"chalice=={importlib.metadata.version('chalice')}"]


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        requirements = Path(folder, "requirements.txt")
        requirements.write_text("\n".join(deployed()), encoding="utf-8")
        options = ["-r", str(requirements), "--no-deps", "--disable-pip", "-f", "json"]
        ran = subprocess.run([sys.executable, "-m", "pip_audit", *options], capture_output=True, text=True, check=False)
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
