/** The OpenAPI document, as far as the API reference reads it. For the type checker only, like types.d.ts. */

interface OpenApiSchema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: OpenApiSchema[];
  discriminator?: { propertyName: string };
  oneOf?: OpenApiSchema[];
  items?: OpenApiSchema;
  additionalProperties?: OpenApiSchema | boolean;
  maxItems?: number;
  properties?: Record<string, OpenApiSchema>;
  required?: string[];
  description?: string;
  example?: unknown;
  examples?: unknown[];
  default?: unknown;
}

/** A request body or an answer. */
interface OpenApiHolder {
  $ref?: string;
  description?: string;
  content?: Record<string, { schema?: OpenApiSchema; example?: unknown }>;
}

interface OpenApiParameter {
  $ref?: string;
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  schema?: OpenApiSchema;
}

interface OpenApiOperation {
  tags?: string[];
  summary?: string;
  description?: string;
  parameters?: OpenApiParameter[];
  requestBody?: OpenApiHolder;
  responses?: Record<string, OpenApiHolder>;
  security?: object[];
}

interface OpenApiDocument {
  info?: { description?: string };
  paths?: Record<string, Record<string, OpenApiOperation>>;
}

interface ListedOperation {
  method: string;
  path: string;
  tag: string;
  details: OpenApiOperation;
}

interface SchemaRow {
  name: string;
  type: string;
  required?: boolean;
  description?: string;
}
