"""How soon the checkout can be used on a slow machine, and that nothing moves meanwhile.

Lighthouse's measure by CDP: each load has an empty cache and a processor that is four times as slow. What the page does
is measured in the processor's time as well, which other programs on the machine do not change.
"""

import os
from statistics import median

import pytest

pytest.importorskip("playwright.sync_api", reason="no playwright: the loading time is NOT tested")

USABLE = 1_000  # milliseconds until the payer can type
SLOWDOWN = 4
LOADS = 7
WORK = 500  # milliseconds of the page's own thread, slowed down; the rest of USABLE is for the network
START = 6  # page, style sheet, two scripts, order, test instruments
WATCH = """
globalThis.shifts = 0;
globalThis.usable = new Promise((done) => {
  addEventListener("focusin", ({ target }) => target.id === "vpa" && requestAnimationFrame(() => done(performance.now())));
});
new PerformanceObserver((list) => {
  for (const { value } of list.getEntries()) globalThis.shifts += value;
}).observe({ type: "layout-shift", buffered: true });
"""


@pytest.fixture
def load(new_page, stack):
    """Loads the checkout of one order; returns the page and its CDP session."""
    link = f"{stack.checkout}/checkout?order_id={stack.order()}&key=key_test_abc123"

    def loaded(slowdown=1):
        page = new_page()
        page.add_init_script(WATCH)
        session = page.context.new_cdp_session(page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": slowdown})
        session.send("Performance.enable", {"timeDomain": "threadTicks"})
        page.goto(link, wait_until="commit")
        return page, session

    return loaded


def work_of(session):
    """Milliseconds that the page's thread has worked for."""
    metrics = session.send("Performance.getMetrics")["metrics"]
    return next(each["value"] for each in metrics if each["name"] == "TaskDuration") * 1000


def test_the_checkout_can_be_used_within_a_second_on_a_slow_machine(load):
    times = []
    for _ in range(LOADS):
        page, _ = load(SLOWDOWN)
        times.append(page.evaluate("usable"))
        page.context.close()
    if median(times) >= USABLE and os.getloadavg()[0] > os.cpu_count():
        pytest.skip(f"this machine is too busy to measure on: the loading time is NOT tested ({times})")
    assert median(times) < USABLE, times


def test_the_start_of_the_checkout_is_little_work(load):
    work = []
    for _ in range(LOADS):
        page, session = load()
        page.evaluate("usable")
        work.append(work_of(session) * SLOWDOWN)
        page.context.close()
    assert median(work) < WORK, work


def test_nothing_moves_while_the_checkout_loads_and_it_asks_for_little(load):
    page, _ = load(SLOWDOWN)
    page.evaluate("usable")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("shifts") == 0
    asked = page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
    assert len([name for name in asked if not name.endswith("icon.svg")]) + 1 <= START, asked
