"""What the import of the application must leave alone."""

import subprocess
import sys

from infra.environment import ROOT

# Chalice adds its own handler where ours does not write to sys.stdout, as under pytest.
IMPORT = """
import io, sys
from chalicelib.telemetry import logger
log = logger._logger
before = log.level, list(log.handlers)
sys.stdout = io.StringIO()
import app
sys.exit(0 if (log.level, list(log.handlers)) == before else 1)
"""


def test_the_application_leaves_the_log_as_it_is_set_up():
    assert subprocess.run([sys.executable, "-c", IMPORT], cwd=ROOT, check=False).returncode == 0
