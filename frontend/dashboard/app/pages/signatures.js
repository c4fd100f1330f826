/** Explains why a webhook's signature fails: a person pastes what a server received. */
import { h, icon } from "/shared/dom.js";
import { icons } from "/shared/icons.js";
import { request } from "../session.js";
import { texts } from "../texts.js";
import { field, heading, messageOf, notice } from "../ui/parts.js";

const t = texts.signatures;

/**
 * Reads "Name: value" lines, or JSON as a debugger prints it. Ignores lines without a colon.
 * @param {string} text @returns {Record<string, string>}
 */
export function headersOf(text) {
  try {
    const parsed = JSON.parse(text);
    if (parsed && typeof parsed === "object" && !Array.isArray(parsed))
      return Object.fromEntries(Object.entries(parsed).map(([name, value]) => [name, String(value)]));
  } catch {
    /* no JSON */
  }
  const lines = text.split(/\r?\n/).map((line) => /^\s*([^:\s]+)\s*:\s*(.*?)\s*$/.exec(line));
  return Object.fromEntries(lines.flatMap((match) => (match?.[1] ? [[match[1], match[2] ?? ""]] : [])));
}

/** @param {{ valid: boolean, checks: { name: string, passed: boolean, explanation: string }[] }} answer */
function verdict({ valid, checks }) {
  return [
    notice(valid ? "good" : "bad", valid ? t.valid : t.invalid, "status"),
    h(
      "ul",
      { class: "plain lined checks" },
      checks.map((check) =>
        h(
          "li",
          { class: check.passed ? "passed" : "failed" },
          icon(check.passed ? icons.check : icons.cross),
          h("strong", null, check.name.replaceAll("_", " ")),
          h("span", { class: "sr-only" }, check.passed ? t.passed : t.notPassed),
          h("p", { class: "line-two" }, check.explanation),
        ),
      ),
    ),
  ];
}

/** @type {Mount} */
export function mount(root) {
  const body = h("textarea", { class: "input mono", id: "signed-body", rows: 7, spellcheck: "false", required: true });
  const headers = h("textarea", {
    class: "input mono",
    id: "signed-headers",
    rows: 5,
    spellcheck: "false",
    required: true,
    placeholder: t.headersExample,
  });
  const endpoint = h("select", { class: "input", id: "signed-endpoint" }, h("option", { value: "" }, t.anyEndpoint));
  const result = h("div", { class: "stack", "aria-live": "polite" });
  const check = h("button", { class: "button primary" }, t.check);

  /** @param {Event} event */
  async function send(event) {
    event.preventDefault();
    check.disabled = true;
    try {
      const asked = { body: body.value, headers: headersOf(headers.value), endpoint_id: endpoint.value || null };
      result.replaceChildren(...verdict(await request("POST", "/webhooks/verify", { body: asked })));
    } catch (error) {
      result.replaceChildren(notice("bad", messageOf(error)));
    } finally {
      check.disabled = false;
    }
  }

  async function fill() {
    const id = new URLSearchParams(location.search).get("webhook");
    const [{ data }, webhook] = await Promise.all([
      request("GET", "/webhook-endpoints"),
      id ? request("GET", `/webhooks/${encodeURIComponent(id)}`) : undefined,
    ]);
    endpoint.append(...data.map((each) => h("option", { value: each.id }, each.url ?? each.id)));
    if (!webhook) return;
    body.value ||= webhook.payload ?? "";
    endpoint.value = data.some((each) => each.id === webhook.endpoint_id) ? webhook.endpoint_id : "";
  }

  fill().catch(() => {}); // the API then tries every endpoint
  root.append(
    h(
      "div",
      { class: "page" },
      heading(t.title, t.text),
      h(
        "div",
        { class: "columns even" },
        h(
          "form",
          { class: "card pad", novalidate: true, onSubmit: send },
          field(t.body, body, t.bodyHint),
          field(t.headers, headers, t.headersHint),
          field(t.endpoint, endpoint),
          h("div", { class: "actions" }, check),
        ),
        h("section", { class: "card pad" }, h("h2", null, t.result), result),
      ),
    ),
  );
  result.append(h("p", { class: "muted" }, t.noResult));
  return undefined;
}
