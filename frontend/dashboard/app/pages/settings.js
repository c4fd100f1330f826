/** Changes what payers see of the merchant, the dashboard's time zone, and the pages that may show the checkout. */
import { h } from "/shared/dom.js";
import { forgetProfile, profile } from "../profile.js";
import { request } from "../session.js";
import { texts } from "../texts.js";
import { ask } from "../ui/dialog.js";
import { button, field, heading, messageOf, notice, toast } from "../ui/parts.js";
import { setZone, zoneName } from "../ui/when.js";

const t = texts.settings;
/** @type {Record<string, string>} Names that browsers still list by their old spelling. */
const NEW_NAMES = {
  "Asia/Calcutta": "Asia/Kolkata",
  "Asia/Katmandu": "Asia/Kathmandu",
  "Asia/Saigon": "Asia/Ho_Chi_Minh",
};

/**
 * Returns the browser's time zones by today's names, and the merchant's own; an old browser names only its own.
 * @param {string | null} own
 */
function zones(own) {
  const known = /** @type {{ supportedValuesOf?: (kind: string) => string[] }} */ (Intl).supportedValuesOf;
  const names = (known ? known("timeZone") : [zoneName()]).map((name) => NEW_NAMES[name] ?? name);
  return [...new Set([...names, ...(own ? [own] : [])])].sort();
}

/**
 * Builds one card of settings with its own Save.
 * @param {string} title @param {Child[]} fields @param {() => Record<string, unknown>} values
 */
function card(title, fields, values) {
  const message = h("div", null);
  const save = h("button", { class: "button primary" }, texts.webhooks.save);
  /** @param {Event} event */
  async function send(event) {
    event.preventDefault();
    save.disabled = true;
    try {
      const body = /** @type {object} */ (values());
      setZone((await request("PATCH", "/merchants/profile", { body })).time_zone);
      forgetProfile();
      message.replaceChildren(notice("good", t.saved));
    } catch (error) {
      message.replaceChildren(notice("bad", messageOf(error)));
    } finally {
      save.disabled = false;
    }
  }
  return h(
    "section",
    { class: "card pad" },
    h("h2", null, title),
    h(
      "form",
      { class: "stack", novalidate: true, onSubmit: send },
      fields,
      message,
      h("div", { class: "actions" }, save),
    ),
  );
}

/** @param {Api.Profile} own */
function face(own) {
  const name = h("input", {
    class: "input",
    id: "merchant-name",
    maxlength: 255,
    value: own.name,
    autocomplete: "organization",
  });
  const logo = h("input", {
    class: "input",
    id: "logo-url",
    type: "url",
    placeholder: "https://",
    value: own.logo_url ?? "",
  });
  const color = h("input", { class: "input color", id: "color", type: "color", value: own.color ?? "#4f46e5" });
  const usual = h("input", { type: "checkbox", id: "usual-color", checked: !own.color });
  color.addEventListener("input", () => {
    usual.checked = false;
  });
  return card(
    t.face,
    [
      h("p", { class: "muted" }, t.faceText),
      field(t.name, name),
      field(t.logo, logo, t.logoHint),
      field(t.color, color),
      h("label", { class: "check" }, usual, t.usualColor),
    ],
    () => ({ name: name.value, logo_url: logo.value.trim() || null, color: usual.checked ? null : color.value }),
  );
}

/** @param {Api.Profile} own */
function time(own) {
  const choices = zones(own.time_zone).map((name) => h("option", { value: name }, name));
  const zone = h("select", { class: "input", id: "time-zone" }, h("option", { value: "" }, t.browserZone), choices);
  zone.value = own.time_zone ?? "";
  return card(t.time, [field(t.zone, zone, t.zoneHint)], () => ({ time_zone: zone.value || null }));
}

/** @param {Api.Profile} own */
function frames(own) {
  const origins = h("textarea", {
    class: "input mono",
    id: "origins",
    rows: 4,
    spellcheck: "false",
    value: own.allowed_frame_origins.join("\n"),
  });
  return card(t.frames, [h("p", { class: "muted" }, t.framesText), field(t.origins, origins, t.originsHint)], () => ({
    allowed_frame_origins: origins.value.split(/\s+/).filter(Boolean),
  }));
}

function endSessions() {
  ask({
    title: t.endTitle,
    text: t.endText,
    confirm: t.end,
    danger: true,
    async onConfirm() {
      await request("DELETE", "/auth/sessions");
      toast(t.ended);
    },
  });
}

/** @type {Mount} */
export function mount(root) {
  const body = h("div", { class: "stack" }, h("span", { class: "card skeleton tall" }));
  root.append(h("div", { class: "page narrow" }, heading(t.title, t.text), body));
  forgetProfile();
  profile()
    .then((own) => {
      const sessions = h(
        "section",
        { class: "card pad" },
        h("h2", null, t.sessions),
        h("p", { class: "muted" }, t.sessionsText),
        h("div", { class: "actions" }, button(t.end, endSessions, { kind: "danger" })),
      );
      body.replaceChildren(face(own), time(own), frames(own), sessions);
    })
    .catch((error) => body.replaceChildren(notice("bad", messageOf(error))));
  return undefined;
}
