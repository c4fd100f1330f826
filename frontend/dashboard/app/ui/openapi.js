/** Reads an OpenAPI 3 document: references, operations, schemas as rows, examples. No DOM here. */

const METHODS = ["get", "post", "put", "patch", "delete"];
const DEPTH = 6; // a schema may contain itself

/** @template {{ $ref?: string }} T @param {object} document @param {T | undefined} node @returns {T | undefined} */
export function resolve(document, node) {
  if (!node?.$ref) return node;
  /** @type {any} */
  let target = document;
  for (const part of node.$ref.replace(/^#\//, "").split("/")) target = target?.[part];
  return resolve(document, target);
}

/** @param {OpenApiDocument} document @returns {ListedOperation[]} */
export function operationsOf(document) {
  return Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
    METHODS.flatMap((method) => {
      const details = methods[method];
      return details ? { method, path, details, tag: details.tags?.[0] ?? "" } : [];
    }),
  );
}

/**
 * Returns the alternatives without the always empty list. PHP writes an empty map that way; nobody does so on purpose.
 * @param {OpenApiSchema} schema
 */
const alternatives = (schema) => (schema.anyOf ?? schema.oneOf)?.filter((one) => one.maxItems !== 0);

/** @param {OpenApiDocument} document @param {OpenApiSchema | undefined} node @returns {string} */
export function typeOf(document, node) {
  const schema = resolve(document, node) ?? {};
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  const choices = alternatives(schema);
  if (choices) return [...new Set(choices.map((each) => typeOf(document, each)))].join(" | ");
  if (schema.type === "array") return `${typeOf(document, schema.items)}[]`;
  return [schema.type ?? "any"].flat().join(" | ") + (schema.format ? ` (${schema.format})` : "");
}

/**
 * Returns the one alternative with parts, so that an optional object shows its parts too.
 * @param {OpenApiDocument} document @param {OpenApiSchema} schema
 */
const withParts = (document, schema) =>
  alternatives(schema)
    ?.map((each) => resolve(document, each))
    .find((each) => each?.properties) ?? schema;

/**
 * Returns the parts of all kinds that one field tells apart. A part of several kinds stands once, and is required if
 * all these kinds require it.
 * @param {OpenApiDocument} document @param {OpenApiSchema[]} kinds @param {string} prefix @param {number} depth
 * @returns {SchemaRow[]}
 */
function rowsOfKinds(document, kinds, prefix, depth) {
  /** @type {Map<string, SchemaRow[]>} */
  const rows = new Map();
  for (const row of kinds.flatMap((kind) => schemaRows(document, kind, prefix, depth))) {
    rows.set(row.name, [...(rows.get(row.name) ?? []), row]);
  }
  return [...rows.values()].flatMap(([first, ...others]) => {
    if (!first) return [];
    const same = [first, ...others];
    const type = [...new Set(same.map((row) => row.type))].join(" | ");
    const required = same.length === kinds.length && same.every((row) => row.required);
    return [{ ...first, type, required }];
  });
}

/**
 * Returns [{name: "card.number", type, required, description}], parts of parts included.
 * @param {OpenApiDocument} document @param {OpenApiSchema | undefined} node @returns {SchemaRow[]}
 */
export function schemaRows(document, node, prefix = "", depth = 0) {
  const whole = resolve(document, node) ?? {};
  if (whole.discriminator) return rowsOfKinds(document, alternatives(whole) ?? [], prefix, depth);
  const schema = withParts(document, whole);
  if (schema.type === "array") return schemaRows(document, schema.items, `${prefix}[].`, depth + 1);
  if (depth > DEPTH) return [];
  const each = typeof schema.additionalProperties === "object" ? schema.additionalProperties : undefined;
  if (each && !schema.properties) return schemaRows(document, each, `${prefix}{…}.`, depth + 1); // a map of objects
  if (!schema.properties) return [];
  return Object.entries(schema.properties).flatMap(([name, property]) => {
    const { description } = { ...resolve(document, property), ...property };
    const row = {
      name: prefix + name,
      type: typeOf(document, property),
      required: schema.required?.includes(name) ?? false,
      description,
    };
    return [row, ...schemaRows(document, property, `${prefix}${name}.`, depth + 1)];
  });
}

/** @type {Record<string, unknown>} */
const PLAIN = { string: "…", integer: 0, number: 0, boolean: true, null: null };

/** @param {OpenApiDocument} document @param {OpenApiSchema | undefined} node @returns {unknown} */
export function example(document, node, depth = 0) {
  const schema = withParts(document, resolve(document, node) ?? {});
  const given = schema.example ?? schema.examples?.[0] ?? schema.const ?? schema.default ?? schema.enum?.[0];
  if (given !== undefined) return given;
  const choices = alternatives(schema);
  if (choices) return example(document, choices[0], depth + 1);
  if (schema.type === "array") return depth > DEPTH ? [] : [example(document, schema.items, depth + 1)];
  if (schema.properties && depth <= DEPTH) {
    return Object.fromEntries(
      Object.entries(schema.properties).map(([name, property]) => [name, example(document, property, depth + 1)]),
    );
  }
  return PLAIN[[schema.type].flat()[0] ?? ""] ?? {};
}
