/** Asking again, politely: slower when nobody answers, not at all while the page is hidden. */

/**
 * Steady while answers come; each failure in a row doubles the wait, up to the cap. Milliseconds.
 * @param {number} interval @returns {Delay}
 */
export const steady =
  (interval, cap = 30_000) =>
  (_runs, failures) =>
    Math.min(cap, interval * 2 ** failures);

/**
 * Quick at first, then slower: 0.5 s growing by half each time up to the cap. Failures count like runs.
 * @returns {Delay}
 */
export const easing =
  (cap = 3_000) =>
  (runs) =>
    Math.min(cap, 500 * 1.5 ** (runs - 1));

/**
 * Runs `task` at once and then after each `delay(runs, failures)`. A task that returns false ends it; one that throws
 * is a failure. `now()` runs it again at once, after the current run if there is one. A hidden page waits until it is
 * seen.
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
