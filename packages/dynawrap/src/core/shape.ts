import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { ModelShape, Upcast } from "./description.js";
import { invalidModel } from "./errors.js";
import { type IndexDefinitions, parseIndexes } from "./index-key.js";
import { fieldsIn, keyPatterns, type ModelKey } from "./key.js";
import { invalidPattern, type Pattern, parsePattern } from "./pattern.js";
import { listFields } from "./schema.js";
import { fingerprint } from "./version.js";

/** Names that an instance or its class needs for itself. */
const reserved = ["with", "schemaVersion", "schema_version", "constructor", "~types"];

/** A definition without the types that only the compiler needs. */
export interface PlainDefinition {
  readonly name?: string;
  readonly pk: string;
  readonly sk?: string;
  readonly schema: StandardSchemaV1;
  readonly fields?: readonly string[];
  readonly indexes?: IndexDefinitions;
  readonly ttl?: string;
  readonly upcast?: { readonly [version: string]: Upcast };
}

/**
 * Looks a definition over.
 *
 * @throws DynawrapError `pattern.invalid` or `model.invalid`.
 */
export function modelShape(definition: PlainDefinition, label: string): ModelShape {
  const { pk, sk, schema, indexes = {}, ttl, upcast = {} } = definition;
  const key: ModelKey = {
    model: label,
    pk: parsePattern(pk, label),
    sk: sk === undefined ? undefined : parsePattern(sk, label),
    indexes: parseIndexes(indexes, label),
  };
  const fieldOrder = listFields(schema, definition.fields, label);
  const fields = [...fieldOrder].sort();
  const known = new Set(fieldOrder);
  for (const field of reserved) {
    if (known.has(field)) throw invalidModel(label, `the field name \`${field}\` is reserved`, field);
  }
  for (const { source, placeholders } of allPatterns(key)) {
    const foreign = placeholders.find(({ field }) => !known.has(field))?.field;
    if (foreign !== undefined) {
      throw invalidPattern(
        source,
        `has {${foreign}}, which is not a field of the schema (${fields.join(", ")})`,
        label,
        foreign,
      );
    }
  }
  if (ttl !== undefined && (!known.has(ttl) || fieldsIn(keyPatterns(key)).includes(ttl))) {
    throw invalidModel(label, `ttl names \`${ttl}\`, no field outside the key`, ttl);
  }
  const schemaVersion = versionOf(key, fields);
  return { schema, fields, fieldOrder, isField: (name) => known.has(name), key, schemaVersion, ttl, upcast };
}

function allPatterns({ pk, sk, indexes }: ModelKey): readonly Pattern[] {
  return [pk, ...(sk ? [sk] : []), ...[...indexes.values()].flatMap((index) => [...index.pk, ...index.sk])];
}

function versionOf({ pk, sk, indexes }: ModelKey, fields: readonly string[]): string {
  const parts = [...indexes.values()].map((index) => [
    index.index,
    index.pk.map((part) => part.source),
    index.sk.map((part) => part.source),
  ]);
  const ordered = parts.map((part) => JSON.stringify(part)).sort();
  return fingerprint(JSON.stringify([pk.source, sk?.source ?? null, ordered, fields]));
}
