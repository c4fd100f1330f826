"""Finds the AWS account or emulator, and the stage, that a tool of this folder works on, from the usual variables."""

import os
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import boto3
import localstack_client.session

from chalicelib.config import STAGES, TEST_STAGES, Settings, from_environment
from infra.environment import environment, stay_here
from infra.usage import UsageError

DEFAULT_REGION = "us-east-1"


@dataclass(frozen=True)
class Target:
    """Names one stage in one account and region, or in an emulator. endpoint is "" for AWS itself."""

    stage: str
    stack_name: str
    region: str
    endpoint: str
    environ: dict[str, str]

    @property
    def is_emulated(self) -> bool:
        return bool(self.endpoint)

    def client(self, service: str) -> Any:
        """Makes a client. On a test stage LocalStack's own package makes it, so it cannot reach an account."""
        if self.stage in TEST_STAGES:
            keys = (self.environ["AWS_ACCESS_KEY_ID"], self.environ["AWS_SECRET_ACCESS_KEY"])
            return localstack_client.session.Session(*keys, region_name=self.region).client(service)
        return boto3.client(service, region_name=self.region, endpoint_url=self.endpoint or None)

    @cached_property
    def account(self) -> str:
        return str(self.client("sts").get_caller_identity()["Account"])

    @property
    def artifact_bucket(self) -> str:
        return f"{self.stack_name}-artifacts-{self.account}"

    @cached_property
    def settings(self) -> Settings:
        """Returns the settings that the stage's functions will run with. Raises ValueError."""
        return from_environment(self.environ)

    def activate(self) -> None:
        """Makes this the target of chalicelib as well. Call it before an import that reads settings()."""
        os.environ.update(self.environ)


def read_target(stage: str) -> Target:
    """Reads the target from the environment. Raises UsageError.

    Only a test stage reads the .env file: values for an emulator must not reach an account.
    """
    if stage not in STAGES:
        raise UsageError(f"STAGE must be one of {', '.join(STAGES)}: make deploy STAGE=localstack")
    if stage in TEST_STAGES:
        stay_here(os.environ)
    environ = environment() if stage in TEST_STAGES else dict(os.environ)
    endpoint = environ.get("AWS_ENDPOINT_URL", "")
    if stage in TEST_STAGES and not endpoint:
        raise UsageError(f"Stage {stage} is for emulators: say where yours is with AWS_ENDPOINT_URL=http://…")
    if stage in TEST_STAGES:
        environ = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"} | environ
    of_profile = None if stage in TEST_STAGES else boto3.Session().region_name
    region = environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION") or of_profile or DEFAULT_REGION
    stack_name = environ.get("STACK_NAME") or f"gateway-{stage}"
    environ |= {"STAGE": stage, "STACK_NAME": stack_name, "AWS_DEFAULT_REGION": region, "AWS_REGION": region}
    target = Target(stage, stack_name, region, endpoint, environ)
    try:
        _ = target.settings
    except ValueError as error:
        raise UsageError(str(error)) from error
    target.activate()
    return target
