/** Repeats a task: more slowly after failures, and not at all while the page is hidden. */

/**
 * Returns a steady delay while answers come. Each failure in a row doubles the delay, up to the cap. Milliseconds.
 * @param {number} interval @returns {Delay}
 */
export const steady =
  (interval, cap = 30_000) =>
  (_runs, failures) =>
    Math.min(cap, interval * 2 ** failures);

/**
 * Returns a short delay at first: 0.5 s, which grows by half each time up to the cap. Failures count like runs.
 * @returns {Delay}
 */
export const easing =
  (cap = 3_000) =>
  (runs) =>
    Math.min(cap, 500 * 1.5 ** (runs - 1));

/**
 * Runs `task` at once and then after each `delay(runs, failures)`. A task that returns false ends the polling; a task
 * that throws counts as a failure. `now()` runs the task again at once, after the current run if there is one. A hidden
 * page waits until it is visible.
 * @param {() => unknown} task @param {Delay} delay @returns {Polling}
 */
export function poll(task, delay) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let runs = 0;
  let failures = 0;
  let running = false;
  let again = false;
  let stopped = false;

  async function attempt() {
    try {
      if ((await task()) === false) stop();
      failures = 0;
    } catch {
      failures += 1;
    }
    runs += 1;
  }

  async function tick() {
    clearTimeout(timer);
    again = running;
    if (stopped || running || document.hidden) return;
    running = true;
    await attempt();
    running = false;
    if (!stopped) timer = setTimeout(tick, again ? 0 : delay(runs, failures));
  }

  function stop() {
    stopped = true;
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", tick);
  }

  document.addEventListener("visibilitychange", tick);
  tick();
  return { stop, now: tick };
}
