"""`python -m infra.deployment.transform`: prints the packaged template of prod as CloudFormation's SAM transform makes it.

The policies of .ci/scan know CloudFormation's own resources only.
"""

import json
import logging
import os
from typing import Any

from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

from infra.environment import ROOT

REGION = "us-east-1"
PACKAGED = ROOT / "build" / "prod" / "template.json"


def transformed(whole: dict[str, Any], digest: str) -> dict[str, Any]:
    """Returns a template of stage prod after the transform. digest: of the artifact. Changes `whole`."""
    os.environ.setdefault("AWS_DEFAULT_REGION", REGION)  # the translator asks boto3 for a region
    logging.getLogger("samtranslator").setLevel(logging.ERROR)
    given = {"Stage": "prod", "ArtifactBucket": "artifacts", "ArtifactKey": f"{digest}.zip"}
    values = {name: declared.get("Default", "") for name, declared in whole["Parameters"].items()} | given
    translated: dict[str, Any] = Translator({}, Parser()).translate(whole, values)
    return translated


if __name__ == "__main__":
    print(json.dumps(transformed(json.loads(PACKAGED.read_text(encoding="utf-8")), "a" * 64), indent=1))
