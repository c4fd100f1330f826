/** Reading an OpenAPI 3 document: references, operations, schemas as rows, examples. No DOM here. */

const METHODS = ["get", "post", "put", "patch", "delete"];
const DEPTH = 6; // a schema may contain itself

export function resolve(document, node) {
  if (!node?.$ref) return node;
  const target = node.$ref.replace(/^#\//, "").split("/").reduce((at, part) => at?.[part], document);
  return resolve(document, target);
}

export function operationsOf(document) {
  return Object.entries(document.paths ?? {}).flatMap(([path, methods]) => METHODS.filter((method) => methods[method])
    .map((method) => ({ method, path, details: methods[method], tag: methods[method].tags?.[0] ?? "" })));
}

/** Without the list that is always empty: it is how PHP writes an empty map, and no way to write it on purpose. */
const alternatives = (schema) => (schema.anyOf ?? schema.oneOf)?.filter((one) => one.maxItems !== 0);

export function typeOf(document, node) {
  const schema = resolve(document, node) ?? {};
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (alternatives(schema)) return [...new Set(alternatives(schema).map((each) => typeOf(document, each)))].join(" | ");
  if (schema.type === "array") return `${typeOf(document, schema.items)}[]`;
  return [schema.type ?? "any"].flat().join(" | ") + (schema.format ? ` (${schema.format})` : "");
}

/** The one alternative with parts, so that an optional object shows them too. */
const withParts = (document, schema) => alternatives(schema)?.map((each) => resolve(document, each)).find((each) => each.properties) ?? schema;

/** [{name: "card.number", type, required, description}], parts of parts included. */
export function schemaRows(document, node, prefix = "", depth = 0) {
  const schema = withParts(document, resolve(document, node) ?? {});
  if (schema.type === "array") return schemaRows(document, schema.items, `${prefix}[].`, depth + 1);
  if (!schema.properties || depth > DEPTH) return [];
  return Object.entries(schema.properties).flatMap(([name, property]) => {
    const { description } = { ...resolve(document, property), ...property };
    const row = { name: prefix + name, type: typeOf(document, property), required: schema.required?.includes(name) ?? false, description };
    return [row, ...schemaRows(document, property, `${prefix}${name}.`, depth + 1)];
  });
}

const PLAIN = { string: "…", integer: 0, number: 0, boolean: true, null: null };

export function example(document, node, depth = 0) {
  const schema = withParts(document, resolve(document, node) ?? {});
  const given = schema.example ?? schema.examples?.[0] ?? schema.const ?? schema.default ?? schema.enum?.[0];
  if (given !== undefined) return given;
  if (alternatives(schema)) return example(document, alternatives(schema)[0], depth + 1);
  if (schema.type === "array") return depth > DEPTH ? [] : [example(document, schema.items, depth + 1)];
  if (schema.properties && depth <= DEPTH) {
    return Object.fromEntries(Object.entries(schema.properties).map(([name, property]) => [name, example(document, property, depth + 1)]));
  }
  return PLAIN[[schema.type].flat()[0]] ?? {};
}
