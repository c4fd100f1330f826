/** Shows the API keys, and creates, changes, rotates and revokes them. */
import { h } from "/shared/dom.js";
import { icons } from "/shared/icons.js";
import { forgetProfile } from "../profile.js";
import { request } from "../session.js";
import { texts } from "../texts.js";
import { ask, FormError, tell } from "../ui/dialog.js";
import { badge, button, copyable, facts, field, heading, toast } from "../ui/parts.js";
import { liveTable } from "../ui/table.js";
import { when } from "../ui/when.js";

const t = texts.keys;

/** @param {{ api_key: string, api_secret: string }} pair */
function showPair({ api_key: key, api_secret: secret }) {
  tell({
    title: t.created,
    text: t.createdText,
    content: facts([
      [texts.home.key, copyable(key)],
      [texts.home.secret, copyable(secret)],
    ]),
  });
}

/** @param {Api.Scope[] | undefined} chosen undefined: all */
function scopeChoices(chosen) {
  return h(
    "fieldset",
    { class: "choices" },
    h("legend", { class: "label" }, t.scopes),
    t.allScopes.map((scope) =>
      h(
        "label",
        null,
        h("input", { type: "checkbox", name: "scopes", value: scope, checked: !chosen || chosen.includes(scope) }),
        scope,
      ),
    ),
  );
}

/**
 * Returns undefined if all scopes are chosen: such a key also gets scopes that are added later.
 * @param {HTMLElement} boxes
 */
function chosenScopes(boxes) {
  const checked = /** @type {NodeListOf<HTMLInputElement>} */ (boxes.querySelectorAll(":checked"));
  const names = /** @type {Api.Scope[]} */ ([...checked].map((box) => box.value));
  if (!names.length) throw new FormError(t.noScopes);
  return names.length === t.allScopes.length ? undefined : names;
}

/** @param {Api.Key | null} key null: a new one @param {() => void} onDone */
function edit(key, onDone) {
  const name = h("input", {
    class: "input",
    id: "key-name",
    maxlength: 255,
    autocomplete: "off",
    value: key?.name ?? "",
  });
  const scopes = scopeChoices(key?.scopes);
  ask({
    title: key ? t.edit : t.add,
    text: key ? key.id : t.addText,
    confirm: key ? texts.webhooks.save : t.add,
    testId: "key-dialog",
    fields: [field(t.name, name), scopes],
    async onConfirm() {
      const wanted = chosenScopes(scopes);
      const body = { name: name.value.trim(), scopes: wanted ?? (key ? [...t.allScopes] : undefined) };
      if (key) await request("PATCH", `/keys/${key.id}`, { body });
      else showPair(await request("POST", "/keys", { body }));
      onDone();
    },
  });
}

/** @param {Api.Key} key @param {() => void} onDone */
function revoke(key, onDone) {
  ask({
    title: t.revokeTitle(key.name || key.id),
    text: key.primary ? t.revokePrimary : t.revokeText,
    confirm: t.revoke,
    danger: true,
    async onConfirm() {
      await request("DELETE", `/keys/${key.id}`);
      forgetProfile();
      toast(t.revoked);
      onDone();
    },
  });
}

/** @param {() => void} onDone */
function rotate(onDone) {
  const now = h("input", { type: "checkbox", id: "revoke-old" });
  ask({
    title: t.rotateTitle,
    text: t.rotateText,
    confirm: t.rotate,
    danger: true,
    fields: [h("label", { class: "check" }, now, t.revokeOld)],
    async onConfirm() {
      showPair(await request("POST", "/merchants/rotate-key", { body: { revoke_old: now.checked } }));
      forgetProfile();
      onDone();
    },
  });
}

/** @type {Mount} */
export function mount(root) {
  const refresh = () => table.refresh();
  /** @type {Column<Api.Key>[]} */
  const columns = [
    {
      title: t.name,
      kind: "top",
      cell: (key) => [h("strong", null, key.name || t.unnamed), " ", key.primary && badge(t.primary)],
    },
    { title: texts.home.key, kind: "mono", cell: (key) => copyable(key.id) },
    {
      title: t.scopes,
      cell: (key) =>
        h(
          "span",
          { title: key.scopes.join(", ") },
          key.scopes.length === t.allScopes.length ? t.everything : t.scopeCount(key.scopes.length),
        ),
    },
    {
      title: t.used,
      cell: (key) =>
        key.expires_at ? [t.expires, " ", when(key.expires_at)] : key.last_used_at ? when(key.last_used_at) : t.never,
    },
    {
      title: texts.columns.actions,
      kind: "top push",
      cell: (key) =>
        h(
          "span",
          { class: "actions" },
          button(t.editShort, () => edit(key, refresh), { kind: "compact", "aria-label": `${t.editShort} ${key.id}` }),
          button(t.revoke, () => revoke(key, refresh), {
            kind: "compact danger",
            "aria-label": `${t.revoke} ${key.id}`,
          }),
        ),
    },
  ];
  const table = liveTable({
    path: "/keys",
    label: t.title,
    columns,
    empty: t.empty,
    testId: "keys-table",
    limit: null,
    paged: false,
    refreshEvery: 0,
    rowAttributes: (key) => ({ "data-key-id": key.id }),
  });
  root.append(
    h(
      "div",
      { class: "page" },
      heading(
        t.title,
        t.text,
        button(t.rotate, () => rotate(refresh)),
        button(t.add, () => edit(null, refresh), { drawing: icons.plus, kind: "primary" }),
      ),
      table.element,
    ),
  );
  return table.stop;
}
