"""What the surface adds to the import of the API, which is the larger part of a cold start."""

from collections import defaultdict

from infra.bench import cold

MOST = 1.15
RUNS = 5
WITHOUT = """
import sys, types
from chalice.app import Blueprint
sys.modules["chalicelib.razorpay.routes"] = types.SimpleNamespace(routes=Blueprint("none"))
import app
"""
PROGRAMS = {"with": "import app", "without": WITHOUT}
LOADED = "import app, sys; print(*(name for name in sys.modules if name.startswith('chalicelib.razorpay.')))"
BELOW_V1 = "import app; print(any(path.startswith('/v1') for path in app.app.routes))"


def test_the_import_of_the_api_waits_for_nothing_but_the_surfaces_routes():
    assert cold._python("-c", LOADED).stdout.split() == ["chalicelib.razorpay.routes"]


def test_the_compared_programs_differ_in_the_surface_only():
    for program, has_surface in ((BELOW_V1, "True"), (BELOW_V1.replace("import app", WITHOUT, 1), "False")):
        assert cold._python("-c", program.replace("; print", "\nprint")).stdout.split() == [has_surface]


def test_the_surface_adds_at_most_15_percent_to_the_import_of_the_api():
    runs = defaultdict(list)
    for _ in range(RUNS):  # the programs take turns, and the least CPU time of each counts
        for name, program in PROGRAMS.items():
            runs[name].append(cold._one(program)[0])
    assert min(runs["with"]) <= MOST * min(runs["without"]), dict(runs)
