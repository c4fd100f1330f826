"""The pipeline: its order, its rights, and its smoke test."""

import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import yaml

from infra.deployment import template
from infra.environment import ROOT

TEXT = (ROOT / ".github/workflows/deploy.yml").read_text(encoding="utf-8")
JOBS = yaml.safe_load(TEXT)["jobs"]
RIGHT = {
    "/health": (200, b'{"status":"ok"}'),
    "/api/v1/orders": (401, b'{"error":{"code":"AUTHENTICATION_ERROR"}}'),
    "/no-such-path": (404, b'{"error":{"code":"NOT_FOUND_ERROR"}}'),
}


def commands(job):
    return " ".join(step.get("run", "") for step in JOBS[job]["steps"])


def test_prod_follows_its_plan_which_follows_dev_which_follows_the_checks():
    assert [JOBS[job].get("needs") for job in ("dev", "plan", "prod")] == ["check", "dev", "plan"]
    assert "PLAN=true" in commands("plan")
    assert "smoke.sh" in commands("dev")
    assert "CONFIRM=gateway-prod make deploy STAGE=prod" in commands("prod")
    assert "smoke.sh" in commands("prod")


def test_the_pipeline_keeps_no_key_of_an_account():
    assert yaml.safe_load(TEXT)["permissions"] == {"contents": "read", "id-token": "write"}
    assert "secrets." not in TEXT


def test_only_jobs_of_the_named_environment_may_take_the_role():
    role = yaml.load((ROOT / "infra/deployment/pipeline.yaml").read_text(encoding="utf-8"), template._Loader)  # noqa: S506
    [statement] = role["Resources"]["DeployRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    subjects = statement["Condition"]["StringEquals"]["token.actions.githubusercontent.com:sub"]

    environments = {JOBS[job]["environment"] for job in ("dev", "plan", "prod")}
    assert environments == {"dev", "prod-plan", "prod"}
    assert [subject["Fn::Sub"].rpartition(":")[2] for subject in subjects] == ["${Environment}", "${Environment}-plan"]


def smoke(answers):
    """The smoke test's exit status at a server with these answers."""

    class Api(BaseHTTPRequestHandler):
        def do_GET(self):
            status, body = answers[self.path]
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            """Prints nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Api) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        done = subprocess.run([ROOT / "infra/deployment/smoke.sh", url], capture_output=True, check=False)
        server.shutdown()
    return done.returncode


def test_the_smoke_test_passes_where_everything_is_right():
    assert smoke(RIGHT) == 0


@pytest.mark.parametrize("path", RIGHT)
def test_one_wrong_answer_fails_the_smoke_test(path):
    assert smoke(RIGHT | {path: (500, b"{}")}) == 1
