"""Explains what LocalStack 4.14 does differently when a deployment fails. emulated_api.py bridges its differences."""

from collections.abc import Mapping

# LocalStack gives no reason when it cannot load the image of the functions.
IMAGE = "public.ecr.aws/lambda/python"
NO_REASON = "Error while creating lambda:"
ANEW = {
    True: "docker compose down --volumes\n  docker compose up -d",
    False: "make destroy STAGE=localstack\n  make deploy STAGE=localstack",
}


def advice(failure: str, environ: Mapping[str, str]) -> str:
    """Returns what to do after a deployment to LocalStack failed. environ: PROXY_TARGETS is set in docker-compose.yml only.

    LocalStack rolls a stack back and leaves resources of it, so the next attempt may meet resources that "already exist".
    """
    lines = [line for line in failure.splitlines() if line.endswith(NO_REASON)]
    image = (
        f"\nLocalStack could not load {IMAGE} from its registry, which it asks after each of its starts."
        if lines
        else ""
    )
    return f"{image}\nLocalStack may keep parts of a stack that failed. To start anew:\n  {ANEW['PROXY_TARGETS' in environ]}"
