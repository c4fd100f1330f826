/** Shows one dispute. The merchant accepts it, or contests it with evidence. */
import { h } from "/shared/dom.js";
import { formatAmount } from "/shared/format.js";
import { isMissing, newIdempotencyKey } from "/shared/http.js";
import { poll, steady } from "/shared/poll.js";
import { request } from "../session.js";
import { texts } from "../texts.js";
import { ask } from "../ui/dialog.js";
import { badge, button, copyable, facts, field, heading, messageOf, notice, toast } from "../ui/parts.js";
import { objectLink } from "../ui/values.js";
import { exactTime, when } from "../ui/when.js";

const REFRESH = 3_000;
/** @type {Record<Api.Dispute["status"], Tone>} */
const TONES = { open: "warn", under_review: "sent", won: "good", lost: "bad" };
const t = texts.disputes;

/** @param {Api.Dispute} dispute @param {() => void} onDone */
function accept(dispute, onDone) {
  const idempotencyKey = newIdempotencyKey();
  const amount = formatAmount(dispute.amount, dispute.currency);
  ask({
    title: t.acceptTitle(amount),
    text: t.acceptText,
    confirm: t.acceptConfirm(amount),
    danger: true,
    async onConfirm() {
      await request("POST", `/disputes/${dispute.id}/accept`, { idempotencyKey });
      toast(t.accepted);
      onDone();
    },
  });
}

/** @param {Api.Dispute} dispute @param {() => void} onDone */
function contest(dispute, onDone) {
  const idempotencyKey = newIdempotencyKey();
  const summary = h("textarea", { class: "input", id: "evidence-summary", rows: 5, maxlength: 4_000, required: true });
  const tracking = h("input", { class: "input", id: "evidence-tracking", maxlength: 255, autocomplete: "off" });
  const link = h("input", { class: "input", id: "evidence-link", type: "url", maxlength: 2_048, autocomplete: "off" });
  ask({
    title: t.contest,
    text: t.contestText,
    confirm: t.send,
    fields: [field(t.summary, summary), field(t.tracking, tracking), field(t.link, link)],
    async onConfirm() {
      const given = {
        summary: summary.value.trim(),
        tracking_number: tracking.value.trim(),
        document: link.value.trim(),
      };
      /** @type {any} The document knows no names in it. */
      const evidence = Object.fromEntries(Object.entries(given).filter(([, value]) => value));
      await request("POST", `/disputes/${dispute.id}/contest`, { body: { evidence }, idempotencyKey });
      toast(t.contested);
      onDone();
    },
  });
}

/** @param {unknown} value */
const shown = (value) => (typeof value === "string" ? value : JSON.stringify(value));

/** @param {Api.Dispute} dispute */
function content(dispute) {
  const evidence = Object.entries(dispute.evidence ?? {});
  const isOpen = dispute.status === "open";
  return h(
    "div",
    { class: "columns even" },
    h(
      "section",
      { class: "card pad" },
      h("h2", null, texts.payment.details),
      facts([
        [texts.columns.reason, dispute.reason.replaceAll("_", " ")],
        [t.phase, dispute.phase.replace("_", " ")],
        [t.respond, [exactTime(dispute.respond_by), isOpen && [" · ", h("strong", null, when(dispute.respond_by))]]],
        [t.submitted, dispute.submitted_at && exactTime(dispute.submitted_at)],
        [t.decided, dispute.decided_at && exactTime(dispute.decided_at)],
        [texts.columns.payment, objectLink(dispute.payment_id)],
        ["ID", copyable(dispute.id)],
      ]),
    ),
    h(
      "section",
      { class: "card pad" },
      h("h2", null, t.evidence),
      evidence.length
        ? facts(evidence.map(([name, value]) => /** @type {[string, Child]} */ ([name, shown(value)])))
        : h("p", { class: "muted" }, t.noEvidence),
    ),
  );
}

/** @type {Mount} */
export function mount(root, { params }) {
  const id = params.id ?? "";
  const path = /** @type {const} */ (`/disputes/${encodeURIComponent(id)}`);
  const head = h("div", null, heading(t.one, id));
  const body = h("div", { class: "stack" }, h("span", { class: "card skeleton tall" }));
  let known = "";

  /** @param {Api.Dispute} dispute */
  function show(dispute) {
    if (JSON.stringify(dispute) === known) return;
    known = JSON.stringify(dispute);
    const isOpen = dispute.status === "open";
    const actions = [
      button(t.accept, () => accept(dispute, polling.now)),
      button(t.contest, () => contest(dispute, polling.now), { kind: "primary" }),
    ];
    const title = [formatAmount(dispute.amount, dispute.currency), " ", badge(dispute.status.replace("_", " "))];
    head.replaceChildren(heading(title, when(dispute.created_at), isOpen ? actions : null));
    body.replaceChildren(notice(TONES[dispute.status], t.states[dispute.status], "status"), content(dispute));
  }

  const polling = poll(async () => {
    try {
      const dispute = await request("GET", path);
      show(dispute);
      return dispute.status === "open" || dispute.status === "under_review";
    } catch (error) {
      known = "";
      body.replaceChildren(notice("bad", isMissing(error) ? t.missing : messageOf(error)));
      if (isMissing(error)) return false;
      throw error;
    }
  }, steady(REFRESH));
  root.append(
    h("div", { class: "page" }, h("a", { class: "back", href: "/dashboard/disputes" }, `← ${t.back}`), head, body),
  );
  return polling.stop;
}
