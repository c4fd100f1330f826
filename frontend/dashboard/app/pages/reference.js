/**
 * Shows the API reference from openapi.json with its own viewer. Packaged viewers are larger than the whole dashboard
 * may be, and need inline styles, which the content policy forbids.
 */
import { config } from "/config.js";
import { h } from "/shared/dom.js";
import { profile } from "../profile.js";
import { currentSession } from "../session.js";
import { texts } from "../texts.js";
import { example, operationsOf, resolve, schemaRows } from "../ui/openapi.js";
import { codeBlock, heading, notice } from "../ui/parts.js";
import { curl } from "../ui/values.js";

const t = texts.reference;
/** The key that the commands name: the merchant's own once it is known. */
let apiKey = "YOUR_API_KEY";

/** @param {OpenApiDocument} document @param {ListedOperation} listed */
function command(document, { method, path, details }) {
  const json = resolve(document, details.requestBody)?.content?.["application/json"];
  const body = json && JSON.stringify(json.example ?? example(document, resolve(document, json.schema)));
  /** @type {Record<string, string>} */
  const headers = details.security?.length === 0 ? {} : { "X-Api-Key": apiKey, "X-Api-Secret": texts.docs.yourSecret };
  return codeBlock(curl(method.toUpperCase(), config.apiUrl + path, headers, body || undefined), t.curl);
}

/** @param {SchemaRow[]} rows */
function table(rows) {
  return h(
    "div",
    { class: "table-scroll", tabindex: "0", role: "group", "aria-label": t.parts },
    h(
      "table",
      { class: "schema" },
      h(
        "tbody",
        null,
        rows.map(({ name, type, required, description }) =>
          h(
            "tr",
            null,
            h(
              "th",
              { scope: "row" },
              h("code", null, name),
              required && h("span", { class: "required small" }, ` ${t.required}`),
            ),
            h("td", null, h("code", { class: "muted" }, type), description && h("p", { class: "small" }, description)),
          ),
        ),
      ),
    ),
  );
}

/** @param {OpenApiParameter[]} list */
function parameters(list) {
  if (!list.length) return null;
  return [
    h("h3", null, t.parameters),
    table(
      list.map((each) => ({
        name: each.name,
        type: `${each.in}: ${each.schema?.type ?? "string"}`,
        required: each.required,
        description: each.description,
      })),
    ),
  ];
}

/** @param {OpenApiDocument} document @param {OpenApiHolder | undefined} holder */
function content(document, holder) {
  const json = holder?.content?.["application/json"];
  const schema = resolve(document, json?.schema);
  if (!schema) return null;
  const given = json?.example ?? example(document, schema);
  return [table(schemaRows(document, schema)), codeBlock(JSON.stringify(given, null, 2), t.example)];
}

/**
 * Lists the answers. All errors have one shape, which the introduction shows, so their descriptions suffice.
 * @param {OpenApiDocument} document @param {OpenApiOperation["responses"]} responses
 */
function answers(document, responses = {}) {
  return [
    h("h3", null, t.responses),
    Object.entries(responses).map(([status, holder]) => {
      const response = resolve(document, holder);
      const shape = status.startsWith("2") ? content(document, response) : null;
      return h(
        "div",
        { class: "answer" },
        h("p", null, h("strong", null, status), " ", h("span", { class: "muted" }, response?.description ?? "")),
        shape,
      );
    }),
  ];
}

/**
 * Builds an operation's entry and fills it when it is first opened, because a hundred filled entries would be slow.
 * @param {OpenApiDocument} document @param {ListedOperation} listed
 */
function operation(document, listed) {
  const { method, path, details } = listed;
  const body = h("div", { class: "operation-body" });
  const fill = () => {
    if (!body.isConnected) return; // the entry is filled already
    const wanted = resolve(document, details.requestBody);
    body.replaceWith(
      h(
        "div",
        { class: "operation-body" },
        h("p", null, details.description ?? ""),
        command(document, listed),
        parameters((details.parameters ?? []).flatMap((each) => resolve(document, each) ?? [])),
        wanted && [h("h3", null, t.body), content(document, wanted)],
        answers(document, details.responses),
      ),
    );
  };
  return h(
    "details",
    { class: "operation card", onToggle: fill },
    h(
      "summary",
      null,
      h("span", { class: `verb ${method}` }, method.toUpperCase()),
      h("code", null, path),
      h("span", { class: "muted" }, details.summary ?? ""),
    ),
    body,
  );
}

/** @param {OpenApiDocument} document */
function draw(document) {
  return [...byTag(operationsOf(document))].map(([tag, operations]) =>
    h(
      "section",
      null,
      h("h2", null, tag),
      operations.map((each) => operation(document, each)),
    ),
  );
}

/** @param {ListedOperation[]} operations */
function byTag(operations) {
  /** @type {Map<string, ListedOperation[]>} */
  const groups = new Map();
  for (const each of operations) groups.set(each.tag, [...(groups.get(each.tag) ?? []), each]);
  return groups;
}

/** @param {HTMLElement} list */
function filterBox(list) {
  const none = h("p", { class: "muted", role: "status", hidden: true }, t.nothing);
  const apply = () => {
    const words = box.value.toLowerCase();
    for (const each of list.querySelectorAll("details")) {
      each.hidden = !each.firstChild?.textContent?.toLowerCase().includes(words);
    }
    for (const section of list.querySelectorAll("section")) {
      section.hidden = !section.querySelector("details:not([hidden])");
    }
    none.hidden = Boolean(list.querySelector("details:not([hidden])"));
  };
  /** @type {HTMLInputElement} */
  const box = h("input", {
    class: "input",
    type: "search",
    placeholder: t.search,
    "aria-label": t.search,
    onInput: apply,
  });
  return [box, none];
}

/** @type {Mount} */
export function mount(root) {
  const list = h("div", { class: "reference" }, h("span", { class: "card skeleton tall" }));
  const intro = h("p", { class: "muted" });
  root.append(
    h(
      "div",
      { class: "page narrow", testId: "api-reference" },
      heading(
        t.title,
        intro,
        h("a", { class: "button compact", href: "/openapi.json", download: "openapi.json" }, t.document),
      ),
      filterBox(list),
      list,
    ),
  );
  if (currentSession())
    profile()
      .then((own) => {
        apiKey = own.api_key ?? apiKey;
      })
      .catch(() => {});
  fetch("/openapi.json")
    .then((response) => response.json())
    .then((document) => {
      intro.textContent = document.info?.description ?? "";
      list.replaceChildren(...draw(document));
    })
    .catch(() => list.replaceChildren(notice("warn", t.missing)));
  return undefined;
}
