/** Shows the stage's clock and moves it. A long jump needs several requests; the card sends them one after another. */
import { h } from "/shared/dom.js";
import { formatPercent } from "/shared/format.js";
import { poll, steady } from "/shared/poll.js";
import { button, messageOf, toast } from "../ui/parts.js";
import { exactTime } from "../ui/when.js";
import { sandbox } from "./api.js";
import { texts } from "./texts.js";
import { spanOf } from "./values.js";

const REFRESH = 5_000;
const IN_JUMP = 700;
const HUNDREDTHS = 100;
const t = texts.clock;

/** @param {number} ms */
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** @returns {{ element: HTMLElement, stop: () => void }} */
export function clockCard() {
  const now = h("p", { class: "figure", testId: "sandbox-now" }, "–");
  const ahead = h("p", { class: "muted" });
  const bar = h("progress", { max: 1, hidden: true, "aria-label": t.progress });
  const state = h("p", { class: "small", role: "status", hidden: true });
  const steps = Object.entries(t.steps).map(([seconds, label]) =>
    button(label, () => follow({ advance: Number(seconds) }), { kind: "compact" }),
  );
  let moving = false;
  let stopped = false;

  /** @param {Sandbox.Clock} clock */
  function show({ now: time, offset, job }) {
    const jumps = Boolean(job && !job.done);
    now.textContent = exactTime(time);
    ahead.textContent = offset >= 1 ? t.ahead(spanOf(offset)) : t.real;
    bar.hidden = !jumps;
    state.hidden = !jumps;
    bar.value = job?.progress ?? 0;
    state.textContent = job && jumps ? t.moving(exactTime(job.to), formatPercent(job.progress * HUNDREDTHS)) : "";
  }

  /** @param {boolean} jumps */
  function mark(jumps) {
    moving = jumps;
    for (const each of steps) each.disabled = jumps;
  }

  /** Sends the requests of one jump until it has arrived. @param {object} body */
  async function follow(body) {
    mark(true);
    try {
      /** @type {Sandbox.Clock} */
      let clock = await ticking(sandbox("POST", "/clock", body));
      while (!stopped && clock.job && !clock.job.done) {
        await wait(IN_JUMP);
        clock = await ticking(sandbox("POST", "/clock", { job: clock.job.id }));
      }
      if (!stopped) toast(t.moved);
    } catch (error) {
      toast(messageOf(error));
    } finally {
      mark(false);
    }
  }

  /** Shows the progress while a request works on the jump. @param {Promise<Sandbox.Clock>} answer */
  async function ticking(answer) {
    polling.now();
    const clock = await answer;
    show(clock);
    return clock;
  }

  const polling = poll(
    async () => {
      /** @type {Sandbox.Clock} */
      const clock = await sandbox("GET", "/clock");
      show(clock);
      if (!moving && clock.job && !clock.job.done) follow({ job: clock.job.id });
    },
    (runs, failures) => (moving ? IN_JUMP : steady(REFRESH)(runs, failures)),
  );

  const element = h(
    "section",
    { class: "card pad", testId: "sandbox-clock" },
    h("h2", null, t.title),
    h("div", null, now, ahead),
    h("p", { class: "muted" }, t.text),
    h("div", { class: "actions", role: "group", "aria-label": t.advance }, h("span", null, t.advance), steps),
    bar,
    state,
    h("p", { class: "muted small" }, t.session),
  );
  const stop = () => {
    stopped = true;
    polling.stop();
  };
  return { element, stop };
}
