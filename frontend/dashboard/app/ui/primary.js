/** Shows the primary endpoint: its URL, its secret and a test. */
import { h } from "/shared/dom.js";
import { poll, steady } from "/shared/poll.js";
import { forgetProfile, profile as loadProfile } from "../profile.js";
import { request } from "../session.js";
import { texts } from "../texts.js";
import { ask } from "./dialog.js";
import { button, field, messageOf, notice, toast } from "./parts.js";
import { revealer } from "./secret.js";

const REFRESH = 5_000;
const t = texts.webhooks;

/** Rotates the secret and shows the new secret in place of the old secret. */
function secretRow() {
  const regenerate = button(
    t.regenerate,
    () =>
      ask({
        title: t.regenerateTitle,
        text: t.regenerateText,
        confirm: t.regenerate,
        danger: true,
        async onConfirm() {
          secret.show((await request("POST", "/merchants/webhook/regenerate-secret")).webhook_secret);
          toast(t.newSecret);
        },
      }),
    { kind: "compact", testId: "regenerate-secret-button" },
  );
  const secret = revealer({
    testId: "webhook-secret",
    label: t.secret,
    extras: [regenerate],
    load: async () => (await request("POST", "/merchants/reveal")).webhook_secret,
  });
  return h("div", { class: "field" }, h("span", { class: "label" }, t.secret), secret);
}

/**
 * Edits the URL. Saves it only once the present URL is known, because an empty field would switch webhooks off. The
 * field follows changes from elsewhere until a person edits it.
 * @param {() => void} onChange @returns {Live}
 */
export function primaryEndpoint(onChange) {
  const url = h("input", {
    class: "input",
    id: "webhook-url",
    type: "url",
    testId: "webhook-url-input",
    placeholder: "https://",
    autocomplete: "off",
    spellcheck: "false",
  });
  const message = h("div", null);
  const save = h("button", { class: "button primary", testId: "save-webhook-button", disabled: true }, t.save);
  /** @type {string | null} */
  let known = null;
  /** @type {HTMLElement | undefined} */
  let problem;
  const test = button(
    t.test,
    () =>
      act(
        test,
        async () => {
          await request("POST", "/merchants/webhook/test");
          return t.tested;
        },
        "sent",
      ),
    { testId: "test-webhook-button" },
  );
  const offer = () => {
    test.disabled = !known;
  };

  /** @param {HTMLButtonElement} element @param {() => Promise<string>} action @param {Tone} tone */
  async function act(element, action, tone = "good") {
    element.disabled = true;
    try {
      message.replaceChildren(notice(tone, await action()));
      onChange();
    } catch (error) {
      message.replaceChildren(notice("bad", messageOf(error)));
    } finally {
      element.disabled = false;
      offer();
    }
  }

  /** @param {Event} event */
  function send(event) {
    event.preventDefault();
    act(save, async () => {
      await request("PUT", "/merchants/webhook", { body: { webhook_url: url.value.trim() || null } });
      known = url.value;
      return t.saved;
    });
  }

  async function refresh() {
    let profile;
    try {
      profile = await loadProfile();
      forgetProfile();
    } catch (error) {
      problem = notice("bad", messageOf(error));
      if (known === null) message.replaceChildren(problem);
      throw error;
    }
    if (known === null) {
      save.disabled = false;
      problem?.remove();
    }
    const present = profile.webhook_url ?? "";
    if (url.value === (known ?? "")) url.value = present;
    known = present;
    offer();
  }

  const element = h(
    "section",
    { class: "card pad", testId: "webhook-config" },
    h("h2", null, t.config),
    h("p", { class: "muted" }, t.configText),
    h(
      "form",
      { class: "stack", testId: "webhook-config-form", novalidate: true, onSubmit: send },
      field(t.url, url, t.urlHint),
      secretRow(),
      message,
      h("div", { class: "actions" }, save, test),
    ),
  );
  const polling = poll(refresh, steady(REFRESH));
  return { element, refresh: polling.now, stop: polling.stop };
}
