"""`make deploy STAGE=…`: packages, uploads, creates or updates the stack, seeds, publishes the pages, prints the URLs.

Deploys to the AWS that AWS_ENDPOINT_URL names, or to AWS itself. A second run leaves everything that is right as it is.
"""

import hashlib
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.acquirers import place_of
from infra.deployment import approval, artifacts, emulated_api, localstack, package, proxy, secret_values
from infra.deployment.aws import Target, read_target
from infra.deployment.package import Package
from infra.deployment.publish import Origins, origin, publish
from infra.deployment.stacks import Stack, StackFailed
from infra.deployment.vendor import PackagingFailed
from infra.usage import UsageError

HEALTH_SECONDS = 60
# Variables that are not settings of the application, and the template's parameters for them.
OPERATORS_PARAMETERS = {
    "ALARM_EMAIL": "AlarmEmail",
    "API_REQUESTS_PER_SECOND": "ApiRequestsPerSecond",
    "API_BURST": "ApiBurst",
    "BACKUP_RETENTION_DAYS": "BackupRetentionDays",
    "MONTHLY_BUDGET": "MonthlyBudget",
    "RESERVE_CONCURRENCY": "ReserveConcurrency",
    "WEB_ACL_ARN": "WebAclArn",
    "RELEASE": "Release",
    "API_DOMAIN": "ApiDomain",
    "API_CERTIFICATE": "ApiCertificate",
    "DASHBOARD_DOMAIN": "DashboardDomain",
    "CHECKOUT_DOMAIN": "CheckoutDomain",
    "PAGES_CERTIFICATE": "PagesCertificate",
}
ORIGIN_PARAMETERS = {"API_URL": "ApiOrigin", "CHECKOUT_ORIGIN": "CheckoutOrigin"}


def say(text: str) -> None:
    print(text, flush=True)


def deploy(target: Target) -> None:
    """Deploys the stage. Raises PackagingFailed, StackFailed, UsageError, or an exception of boto3."""
    started = time.monotonic()
    check_acquirer(target.settings.acquirer)
    built = package.build(target.stage)
    say(f"Package     {package.size(built.artifact)}")
    artifact, template_url = _upload(target, built)
    stack = Stack(target.client("cloudformation"), target.stack_name, say)
    say(f"Stack       {target.stack_name} at {target.endpoint or f'AWS, {target.region}'}")
    values = _said(artifact) + parameters(target.environ, stack.parameters())
    role = target.environ.get("CLOUDFORMATION_ROLE", "")
    changed = stack.apply(template_url, values, lambda changes: approval.approve(target, changes, say), role)
    changed |= secret_values.put(target)
    outputs = stack.outputs()
    if built.routes:
        gateway = target.client("apigateway")
        changed |= emulated_api.put(gateway, outputs["RestAPIId"], built.routes, outputs["APIHandlerArn"])
    if target.settings.is_test_stage:
        _seed()
    origins = origins_of(target, outputs)
    buckets = {"dashboard": outputs["DashboardBucket"], "checkout": outputs["CheckoutBucket"]}
    test_stage = target.settings.is_test_stage
    pages = publish(target.client("s3"), buckets, origins, website=test_stage, demo=test_stage)
    _write_proxy_targets(target, outputs, buckets, origins)
    say(f"            {'changed' if changed else 'nothing to change'}; {pages} pages written")
    _wait_until_healthy(api_url(target, outputs))
    _print_urls(origins, time.monotonic() - started)


def check_acquirer(name: str) -> None:
    """Raises UsageError for an unknown bank network, so that a typing error shows now and not at the first payment."""
    try:
        place_of(name)
    except ValueError as error:
        raise UsageError(str(error)) from error


def _upload(target: Target, built: Package) -> tuple[dict[str, str], str]:
    """Uploads the artifact and the template. Returns the artifact's parameters of the template, and the template's URL.

    The names of both files contain a digest of their content.
    """
    s3, bucket = target.client("s3"), target.artifact_bucket
    artifacts.ensure_bucket(s3, bucket, target.region)
    artifact_key = f"{built.digest}.zip"
    template = built.template.read_bytes()
    template_key = f"{hashlib.sha256(template).hexdigest()}.json"
    artifacts.put_once(s3, bucket, artifact_key, built.artifact.read_bytes())
    artifacts.put_once(s3, bucket, template_key, template)
    artifact = {"ArtifactBucket": bucket, "ArtifactKey": artifact_key}
    return artifact, f"{s3.meta.endpoint_url}/{bucket}/{template_key}"


def parameters(environ: Mapping[str, str], known: set[str]) -> list[dict[str, Any]]:
    """Returns the value of each template parameter. A parameter without a variable falls back to its default.

    The operator's parameters are the exception: without a variable they keep their present value.
    An empty variable asks for the default. known: the parameters of the present stack.
    """
    named = {name.upper(): package.parameter(name) for name in package.parameters()} | OPERATORS_PARAMETERS
    said = {ours: environ[name] for name, ours in named.items() if environ.get(name)}
    said |= {ours: origin(environ[name]) for name, ours in ORIGIN_PARAMETERS.items() if environ.get(name)}
    kept = {named[name] for name in OPERATORS_PARAMETERS if name not in environ} & known
    return [
        *_said({"Stage": environ["STAGE"]} | said),
        *({"ParameterKey": name, "UsePreviousValue": True} for name in sorted(kept)),
    ]


def _said(values: dict[str, str]) -> list[dict[str, Any]]:
    return [{"ParameterKey": name, "ParameterValue": value} for name, value in sorted(values.items())]


def _seed() -> None:
    from chalicelib.services.merchants.accounts import seed_test_merchant  # noqa: PLC0415  # reads the environment of the target

    seed_test_merchant()


def api_url(target: Target, outputs: dict[str, str]) -> str:
    if not target.is_emulated:
        return outputs["EndpointURL"].rstrip("/")
    return f"{target.endpoint}/_aws/execute-api/{outputs['RestAPIId']}/{emulated_api.STAGE}"


def origins_of(target: Target, outputs: dict[str, str]) -> Origins:
    """Returns the URLs of the parts for browsers.

    API_URL, CHECKOUT_ORIGIN and DASHBOARD_ORIGIN name a proxy or a domain in front of a part.
    """

    def page(bucket: str, url: str) -> str:
        website = f"http://{outputs[bucket]}.s3-website.localhost:{urlsplit(target.endpoint).port}"
        return outputs.get(url) or website

    return Origins(
        api=target.environ.get("API_URL") or api_url(target, outputs),
        checkout=target.environ.get("CHECKOUT_ORIGIN") or page("CheckoutBucket", "CheckoutUrl"),
        dashboard=target.environ.get("DASHBOARD_ORIGIN") or page("DashboardBucket", "DashboardUrl"),
    )


def _write_proxy_targets(target: Target, outputs: dict[str, str], buckets: dict[str, str], origins: Origins) -> None:
    """Writes the proxy's targets to the file that PROXY_TARGETS names. docker-compose.yml sets that variable."""
    file = target.environ.get("PROXY_TARGETS")
    if file:
        path = urlsplit(api_url(target, outputs)).path
        Path(file).write_text(proxy.targets(target.endpoint, path, buckets, origins), encoding="utf-8")


def _wait_until_healthy(url: str) -> None:
    deadline = time.monotonic() + HEALTH_SECONDS
    while True:
        try:
            urlopen(f"{url}/health", timeout=HEALTH_SECONDS).close()  # noqa: S310  # our own URL, http or https
        except (URLError, OSError) as error:
            if time.monotonic() > deadline:
                raise UsageError(f"Deployed, but {url}/health does not answer: {error}") from error
            time.sleep(1)
        else:
            return


def _print_urls(origins: Origins, seconds: float) -> None:
    say(f"""
  API         {origins.api}/api/v1
  Dashboard   {origins.dashboard}
  Checkout    {origins.checkout}/checkout
  SDK         {origins.checkout}/checkout.js

Deployed in {seconds:.0f} s.""")


def _deploy_or_advise(target: Target) -> None:
    try:
        deploy(target)
    except StackFailed as failure:
        if not target.is_emulated:
            raise
        raise StackFailed(f"{failure}\n{localstack.advice(str(failure), target.environ)}") from failure


def main(stage: str) -> int:
    try:
        _deploy_or_advise(read_target(stage))
    except approval.Planned:
        return 0
    except (PackagingFailed, StackFailed, UsageError, BotoCoreError, ClientError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("STAGE", "")))
