import signal
import sys
import time
from pathlib import Path
from types import SimpleNamespace

from infra.bench import profiling, report, sampling


def frames(*files):
    """Returns a stack whose innermost frame runs code of the first file."""
    frame = None
    for file in reversed(files):
        frame = SimpleNamespace(f_code=SimpleNamespace(co_filename=file, co_name="f"), f_back=frame)
    return frame


def test_a_sample_counts_for_the_innermost_package_and_the_standard_library_for_its_caller():
    stack = frames(
        "/python3.11/json/decoder.py", "/site-packages/pynamodb/models.py", "/work/chalicelib/persistence/base.py"
    )
    assert sampling.room(stack) == "pynamodb"
    assert sampling.room(frames("/python3.11/runpy.py")) == "rest"


def test_a_sampler_sees_the_code_that_uses_the_cpu():
    sampler, code = (
        sampling.Sampler(),
        compile("while time.process_time() < end: pass", "/x/pynamodb/models.py", "exec"),
    )
    sampler.start()
    exec(code, {"time": time, "end": time.process_time() + 0.2})  # noqa: S102  # code of a file with a chosen name
    sampler.stop()
    assert signal.getitimer(signal.ITIMER_PROF)[0] == 0
    assert max(sampler.shares(), key=sampler.shares().get) == "pynamodb"


def test_the_thread_that_works_counts_while_the_main_thread_waits(monkeypatch):
    sampler, waits = sampling.Sampler(), frames("/python3.11/threading.py", "/work/chalicelib/queues.py")
    working = frames("/site-packages/botocore/client.py")
    monkeypatch.setattr(sys, "_current_frames", lambda: {1: working})
    sampler._take(signal.SIGPROF, waits)
    assert sampler.rooms == {"botocore": 1}


def test_the_table_adds_up_a_payments_life_and_leaves_reads_out_of_it():
    steps = {name: {"ours": 1.0, "emulator": 2.0} for name in (*profiling.LIFE, "GET payment")}
    *_, ours, whole = profiling.rows(steps)
    assert ours == ("ours", *(["1.00"] * 5), "4.00")
    assert whole == ("**sum**", *(["3.00"] * 5), "12.00")
    shown = report.profile(steps, {"rooms": {"uvicorn": 0.25, "rest": 0.001}})
    assert "| uvicorn | 25% |" in shown
    assert "| rest |" not in shown


def test_the_rooms_name_code_that_exists():
    assert all(Path(part.strip("/")).parent.exists() for part in sampling.ROOMS if part.startswith("/infra/"))
