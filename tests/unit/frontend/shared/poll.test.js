import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { easing, poll, steady } from "../../../../frontend/shared/poll.js";

/** Lets everything that waits for no timer run. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** Takes the place of the timers; returns what moves their time on. Node 18 has a clock of its own, but an early one. */
function clock(t) {
  const due = new Map();
  let now = 0;
  let number = 0;
  t.mock.method(globalThis, "setTimeout", (task, delay) => {
    number += 1;
    due.set(number, { task, at: now + delay });
    return number;
  });
  t.mock.method(globalThis, "clearTimeout", (id) => due.delete(id));
  return (milliseconds) => {
    now += milliseconds;
    const ready = [...due].filter(([, { at }]) => at <= now);
    for (const [id, { task }] of ready) {
      due.delete(id);
      task();
    }
  };
}

beforeEach(() => {
  globalThis.document = Object.assign(new EventTarget(), { hidden: false });
});

/** A poll whose task counts its runs and does what `doing` says; its clock stands still. */
async function polling(t, doing, delay = () => 1_000) {
  const tick = clock(t);
  const seen = { runs: 0 };
  seen.poll = poll(async () => {
    seen.runs += 1;
    return doing?.(seen.runs);
  }, delay);
  await settle();
  seen.after = async (milliseconds) => {
    tick(milliseconds);
    await settle();
  };
  return seen;
}

test("a steady poll waits twice as long after each failure, up to the cap", () => {
  const delay = steady(2_000);
  assert.deepEqual(
    [0, 1, 2, 3, 4, 10].map((failures) => delay(7, failures)),
    [2e3, 4e3, 8e3, 16e3, 3e4, 3e4],
  );
  assert.equal(steady(2_000, 5_000)(1, 9), 5_000);
});

test("an easing poll starts quickly and grows slower up to the cap", () => {
  const delay = easing();
  assert.deepEqual(
    [1, 2, 3, 4, 5, 6, 50].map((runs) => delay(runs, 0)),
    [500, 750, 1125, 1687.5, 2531.25, 3e3, 3e3],
  );
});

test("a task runs at once and then after each delay", async (t) => {
  const seen = await polling(t);
  assert.equal(seen.runs, 1);
  await seen.after(999);
  assert.equal(seen.runs, 1);
  await seen.after(1);
  assert.equal(seen.runs, 2);
});

test("a task that returns false ends the poll, and one that throws does not", async (t) => {
  const seen = await polling(t, (run) => {
    if (run === 2) throw new Error("no answer");
    return run < 3;
  });
  for (let n = 0; n < 5; n += 1) await seen.after(1_000);
  assert.equal(seen.runs, 3);
});

test("the delay hears of runs and of failures in a row", async (t) => {
  const heard = [];
  const task = (run) => {
    if (run === 2 || run === 3) throw new Error("no answer");
  };
  const seen = await polling(t, task, (...what) => {
    heard.push(what);
    return 10;
  });
  for (let n = 0; n < 3; n += 1) await seen.after(10);
  assert.deepEqual(heard, [
    [1, 0],
    [2, 1],
    [3, 2],
    [4, 0],
  ]);
});

test("a poll that is stopped asks no more, even when it is asked to", async (t) => {
  const seen = await polling(t);
  seen.poll.stop();
  seen.poll.now();
  await seen.after(5_000);
  assert.equal(seen.runs, 1);
});

test("asked to run at once it does, and after the present run if there is one", async (t) => {
  const seen = await polling(t);
  seen.poll.now();
  await settle();
  assert.equal(seen.runs, 2);
  seen.poll.now();
  seen.poll.now();
  await settle();
  await seen.after(0);
  assert.equal(seen.runs, 4);
});

test("a hidden page does not ask, and asks at once when it is seen", async (t) => {
  const seen = await polling(t);
  document.hidden = true;
  await seen.after(60_000);
  assert.equal(seen.runs, 1);
  document.hidden = false;
  document.dispatchEvent(new Event("visibilitychange"));
  await settle();
  assert.equal(seen.runs, 2);
});
