// packages/dynawrap/src/testing/oracle.ts
import { isDeepStrictEqual as isDeepStrictEqual3 } from "node:util";
import fc18 from "fast-check";

// packages/dynawrap/src/core/errors.ts
var brand = /* @__PURE__ */ Symbol.for("dynawrap.error");
var DynawrapError = class extends Error {
  name = "DynawrapError";
  code;
  details;
  /** @param problem what was wrong and what to do, in a sentence; where it was stands in the details. */
  constructor(code, problem, details, cause) {
    const { model, operation } = details;
    const where = model ?? operation;
    super(
      `${where === void 0 ? "" : `${where}: `}${problem}.`,
      cause === void 0 ? void 0 : { cause }
    );
    this.code = code;
    this.details = details;
    Object.defineProperty(this, brand, { value: true });
  }
};
function invalidModel(model, problem, field, cause) {
  return new DynawrapError("model.invalid", problem, { model, field }, cause);
}
function invalidKey(model, problem, field) {
  return new DynawrapError("key.invalid", `the key ${problem}`, { model, field });
}
function invalidOption(option, problem) {
  return new DynawrapError("option.invalid", `\`${option}\` ${problem}`, { option });
}
function isDynawrapError(error, code) {
  if (typeof error !== "object" || error === null || !(brand in error)) return false;
  return code === void 0 || error.code === code;
}

// packages/dynawrap/src/core/key-value.ts
function refuse({ model, field }, problem) {
  throw invalidKey(model, `value \`${field}\` ${problem}`, field);
}
function valueText(value, place2) {
  switch (typeof value) {
    case "string":
      if (!isKeyText(value)) refuse(place2, "holds NUL (U+0000) or a lone surrogate");
      return value;
    case "number":
      if (!Number.isFinite(value)) refuse(place2, `is ${value}`);
      if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
        refuse(place2, `is ${value}; an integer beyond 2^53 must be a bigint`);
      }
      return String(value === 0 ? 0 : value);
    case "bigint":
    case "boolean":
      return String(value);
    default:
      if (value instanceof Date) return dateText(value, place2);
      return refuse(place2, `is ${describe(value)}, not a string, number, bigint, boolean or Date`);
  }
}
function isKeyText(text2) {
  return text2.isWellFormed() && !text2.includes("\0");
}
function dateText(date2, place2) {
  const text2 = Number.isNaN(date2.getTime()) ? "" : date2.toISOString();
  if (text2.length !== 24) refuse(place2, "is no Date of the years 0000 to 9999");
  return text2;
}
function describe(value) {
  if (value === null || value === void 0) return String(value);
  if (typeof value !== "object") return `a ${typeof value}`;
  const name = Object.getPrototypeOf(value)?.constructor?.name;
  return `a ${typeof name === "string" ? name : "nameless object"}`;
}
function writeKeyValue(value, format, after, place2) {
  if (format.kind === "integer") return integerText(value, format.width, place2);
  const text2 = valueText(value, place2);
  if (text2 === "" && format.kind !== "empty") {
    refuse(place2, "is empty, which only `:empty` takes");
  }
  return format.kind === "url" ? percentEncode(text2, after) : text2;
}
function integerText(value, width, place2) {
  const whole2 = typeof value === "bigint" || Number.isSafeInteger(value);
  const text2 = whole2 ? valueText(value, place2).padStart(width, "0") : "";
  if (text2 === "" || width > 0 && (text2.length > width || text2.includes("-"))) {
    const given = whole2 || typeof value === "number" ? value : describe(value);
    const bounds = width > 0 ? ` from 0, of up to ${width} digits` : ", beyond 2^53 a bigint";
    refuse(place2, `is ${given}; its format takes an integer${bounds}`);
  }
  return text2;
}
function percentEncode(text2, after) {
  return encodeURIComponent(text2).replace(
    /[-_.!~*'()]/g,
    (mark) => after.includes(mark) ? `%${mark.charCodeAt(0).toString(16).toUpperCase()}` : mark
  );
}
function readKeyValue(text2, format, after) {
  try {
    const value = format.kind === "url" ? decodeURIComponent(text2) : format.kind === "integer" ? integer(text2) : text2;
    return writeKeyValue(value, format, after, nowhere) === text2 ? value : void 0;
  } catch {
    return void 0;
  }
}
var nowhere = { model: "", field: "" };
function integer(text2) {
  return Number.isSafeInteger(Number(text2)) ? Number(text2) : BigInt(text2);
}

// packages/dynawrap/src/core/record.ts
function setOwn(record, name, value) {
  if (name === "__proto__") {
    Object.defineProperty(record, name, { value, writable: true, enumerable: true, configurable: true });
  } else {
    record[name] = value;
  }
}
function getOwn(record, name) {
  return Object.hasOwn(record, name) ? record[name] : void 0;
}
function isPlainObject(value) {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
}

// packages/dynawrap/src/core/pattern.ts
function invalidPattern(pattern, problem, model, placeholder) {
  const message = `the pattern "${pattern}" ${problem}`;
  return new DynawrapError("pattern.invalid", message, { pattern, model, placeholder });
}
function parsePattern(source, model) {
  const refuse2 = (problem, placeholder) => {
    throw invalidPattern(source, problem, model, placeholder);
  };
  if (typeof source !== "string" || source === "" || !isKeyText(source))
    refuse2("is no text that a key can hold");
  const placeholders = [];
  let head = "";
  const literal = (text2) => {
    const last = placeholders.at(-1);
    if (last) last.after += text2;
    else head += text2;
  };
  for (const [token, inner2] of source.matchAll(/\{\{|\}\}|\{([^{}]*)\}|[{}]|[^{}]+/g)) {
    if (inner2 !== void 0) {
      if (placeholders.at(-1)?.after === "") refuse2(`has no delimiter before {${inner2}}`, inner2);
      const [field = "", format] = inner2.split(/:(.*)/s);
      placeholders.push({
        field,
        format: parseFormat(format) ?? refuse2(unknownFormat(inner2), inner2),
        after: ""
      });
    } else if (token === "{" || token === "}") {
      refuse2(`has a lone ${token}; a literal brace is doubled`);
    } else {
      literal(token === "{{" || token === "}}" ? token.charAt(0) : token);
    }
  }
  return { source, head, placeholders };
}
function unknownFormat(inner2) {
  return `has {${inner2}}, but formats are :d, :08d, :url, :empty`;
}
function parseFormat(format) {
  if (format === void 0) return { kind: "text", width: 0 };
  const [kind2, digits = 0] = /^(?:url|empty|(?:0([1-9]|[1-3]\d|40))?d)$/.exec(format) ?? [];
  const width = Number(digits);
  return kind2 === void 0 ? void 0 : { kind: kind2 === "url" || kind2 === "empty" ? kind2 : "integer", width };
}
function writePlaceholder(placeholder, value, pattern, model) {
  const { field, format, after } = placeholder;
  const text2 = writeKeyValue(value, format, after, { model, field });
  if (after !== "" && (text2 + after).indexOf(after) < text2.length) {
    const encodable = format.kind === "text" || format.kind === "empty";
    const remedy = encodable ? `write {${field}:url}, which encodes it, or ` : "";
    const message = `\`${field}\` holds or runs into the "${after}" that ends it in "${pattern.source}"; ${remedy}choose another delimiter`;
    throw new DynawrapError("key.ambiguous", message, { model, pattern: pattern.source, field });
  }
  return text2;
}
function writePattern(pattern, values, model) {
  let text2 = pattern.head;
  for (const [position, placeholder] of pattern.placeholders.entries()) {
    const value = values(placeholder.field);
    if (value === void 0) {
      const missing2 = pattern.placeholders.slice(position).map(({ field }) => field);
      return { text: text2, missing: missing2.filter((field) => values(field) === void 0) };
    }
    text2 += writePlaceholder(placeholder, value, pattern, model) + placeholder.after;
  }
  return { text: text2, missing: [] };
}
function readPattern(pattern, text2, values) {
  if (!text2.startsWith(pattern.head)) return false;
  let position = pattern.head.length;
  for (const { field, format, after } of pattern.placeholders) {
    const end = after === "" ? text2.length : text2.indexOf(after, position);
    if (end < 0) return false;
    const value = readKeyValue(text2.slice(position, end), format, after);
    if (value === void 0) return false;
    const known2 = getOwn(values, field);
    if (known2 !== void 0 && String(known2) !== String(value)) return false;
    if (known2 === void 0 || typeof known2 === "string") setOwn(values, field, value);
    position = end + after.length;
  }
  return position === text2.length;
}

// packages/dynawrap/src/core/stored-key.ts
function storedKey(PK, SK) {
  return SK === void 0 ? { PK } : { PK, SK };
}
function keyText({ PK, SK }) {
  return JSON.stringify([PK, SK]);
}

// packages/dynawrap/src/core/key.ts
function writeKey(key, values) {
  const { pk, sk, missing: missing2 } = writePrefix(key, values);
  if (missing2.length > 0) throw incomplete(key, key.sk ?? key.pk, missing2, "is asked for whole");
  return storedKey(pk, sk);
}
function writePrefix(key, values) {
  const read3 = (field) => getOwn(values, field);
  const pk = writePattern(key.pk, read3, key.model);
  if (pk.missing.length > 0) {
    const why = "must be whole, as a DynamoDB query reads one partition";
    throw incomplete(key, key.pk, pk.missing, why, whatWouldServe(key, pk.missing, read3));
  }
  if (!key.sk) return { pk: pk.text, sk: void 0, missing: [] };
  const sk = writePattern(key.sk, read3, key.model);
  const rest = key.sk.placeholders.slice(
    key.sk.placeholders.findIndex(({ field }) => sk.missing.includes(field))
  );
  if (sk.missing.length > 0 && rest.some(({ field }) => read3(field) !== void 0 && !isIn(key.pk, field))) {
    throw incomplete(key, key.sk, sk.missing, "is read from left to right");
  }
  return { pk: pk.text, sk: sk.text, missing: sk.missing };
}
function readKey(key, pk, sk) {
  const values = {};
  if (typeof pk !== "string" || !readPattern(key.pk, pk, values)) return void 0;
  if (key.sk === void 0) return sk === void 0 ? values : void 0;
  return typeof sk === "string" && readPattern(key.sk, sk, values) ? values : void 0;
}
function keyPatterns({ pk, sk }) {
  return sk ? [pk, sk] : [pk];
}
function fieldsIn(patterns) {
  return patterns.flatMap(({ placeholders }) => placeholders.map(({ field }) => field));
}
function checkKeyNames(model, patterns, values) {
  if (typeof values !== "object" || values === null) throw invalidKey(model, "is no object of values");
  const known2 = fieldsIn(patterns);
  for (const field of Object.keys(values)) {
    if (!known2.includes(field))
      throw invalidKey(model, `has ${names(known2)}; \`${field}\` is not part of it`, field);
    if (getOwn(values, field) === void 0) {
      throw invalidKey(model, `value \`${field}\` is undefined`, field);
    }
  }
}
function incomplete({ model }, { source }, missing2, why, serves = []) {
  const remedy = serves.length > 0 ? `. What would serve: ${serves.join("; ")}` : "";
  const message = `the key "${source}" ${why}; ${names(missing2)} is missing${remedy}`;
  return new DynawrapError("key.incomplete", message, { model, pattern: source, missing: missing2, serves });
}
function whatWouldServe(key, missing2, read3) {
  const serves = [];
  for (const [alias, { pk }] of key.indexes) {
    const needed = pk.flatMap(({ placeholders }) => placeholders);
    if (needed.every(({ field }) => read3(field) !== void 0)) serves.push(`the index \`${alias}\``);
  }
  const { source } = key.pk;
  const cut = source.lastIndexOf("}", source.indexOf(`{${missing2[0]}`)) + 1;
  if (cut > 0) {
    const rest = source.slice(cut).replace(/^[^\w{]+/, "");
    const sk = key.sk && !key.sk.source.includes(rest) ? `${rest}#${key.sk.source}` : rest;
    serves.push(`pk: "${source.slice(0, cut)}" with sk: "${sk}", in the table or an index`);
  }
  return serves;
}
function isIn({ placeholders }, field) {
  return placeholders.some((placeholder) => placeholder.field === field);
}
function names(fields) {
  return fields.map((field) => `\`${field}\``).join(", ");
}

// packages/dynawrap/src/core/layout.ts
var versionAttribute = "schema_version";
function bareLayout(name, indexes = []) {
  return {
    name,
    pk: { name: "PK", type: "S" },
    sk: { name: "SK", type: "S" },
    indexes: new Map(Array.from(indexes, (index) => [index.name, index])),
    bare: true
  };
}
function indexAttributes({ pk, sk }) {
  return [...pk, ...sk];
}
function invalidTable(table, problem, cause) {
  return new DynawrapError("table.invalid", `the table "${table}" ${problem}`, { table }, cause);
}

// packages/dynawrap/src/core/description.ts
var descriptionSlot = "~model";

// packages/dynawrap/src/core/schema.ts
function validate(schema, input, model) {
  const result = answer(schema, input, model);
  if (typeof result.then === "function") {
    result.then(void 0, () => {
    });
    throw invalidModel(model, "the schema validates asynchronously, or throws");
  }
  const { issues, value } = result;
  if (issues) return { issues: issues.map(plainIssue) };
  if (typeof value !== "object" || value === null) {
    throw invalidModel(model, "the schema's output is not an object");
  }
  return { value };
}
function answer(schema, input, model) {
  try {
    return schema["~standard"].validate(input);
  } catch (cause) {
    throw invalidModel(model, `the schema throws (${cause})`, void 0, cause);
  }
}
function plainIssue({ message, path = [] }) {
  const step = (part2) => {
    const name = typeof part2 === "object" ? part2.key : part2;
    return typeof name === "symbol" ? String(name) : name;
  };
  return { message, path: path.map(step) };
}
function issueText(issues) {
  return issues.slice(0, 10).map(({ path, message }) => path.length > 0 ? `${path.join(".")}: ${message}` : message).join("; ");
}
function listFields(schema, declared, model) {
  const known2 = schema;
  const standard = known2?.["~standard"];
  if (typeof standard?.validate !== "function") {
    throw invalidModel(model, "`schema` is not a Standard Schema");
  }
  const listed2 = namesOf(known2?.shape) ?? namesOf(known2?.entries) ?? propKeys(known2) ?? [];
  const names2 = [...new Set(listed2.concat(declared ?? []))];
  if (names2.length === 0 || names2.some((name) => typeof name !== "string")) {
    const problem = "the schema lists no fields; make it one object shape, or";
    throw invalidModel(model, `${problem} name them: fields: ["id", \u2026]`);
  }
  return names2;
}
function namesOf(shape) {
  return isPlainObject(shape) ? Object.keys(shape) : void 0;
}
function propKeys(type) {
  try {
    const props = type?.props;
    return Array.isArray(props) ? props.map(({ key }) => key).filter((key) => typeof key === "string") : void 0;
  } catch {
    return void 0;
  }
}

// packages/dynawrap/src/core/shadow.ts
function guardShadows(item, description) {
  const { model, base, name, isField } = description;
  const refuse2 = (field, how) => {
    description.guarded = false;
    throw invalidModel(
      name,
      `the class ${how} \`${String(field)}\`, which is a field of its schema`,
      String(field)
    );
  };
  description.guarded = true;
  for (let level = model.prototype; level !== base; level = Object.getPrototypeOf(level)) {
    const hidden = Object.getOwnPropertyNames(level).find(isField);
    if (hidden !== void 0) refuse2(hidden, "has its own");
  }
  return new Proxy(item, {
    defineProperty: (target, property, descriptor) => {
      if (isField(property)) refuse2(property, "declares");
      return Reflect.defineProperty(target, property, descriptor);
    },
    set: (target, property, value, receiver) => {
      if (isField(property)) refuse2(property, "assigns the readonly");
      return Reflect.set(target, property, value, receiver);
    }
  });
}

// packages/dynawrap/src/core/item.ts
var originSlot = /* @__PURE__ */ Symbol.for("dynawrap.origin");
var ItemBase = class {
  /** Type information alone; nothing is there at run time. */
  get "~types"() {
    return void 0;
  }
  /**
   * The version of the item that this instance was read from; the model's current version when the instance is
   * new, or when the item carried none.
   */
  get schemaVersion() {
    return originOf(this)?.version ?? descriptionOf(this).schemaVersion;
  }
  /**
   * A validated copy with some fields changed; the instance itself stays as it is. A change to `undefined` leaves
   * the field out. Attributes that the schema does not know go along.
   *
   * @throws DynawrapError `item.invalid` when the schema refuses the result, or a change names no field.
   */
  with(changes) {
    const description = descriptionOf(this);
    const merged = storedForm(fieldsOf(this, description));
    const refuse2 = (message, ...path) => {
      throw invalidItem(description, [{ message, path }]);
    };
    if (typeof changes !== "object" || changes === null) refuse2("with() takes an object of changes");
    for (const field of Object.keys(changes)) {
      if (!description.isField(field)) {
        refuse2(`not a field of the schema (${description.fields.join(", ")})`, field);
      }
      const value = getOwn(changes, field);
      if (value === void 0) delete merged[field];
      else setOwn(merged, field, value);
    }
    const origin = originOf(this);
    const values = validFields(merged, description);
    return hydrate(
      description,
      values,
      origin && { ...origin, version: void 0, asRead: void 0 }
    );
  }
};
function storedForm(value) {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(storedForm);
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner2]) => [name, storedForm(inner2)]));
}
var pending;
function hydrate(description, values, origin) {
  const outer2 = pending;
  const mine = { values, origin, taken: false };
  pending = mine;
  try {
    const item = new description.model(values);
    if (mine.taken) return item;
    throw invalidModel(description.name, "the constructor must pass its first argument on to super");
  } finally {
    pending = outer2;
  }
}
function construct(item, description, input) {
  let values;
  if (pending && !pending.taken && pending.values === input) {
    pending.taken = true;
    values = pending.values;
    if (pending.origin) Object.defineProperty(item, originSlot, { value: pending.origin });
  } else {
    values = validFields(input, description);
  }
  for (const field of description.fieldOrder) {
    const value = getOwn(values, field);
    if (value !== void 0) Object.defineProperty(item, field, { value, enumerable: true });
  }
  return description.guarded ? item : guardShadows(item, description);
}
function validFields(input, description, stored) {
  const result = validate(description.schema, input, description.name);
  if ("issues" in result) throw invalidItem(description, result.issues, stored);
  return fieldsOf(result.value, description);
}
function invalidItem({ name, schemaVersion, upcast }, issues, stored, cause) {
  const where = stored ? ` under ${keyText(stored.key)}` : "";
  const { version } = stored ?? { version: schemaVersion };
  const known2 = version === schemaVersion || Object.hasOwn(upcast, version ?? "unversioned");
  const carries = version === void 0 ? "no schema version" : `the schema version ${version}`;
  const why = known2 ? "" : `; it carries ${carries}, for which the model has no upcast`;
  const message = `the item${where} is invalid: ${issueText(issues)}${why}`;
  return new DynawrapError(
    "item.invalid",
    message,
    { model: name, issues, key: stored?.key, version },
    cause
  );
}
function fieldsOf(source, description) {
  const fields = {};
  for (const field of description.fieldOrder) {
    const value = getOwn(source, field);
    if (value !== void 0) setOwn(fields, field, value);
  }
  return fields;
}
function isItem(value) {
  return typeof value?.constructor === "function" && descriptionSlot in value.constructor;
}
function originOf(item) {
  return item[originSlot];
}
function descriptionOf(item) {
  return item.constructor[descriptionSlot];
}

// packages/dynawrap/src/core/index-key.ts
function parseIndexes(indexes, model) {
  const parsed = /* @__PURE__ */ new Map();
  for (const [alias, { index, pk, sk = [] }] of Object.entries(indexes)) {
    const side = (patterns) => [patterns].flat().map((source) => parsePattern(source, model));
    const key = { index, pk: side(pk), sk: side(sk) };
    if (!index || key.pk.length < 1 || key.pk.length > 4 || key.sk.length > 4) {
      throw invalidModel(
        model,
        `\`${alias}\` needs the name of an index, and 1 to 4 patterns as pk (and sk)`
      );
    }
    parsed.set(alias, key);
  }
  return parsed;
}

// packages/dynawrap/src/core/version.ts
function fingerprint(text2) {
  let hash2 = 0xcbf29ce484222325n;
  for (const char of encodeURIComponent(text2)) {
    hash2 = BigInt.asUintN(64, (hash2 ^ BigInt(char.charCodeAt(0))) * 0x100000001b3n);
  }
  return hash2.toString(16).padStart(16, "0");
}

// packages/dynawrap/src/core/shape.ts
var reserved = ["with", "schemaVersion", "schema_version", "constructor", "~types"];
function modelShape(definition, label) {
  const { pk, sk, schema, indexes = {}, ttl, upcast = {} } = definition;
  const key = {
    model: label,
    pk: parsePattern(pk, label),
    sk: sk === void 0 ? void 0 : parsePattern(sk, label),
    indexes: parseIndexes(indexes, label)
  };
  const fieldOrder = listFields(schema, definition.fields, label);
  const fields = [...fieldOrder].sort();
  const known2 = new Set(fieldOrder);
  for (const field of reserved) {
    if (known2.has(field)) throw invalidModel(label, `the field name \`${field}\` is reserved`, field);
  }
  for (const { source, placeholders } of allPatterns(key)) {
    const foreign = placeholders.find(({ field }) => !known2.has(field))?.field;
    if (foreign !== void 0) {
      throw invalidPattern(
        source,
        `has {${foreign}}, which is not a field of the schema (${fields.join(", ")})`,
        label,
        foreign
      );
    }
  }
  if (ttl !== void 0 && (!known2.has(ttl) || fieldsIn(keyPatterns(key)).includes(ttl))) {
    throw invalidModel(label, `ttl names \`${ttl}\`, no field outside the key`, ttl);
  }
  const schemaVersion = versionOf(key, fields);
  return { schema, fields, fieldOrder, isField: (name) => known2.has(name), key, schemaVersion, ttl, upcast };
}
function allPatterns({ pk, sk, indexes }) {
  return [pk, ...sk ? [sk] : [], ...[...indexes.values()].flatMap((index) => [...index.pk, ...index.sk])];
}
function versionOf({ pk, sk, indexes }, fields) {
  const parts2 = [...indexes.values()].map((index) => [
    index.index,
    index.pk.map((part2) => part2.source),
    index.sk.map((part2) => part2.source)
  ]);
  const ordered = parts2.map((part2) => JSON.stringify(part2)).sort();
  return fingerprint(JSON.stringify([pk.source, sk?.source ?? null, ordered, fields]));
}

// packages/dynawrap/src/core/model.ts
function DBItem(definition) {
  const plain2 = definition;
  const label = plain2.name ?? `the model with pk "${plain2.pk}"`;
  const shape = modelShape(plain2, label);
  const { key, fields, schemaVersion } = shape;
  const descriptions = /* @__PURE__ */ new WeakMap();
  class Base extends ItemBase {
    /** None of its own: a model that no class extends is called by its pattern. */
    static name = "";
    static pk = plain2.pk;
    static sk = plain2.sk;
    static indexes = plain2.indexes ?? {};
    static fields = fields;
    static schemaVersion = schemaVersion;
    /** One for each class that extends this one. */
    static get [descriptionSlot]() {
      let own = descriptions.get(this);
      if (!own) {
        const name = plain2.name ?? (this.name || label);
        const model = this;
        const state = { guarded: false, roundTripped: /* @__PURE__ */ new Set(), ttlIsDate: { value: false } };
        own = {
          ...shape,
          ...state,
          key: { ...key, model: name },
          name,
          model,
          base: Base.prototype,
          hydrate
        };
        descriptions.set(this, own);
      }
      return own;
    }
    static get modelName() {
      return this[descriptionSlot].name;
    }
    static key(values) {
      const { key: key2 } = this[descriptionSlot];
      return writeKey(key2, keyValues(key2.model, keyPatterns(key2), values));
    }
    static prefix(values) {
      const { key: key2 } = this[descriptionSlot];
      const { pk, sk } = writePrefix(key2, keyValues(key2.model, keyPatterns(key2), values));
      return storedKey(pk, sk);
    }
    static matches(pk, sk) {
      return readKey(key, pk, sk) !== void 0;
    }
    static parseKey(pk, sk) {
      return readKey(key, pk, sk);
    }
    constructor(input) {
      super();
      return construct(this, new.target[descriptionSlot], input);
    }
  }
  return Base;
}
function keyValues(model, patterns, values) {
  if (!isItem(values)) checkKeyNames(model, patterns, values);
  return values;
}
function requireModel(model, where) {
  if (typeof model !== "function" || !(descriptionSlot in model)) {
    throw invalidModel(where, "give a model or an instance of one, no plain object");
  }
  return model[descriptionSlot];
}

// packages/dynawrap/src/core/overlap.ts
function literalLength({ pk, sk }) {
  const patterns = sk ? [pk, sk] : [pk];
  return patterns.reduce(
    (sum, { head, placeholders }) => placeholders.reduce((length, { after }) => length + after.length, sum + head.length),
    0
  );
}
function mayShareKey(left, right) {
  if (left.sk === void 0 !== (right.sk === void 0)) return false;
  return meet(left.pk, right.pk) && (!left.sk || !right.sk || meet(left.sk, right.sk));
}
var written = {
  text: /./su,
  empty: /./su,
  integer: /[-\d]/,
  url: /[\w.!~*'()%-]/
};
function steps({ head, placeholders }) {
  return [
    ...head,
    ...placeholders.flatMap(({ format, after }) => [
      { allowed: written[format.kind], empty: format.kind === "empty" },
      ...after
    ])
  ];
}
function meet(left, right) {
  const [a, b] = [steps(left), steps(right)];
  const seen = /* @__PURE__ */ new Set();
  const walk2 = (i, inA, j, inB) => {
    const place2 = `${i},${inA},${j},${inB}`;
    if (seen.has(place2)) return false;
    seen.add(place2);
    const [x, y] = [a[i], b[j]];
    if (x === void 0 && y === void 0) return true;
    if (typeof x === "object" && (inA || x.empty) && walk2(i + 1, false, j, inB)) return true;
    if (typeof y === "object" && (inB || y.empty) && walk2(i, inA, j + 1, false)) return true;
    if (x === void 0 || y === void 0 || !shareCharacter(x, y)) return false;
    const [nextI, nextJ] = [typeof x === "object" ? i : i + 1, typeof y === "object" ? j : j + 1];
    return walk2(nextI, typeof x === "object", nextJ, typeof y === "object");
  };
  return walk2(0, false, 0, false);
}
function shareCharacter(x, y) {
  if (typeof x === "object") return typeof y === "object" || x.allowed.test(y);
  return typeof y === "object" ? y.allowed.test(x) : x === y;
}

// packages/dynawrap/src/core/placement.ts
function placeModel(model, layout) {
  const { key, name, isField } = model;
  const at = layout.bare ? "a plain table name means the key PK, SK, but" : `in the table "${layout.name}"`;
  const parts2 = /* @__PURE__ */ new Map();
  const place2 = (attribute, pattern) => {
    const refuse2 = (problem) => {
      throw invalidModel(name, `${at} the pattern "${pattern.source}" ${problem}`, attribute.name);
    };
    const lone = isLone(pattern) ? pattern.placeholders[0] : void 0;
    const known2 = parts2.get(attribute.name);
    if (known2 && known2.pattern.source !== pattern.source) {
      refuse2(`stands in \`${attribute.name}\` with another, "${known2.pattern.source}"`);
    }
    const own = isField(attribute.name);
    if (own && lone?.field !== attribute.name) refuse2(`is not its field \`${attribute.name}\``);
    if (attribute.type === "N" && !(lone && /^(text|integer)$/.test(lone.format.kind) && lone.format.width === 0)) {
      refuse2(`is no lone number, which \`${attribute.name}\` holds`);
    }
    const part2 = { attribute, pattern, own };
    parts2.set(attribute.name, part2);
    return part2;
  };
  if (isField(versionAttribute))
    throw invalidModel(name, `${at} \`${versionAttribute}\` is taken`, versionAttribute);
  if (layout.sk === void 0 !== (key.sk === void 0)) {
    throw invalidModel(
      name,
      `${at} ${key.sk ? "there is no sort key, and the model has an sk" : "the model has no sk"}`
    );
  }
  const pk = place2(layout.pk, key.pk);
  const sk = layout.sk && key.sk && place2(layout.sk, key.sk);
  const indexes = /* @__PURE__ */ new Map();
  for (const [alias, given] of key.indexes) {
    const index = requireIndex(layout, alias, given, name, at);
    const side = (attributes, patterns) => attributes.map((attribute, position) => place2(attribute, patterns[position]));
    indexes.set(alias, { alias, index, pk: side(index.pk, given.pk), sk: side(index.sk, given.sk) });
  }
  const derived = [...parts2.values()].filter((part2) => !part2.own && part2 !== pk && part2 !== sk);
  const tableKey = /* @__PURE__ */ new Set([layout.pk.name, layout.sk?.name]);
  const names2 = derived.map(({ attribute }) => attribute.name).filter((attribute) => !tableKey.has(attribute));
  return { model, layout, pk, sk, indexes, derived: new Set(names2) };
}
function requireIndex(layout, alias, { index, pk, sk }, model, at) {
  const found = layout.indexes.get(index);
  if (!found) throw invalidModel(model, `${at} there is no index ${index}, which \`${alias}\` is of`);
  if (found.pk.length !== pk.length || found.sk.length !== sk.length) {
    const wanted = `${found.pk.length} patterns as pk and ${found.sk.length} as sk`;
    throw invalidModel(model, `${at} the index ${index} takes ${wanted}, and \`${alias}\` has others`);
  }
  return found;
}
function isLone({ head, placeholders }) {
  return head === "" && placeholders.length === 1 && placeholders[0]?.after === "";
}
function bareIndex({ index, sk }) {
  const attribute = (side) => ({ name: `${index}${side}`, type: "S" });
  return {
    name: index,
    pk: [attribute("PK")],
    sk: sk.length > 0 ? [attribute("SK")] : [],
    projection: "ALL",
    local: false
  };
}

// packages/dynawrap/src/core/design.ts
var Design = class {
  layout;
  /** In the order of their claim: those with the most literal characters first. */
  models;
  /** Whether these are all the models that the table takes. */
  closed;
  #placements = /* @__PURE__ */ new Map();
  #rivals = /* @__PURE__ */ new Map();
  constructor(layout, models, closed) {
    this.layout = layout;
    this.models = [...models].sort((left, right) => literalLength(right.key) - literalLength(left.key));
    this.closed = closed;
  }
  /** @throws DynawrapError `model.invalid` for a model that the table does not list, or that cannot live in it. */
  placement(model) {
    let placement = this.#placements.get(model);
    if (!placement) {
      if (this.closed && !this.models.includes(model)) {
        const known2 = this.models.map(({ name }) => name).join(", ");
        throw invalidModel(model.name, `the table "${this.layout.name}" does not list it; it has ${known2}`);
      }
      placement = placeModel(model, this.layout);
      this.#placements.set(model, placement);
    }
    return placement;
  }
  /** Whose an item with this key is, if it fits any of the models. */
  owner({ PK, SK }) {
    return this.models.find(({ key }) => readKey(key, PK, SK) !== void 0);
  }
  /** The other model that has a key although it fits this one too. */
  rival(model, { PK, SK }) {
    let rivals = this.#rivals.get(model);
    if (!rivals) {
      const before = this.models.slice(0, Math.max(0, this.models.indexOf(model)));
      rivals = before.filter((other) => mayShareKey(other.key, model.key));
      this.#rivals.set(model, rivals);
    }
    return rivals.find(({ key }) => readKey(key, PK, SK) !== void 0);
  }
};
var designs = /* @__PURE__ */ new WeakMap();
var bareDesigns = /* @__PURE__ */ new WeakMap();
function designOf(table, models) {
  if (typeof table === "object" && table !== null && "layout" in table) {
    let design2 = designs.get(table);
    if (!design2) {
      const listed2 = table.models.map((model) => requireModel(model, `"${table.name}"`));
      design2 = new Design(table.layout, listed2, listed2.length > 0);
      designs.set(table, design2);
    }
    return design2.closed || models.length < 2 ? design2 : new Design(table.layout, models, false);
  }
  const [only] = models;
  if (models.length !== 1 || !only) return bareDesign(table, models);
  const known2 = bareDesigns.get(only) ?? /* @__PURE__ */ new Map();
  bareDesigns.set(only, known2);
  let design = known2.get(table);
  if (!design) {
    design = bareDesign(table, models);
    if (known2.size < 100) known2.set(table, design);
  }
  return design;
}
function bareDesign(name, models) {
  const keys = models.flatMap((model) => [...model.key.indexes.values()].map((key) => ({ model, key })));
  const indexes = keys.map(({ model, key }) => {
    if (key.pk.length <= 1 && key.sk.length <= 1) return bareIndex(key);
    throw invalidModel(model.name, `index ${key.index} has a key of several attributes, which needs a Table`);
  });
  return new Design(bareLayout(name, indexes), models, false);
}

// packages/dynawrap/src/engine/meter.ts
function newMeter() {
  return { requests: 0, retries: 0, capacity: 0, rows: 0, bytes: 0 };
}
function consumedSoFar({ requests, retries, capacity, rows, bytes }) {
  return { requests, retries, capacity, rows, bytes };
}

// packages/dynawrap/src/engine/deadline.ts
function underDeadline(operation, options, run, meter) {
  return withCall(operation, options, (call) => untilAborted(run(call), call.signal), meter);
}
async function withCall(operation, { signal, deadline }, run, meter = newMeter()) {
  if (deadline !== void 0 && !(deadline > 0)) {
    throw invalidOption("deadline", `is ${deadline}, not milliseconds above 0`);
  }
  signal?.throwIfAborted();
  if (signal === void 0 && deadline === void 0) return run({ operation, signal, meter });
  const controller = new AbortController();
  const call = { operation, signal: controller.signal, meter };
  const stop = () => controller.abort(signal?.reason);
  const end = () => {
    const message = `no answer within ${deadline} ms; a write may have taken effect`;
    controller.abort(call.expired?.() ?? new DynawrapError("backend.unavailable", message, { operation }));
  };
  signal?.addEventListener("abort", stop, { once: true });
  const timer = deadline === void 0 ? void 0 : setTimeout(end, Math.min(deadline, 2 ** 31 - 1));
  try {
    return await run(call);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}
async function untilAborted(promise, signal) {
  if (signal === void 0) return promise;
  let stop = () => {
  };
  const aborted = new Promise((_, reject) => {
    stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } catch (error) {
    promise.catch(() => {
    });
    throw signal.aborted ? signal.reason : error;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
function pause(milliseconds, signal) {
  return untilAborted(new Promise((resolve) => setTimeout(resolve, milliseconds)), signal);
}
function backoff(attempt) {
  return Math.random() * Math.min(50 * 2 ** attempt, 5e3);
}

// packages/dynawrap/src/engine/batch.ts
var patience = 3e4;
var windowRequests = 64;
async function writeBatches(driver, layout, input, encode, options, operation) {
  const sources = sourcesOf(input);
  const sized = sources.every(([, items]) => isAtHand(items));
  const open = /* @__PURE__ */ new Map();
  let taken = 0;
  let written3 = false;
  let progressAt = 0;
  const take2 = (item, kind2) => {
    taken++;
    open.set(item, { item, kind: kind2 });
    const id = keyText(encode(item, kind2).key);
    open.delete(item);
    open.set(id, { item, kind: kind2 });
  };
  const send2 = async (ids, call) => {
    let entries = ids.map((id) => {
      const { item, kind: kind2 } = open.get(id);
      return encode(item, kind2);
    });
    for (let attempt = 0; entries.length > 0; attempt++) {
      if (attempt > 0) {
        call.meter.retries++;
        await pause(backoff(attempt), call.signal);
      }
      const putOff = new Set(await request(driver, layout, entries, call));
      const stalled = putOff.size === entries.length;
      for (const entry of entries) if (!putOff.has(entry)) open.delete(keyText(entry.key));
      operation.returned += entries.length - putOff.size;
      entries = [...putOff];
      if (!stalled) {
        progressAt = Date.now();
        written3 = true;
        options.onProgress?.({ done: taken - open.size, total: sized ? taken : void 0 });
      } else if (options.deadline === void 0 && Date.now() - progressAt > patience) {
        throw new DynawrapError("backend.throttled", "nothing gets through", { operation: "batchWrite" });
      }
    }
  };
  const flush = async (call) => {
    const ids = [...open.keys()];
    progressAt = Date.now();
    let failure;
    const work = async () => {
      try {
        while (ids.length > 0 && !failure) await send2(ids.splice(-driver.batch.size), call);
      } catch (cause) {
        failure ??= { cause };
      }
    };
    await Promise.all(Array.from({ length: driver.batch.concurrency }, work));
    if (failure) throw failure.cause;
  };
  await withCall(
    "batchWrite",
    options,
    async (call) => {
      const untouched = [...sources];
      try {
        for (const [kind2, items] of sources) {
          untouched.shift();
          for await (const item of whileWanted(items, call.signal)) {
            take2(item, kind2);
            if (!sized && open.size >= driver.batch.size * windowRequests) await flush(call);
          }
        }
        await flush(call);
      } catch (cause) {
        if (!written3 && sized && !isPassing(cause)) throw cause;
        for (const [kind2, items] of untouched) {
          if (isAtHand(items)) for (const item of items) open.set(item, { item, kind: kind2 });
        }
        throw incomplete2([...open.values()], cause);
      }
    },
    operation.meter
  );
}
async function* whileWanted(items, signal) {
  const iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  try {
    for (; ; ) {
      const { done, value } = await untilAborted(Promise.resolve(iterator.next()), signal);
      if (done) return;
      yield value;
    }
  } finally {
    Promise.resolve(iterator.return?.()).catch(() => {
    });
  }
}
async function request(driver, layout, entries, call) {
  call.signal?.throwIfAborted();
  try {
    return await untilAborted(driver.writeBatch(layout, entries, call), call.signal);
  } catch (error) {
    if (isDynawrapError(error, "backend.throttled")) return entries;
    throw error;
  }
}
function sourcesOf(input) {
  const sources = Object.entries(isIterable(input) ? { save: input } : { ...input });
  if (sources.length === 0 || sources.some(([kind2, items]) => !/^(save|delete)$/.test(kind2) || !isIterable(items))) {
    throw invalidOption("items", "is no iterable of items, nor { save, delete }");
  }
  return sources.sort(([left], [right]) => left < right ? 1 : -1);
}
function isIterable(input) {
  return typeof input === "object" && input !== null && (Symbol.iterator in input || Symbol.asyncIterator in input);
}
function isAtHand(items) {
  return Array.isArray(items) || items instanceof Set;
}
function isPassing(cause) {
  return !isDynawrapError(cause) || cause.code === "backend.throttled" || cause.code === "backend.unavailable";
}
function incomplete2(left, cause) {
  const of = (wanted) => left.filter(({ kind: kind2 }) => kind2 === wanted).map(({ item }) => item);
  const message = `batchWrite: ${left.length} entries, in the details, are not written (${cause})`;
  return new DynawrapError("batch.incomplete", message, { save: of("save"), delete: of("delete") }, cause);
}

// packages/dynawrap/src/engine/batch-get.ts
var patience2 = 3e4;
async function getMany({ driver }, layout, keys, consistent, call) {
  const found = /* @__PURE__ */ new Map();
  const open = [...new Map(keys.map((key) => [keyText(key), key])).values()];
  const read3 = async (chunk) => {
    let left = chunk;
    let progressAt = Date.now();
    for (let attempt = 0; left.length > 0; attempt++) {
      if (attempt > 0) {
        call.meter.retries++;
        await pause(backoff(attempt), call.signal);
      }
      const before = left.length;
      const { rows, putOff } = await request2(driver.getBatch(layout, left, consistent, call), left, call);
      for (const row of rows) {
        const stored = driver.decode(row, layout);
        found.set(keyText(stored.key), stored);
      }
      left = putOff;
      if (left.length < before) progressAt = Date.now();
      else if (Date.now() - progressAt > patience2) {
        throw new DynawrapError("backend.throttled", "nothing gets through", { operation: call.operation });
      }
    }
  };
  let failed2 = false;
  const work = async () => {
    while (open.length > 0 && !failed2) await read3(open.splice(-driver.batch.reads));
  };
  const workers = Array.from(
    { length: driver.batch.concurrency },
    () => work().catch((error) => {
      failed2 = true;
      throw error;
    })
  );
  await Promise.all(workers);
  return found;
}
async function request2(answer2, keys, call) {
  try {
    return await untilAborted(answer2, call.signal);
  } catch (error) {
    if (isDynawrapError(error, "backend.throttled")) return { rows: [], putOff: keys };
    throw error;
  }
}

// packages/dynawrap/src/core/condition.ts
var brand2 = /* @__PURE__ */ Symbol.for("dynawrap.test");
var Operator = class {
  [brand2] = true;
  kind;
  operands;
  constructor(kind2, operands) {
    this.kind = kind2;
    this.operands = operands;
  }
};
function test(kind2, ...operands) {
  return new Operator(kind2, operands);
}
function isTest(value) {
  return typeof value === "object" && value !== null && Object.hasOwn(value, brand2);
}
function eq(value) {
  return test("eq", value);
}
function ne(value) {
  return test("ne", value);
}
function gt(value) {
  return test("gt", value);
}
function gte(value) {
  return test("gte", value);
}
function lt(value) {
  return test("lt", value);
}
function lte(value) {
  return test("lte", value);
}
function between(low, high) {
  return test("between", low, high);
}
function beginsWith(prefix) {
  return test("beginsWith", prefix);
}
function contains(part2) {
  return test("contains", part2);
}
function oneOf(...values) {
  const [first] = values;
  return test("oneOf", ...values.length === 1 && Array.isArray(first) ? first : values);
}
function exists() {
  return test("exists");
}
function missing() {
  return test("missing");
}
function size(expected) {
  return test("size", isTest(expected) ? expected : eq(expected));
}
function not(opposite) {
  return test("not", opposite);
}
function allOf(...tests) {
  return test("allOf", ...tests);
}
function anyOf(...operands) {
  return test("anyOf", ...operands);
}
function nested(content) {
  return test("nested", content);
}

// packages/dynawrap/src/core/range.ts
function compareUtf8(left, right) {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index++) {
    const a = left.charCodeAt(index);
    const b = right.charCodeAt(index);
    if (a !== b) return surrogatesLast(a) - surrogatesLast(b);
  }
  return left.length - right.length;
}
function surrogatesLast(unit) {
  return unit >= 55296 && unit <= 57343 ? unit + 65536 : unit;
}
function successor(prefix) {
  const points = Array.from(prefix, (char) => char.codePointAt(0) ?? 0);
  while (points.length > 0) {
    const last = points.pop() ?? 0;
    if (last === 1114111) continue;
    const next = last + 1 === 55296 ? 57344 : last + 1;
    return String.fromCodePoint(...points, next);
  }
  return void 0;
}
function utf8Length(text2) {
  let bytes = text2.length;
  for (let index = 0; index < text2.length; index++) {
    const unit = text2.charCodeAt(index);
    if (unit > 127) bytes += unit > 2047 && (unit < 55296 || unit > 57343) ? 2 : 1;
  }
  return bytes;
}

// packages/dynawrap/src/core/key-range.ts
function writeRange(key, { pk, sk }, values) {
  const { model } = key;
  const read3 = (field) => getOwn(values, field);
  const partition = pk.map(({ pattern, attribute }) => {
    const { text: text2, missing: missing2 } = writePattern(pattern, read3, model);
    if (missing2.length === 0)
      return attribute.type === "N" ? numberKey(model, pattern.placeholders[0], read3) : text2;
    const why = "must be whole, as a DynamoDB query reads one partition";
    throw incomplete(key, pattern, missing2, why, whatWouldServe(key, missing2, read3));
  });
  const inPartition = (field) => pk.some(({ pattern }) => isIn(pattern, field));
  const given = [...new Set(fieldsIn(sk.map(({ pattern }) => pattern)))].filter(
    (field) => !inPartition(field) && read3(field) !== void 0
  );
  const leading2 = [];
  let sort = { kind: "prefix", text: "" };
  for (const [place2, part2] of sk.entries()) {
    const last = place2 === sk.length - 1;
    const found = sortCondition(model, part2, read3, inPartition, last);
    sort = found.sort;
    for (const field of found.fields) {
      const at = given.indexOf(field);
      if (at >= 0) given.splice(at, 1);
    }
    if (found.missing !== void 0 && given.length > 0) {
      throw incomplete(key, part2.pattern, [found.missing], "is read from left to right");
    }
    if (found.range && given.length > 0) {
      throw invalidKey(
        model,
        `value \`${given[0]}\` follows a range; a range stands on the last value`,
        given[0]
      );
    }
    if (sort.kind !== "equal" || last || given.length === 0) return { pk: partition, leading: leading2, sort };
    leading2.push(sort.text);
  }
  return { pk: partition, leading: leading2, sort };
}
function sortCondition(model, { pattern, attribute }, read3, inPartition, last) {
  const numeric3 = attribute.type === "N";
  const fields = [];
  let text2 = pattern.head;
  for (const placeholder of pattern.placeholders) {
    const { field, format, after } = placeholder;
    const value = read3(field);
    if (value === void 0) {
      const sort = numeric3 ? { kind: "span", from: void 0, to: void 0 } : { kind: "prefix", text: text2 };
      return { sort, fields, missing: field };
    }
    fields.push(field);
    const place2 = { model, pattern, placeholder, text: text2 };
    if (isTest(value) && value.kind !== "eq") {
      if (inPartition(field))
        throw invalidKey(model, `value \`${field}\` is a range, and the partition key holds it`, field);
      return { sort: numeric3 ? numberRange(place2, value) : textRange(place2, value), fields, range: true };
    }
    if (numeric3) return { sort: { kind: "equal", text: numberKey(model, placeholder, read3) }, fields };
    const exact = isTest(value) ? value.operands[0] : value;
    text2 += writePlaceholder(placeholder, exact, pattern, model) + after;
    if (last && after === "" && format.kind === "text" && typeof value === "string" && !inPartition(field)) {
      return { sort: { kind: "prefix", text: text2 }, fields };
    }
  }
  return { sort: { kind: "equal", text: text2 }, fields };
}
function numberKey(model, { field }, read3) {
  const value = read3(field);
  return numberText(model, field, isTest(value) && value.kind === "eq" ? value.operands[0] : value);
}
function numberText(model, field, value) {
  const whole2 = typeof value === "bigint" || Number.isInteger(value) && Number.isSafeInteger(value);
  if (!whole2 && !(typeof value === "number" && Number.isFinite(value) && !Number.isInteger(value))) {
    throw invalidKey(
      model,
      `value \`${field}\` stands in a numeric key, and is no number that one can hold`,
      field
    );
  }
  return String(value === 0 ? 0 : value);
}
function numberRange({ model, placeholder: { field } }, test2) {
  if (!/^(?:[gl]te?|between)$/.test(test2.kind)) refuseOperator(model, field, test2.kind, "a numeric key");
  const texts = test2.operands.map((operand) => numberText(model, field, operand));
  const [low = 0, high = 0] = test2.operands;
  return span(test2.kind, texts, model, field, () => Number(low > high));
}
function textRange({ model, pattern, placeholder, text: text2 }, test2) {
  const { field, format, after } = placeholder;
  const [first] = test2.operands;
  if (test2.kind === "beginsWith") {
    if (format.kind === "integer" || typeof first !== "string")
      refuseOperator(model, field, test2.kind, "a number");
    const begun2 = format.kind === "url" ? percentEncode(first, after) : first;
    writePlaceholder({ ...placeholder, format: { kind: "text", width: 0 } }, begun2, pattern, model);
    return { kind: "prefix", text: text2 + begun2 };
  }
  const ordered = format.kind === "integer" ? format.width > 0 : format.kind !== "url";
  const sorts = ordered && test2.operands.every((operand) => isOrdered(operand, format.kind === "integer"));
  if (!sorts || !/^(?:[gl]te?|between)$/.test(test2.kind)) {
    refuseOperator(model, field, test2.kind, "a value whose text order is not its own (pad numbers: `:08d`)");
  }
  const ends = test2.operands.map((operand) => text2 + writePlaceholder(placeholder, operand, pattern, model));
  const found = span(test2.kind, ends, model, field, compareUtf8);
  const closed = after === "" ? found : coverContinuations(found, after);
  const end = successor(text2);
  return {
    kind: "span",
    from: closed.from ?? (text2 === "" ? void 0 : { text: text2, inclusive: true }),
    to: closed.to ?? (end === void 0 ? void 0 : { text: end, inclusive: false })
  };
}
function isOrdered(value, padded) {
  return typeof value === "string" || value instanceof Date || padded && /^(number|bigint)$/.test(typeof value);
}
function span(kind2, [first = "", second = ""], model, field, compare2) {
  if (kind2 === "between") {
    if (compare2(first, second) > 0)
      throw invalidKey(model, `range of \`${field}\` ends before it begins`, field);
    return { kind: "span", from: { text: first, inclusive: true }, to: { text: second, inclusive: true } };
  }
  const bound = { text: first, inclusive: kind2.endsWith("e") };
  return {
    kind: "span",
    from: kind2.startsWith("g") ? bound : void 0,
    to: kind2.startsWith("l") ? bound : void 0
  };
}
function coverContinuations({ from, to }, after) {
  const edge = (bound, behind) => {
    const text2 = behind ? successor(bound.text + after) : bound.text + after;
    return { text: text2, inclusive: !behind };
  };
  return {
    kind: "span",
    from: from && { ...edge(from, !from.inclusive), inclusive: true },
    to: to && { ...edge(to, to.inclusive), inclusive: false }
  };
}
function refuseOperator(model, field, kind2, what2) {
  throw invalidKey(model, `value \`${field}\` takes no ${kind2}: it is ${what2}`, field);
}

// packages/dynawrap/src/values/condition.ts
function every(conditions) {
  return conditions.length === 1 ? conditions[0] : { kind: "and", conditions };
}
function some(conditions) {
  return conditions.length === 1 ? conditions[0] : { kind: "or", conditions };
}
function readsOf(condition) {
  const reads = /* @__PURE__ */ new Set();
  const visit = (each) => {
    if (each.kind === "and" || each.kind === "or") each.conditions.forEach(visit);
    else if (each.kind === "not") visit(each.condition);
    else if ("path" in each) reads.add(each.path[0]);
  };
  visit(condition);
  return reads;
}

// packages/dynawrap/src/values/number.ts
var ExactNumber = class {
  /** Decimal notation, without an exponent when it came from DynamoDB. */
  digits;
  constructor(digits) {
    this.digits = digits;
  }
  toString() {
    return this.digits;
  }
};
var decimal = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
var short = /^-?[\d.]{1,15}$/;
var longest = 200;
function parseNumber(text2) {
  if (text2.length > longest || !decimal.test(text2)) return void 0;
  const value = Number(text2);
  const holds3 = Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value);
  if (holds3 && (short.test(text2) || significant(text2) === significant(String(value))))
    return value === 0 ? 0 : value;
  return /^[+-]?\d+(?:\.0*)?$/.test(text2) ? BigInt(text2.split(".")[0]) : new ExactNumber(text2);
}
function significant(text2) {
  return text2.replace(/^[+-]?[0.]*|\.|0*\.?0*(?:e.*)?$/gi, "");
}
function numberProblem(value) {
  const text2 = String(value);
  if (Number.isInteger(value) && !Number.isSafeInteger(value))
    return `is ${text2}; integers beyond 2^53 must be a bigint`;
  const size2 = Math.abs(Number(text2));
  const digits = text2.length > longest ? text2 : significant(text2);
  const fits = size2 >= 1e-130 && size2 <= 1e126 && digits.length <= 38 && !(size2 === 1e126 && digits === "1");
  return fits || digits === "" ? void 0 : "is beyond DynamoDB's numbers: 38 digits, 1E-130 to below 1E+126";
}
function numberText2(value) {
  return value === 0 ? "0" : String(value);
}
function numberBytes(text2) {
  return Math.floor(significant(text2).length / 2) + 2 + Number(text2.startsWith("-"));
}
function compareNumbers(left, right) {
  const difference = Number(left) - Number(right);
  if (difference) return difference;
  const [a, b] = [significant(left), significant(right)];
  const sign2 = signOf(left, a);
  const size2 = magnitude(left) - magnitude(right) || (a < b ? -1 : Number(a > b));
  return sign2 - signOf(right, b) || sign2 * size2 || 0;
}
function signOf(text2, digits) {
  return digits === "" ? 0 : text2.startsWith("-") ? -1 : 1;
}
function magnitude(text2) {
  const [mantissa = "", exponent = "0"] = text2.split(/e/i);
  const first = mantissa.search(/[1-9]/);
  const point = `${mantissa}.`.indexOf(".");
  return Number(exponent) + point - first - Number(first < point);
}

// packages/dynawrap/src/values/bytes.ts
function binaryText(bytes) {
  let binary = "";
  for (let start = 0; start < bytes.length; start += 8192) {
    binary += String.fromCharCode(...bytes.subarray(start, start + 8192));
  }
  return binary;
}
function base64(bytes) {
  return btoa(binaryText(bytes));
}
function fromBase64(text2) {
  if (text2.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text2)) return void 0;
  return Uint8Array.from(atob(text2), (char) => char.charCodeAt(0));
}

// packages/dynawrap/src/values/cursor.ts
async function writeCursor(texts, { query: query3, secret }) {
  const payload = new TextEncoder().encode(JSON.stringify([fingerprint(query3), ...texts]));
  const parts2 = secret === void 0 ? [payload] : [payload, await sign(payload, secret)];
  return parts2.map(urlSafe).join(".");
}
async function readCursor(cursor, { query: query3, secret, model }) {
  const refuse2 = (problem) => {
    throw new DynawrapError("cursor.invalid", `the cursor ${problem}; begin again without one`, { model });
  };
  if (typeof cursor !== "string" || !/^[\w.-]{1,10000}$/.test(cursor)) return refuse2("is not one");
  const [payload, signature, more] = cursor.split(".").map(fromUrlSafe);
  if (!payload || more) return refuse2("is not one");
  if (secret !== void 0 && !(signature && await isSigned(payload, signature, secret))) {
    return refuse2("is not signed by this backend's secret");
  }
  let texts;
  try {
    texts = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload));
  } catch {
    return refuse2("is not one");
  }
  if (!Array.isArray(texts) || texts.some((text2) => typeof text2 !== "string")) return refuse2("is not one");
  const [bound, ...rest] = texts;
  return bound === fingerprint(query3) ? rest : refuse2("is of another query");
}
function urlSafe(bytes) {
  return base64(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
function fromUrlSafe(text2) {
  const plain2 = text2.replaceAll("-", "+").replaceAll("_", "/");
  return fromBase64(plain2.padEnd(Math.ceil(plain2.length / 4) * 4, "="));
}
var algorithm = { name: "HMAC", hash: "SHA-256" };
function secretKey(secret) {
  return crypto.subtle.importKey("raw", new TextEncoder().encode(secret), algorithm, false, [
    "sign",
    "verify"
  ]);
}
async function sign(payload, secret) {
  return new Uint8Array(await crypto.subtle.sign(algorithm, await secretKey(secret), payload));
}
async function isSigned(payload, signature, secret) {
  return crypto.subtle.verify(algorithm, await secretKey(secret), signature, payload);
}

// packages/dynawrap/src/values/path.ts
function unsupported(path, problem) {
  const place2 = path.map(
    (step, index) => typeof step === "number" ? `[${step}]` : index === 0 ? step : `.${step}`
  );
  return new DynawrapError("value.unsupported", `The value at \`${place2.join("")}\` ${problem}`, {
    path: [...path]
  });
}

// packages/dynawrap/src/values/attribute-encoder.ts
var maxDepth = 32;
function encodeAttributes(record) {
  const encoder = new Encoder();
  const wire = encoder.map(record);
  return { wire, bytes: encoder.bytes };
}
var Encoder = class {
  bytes = 0;
  /** Where the value at hand stands; its length is the depth. */
  path = [];
  map(record) {
    const map = {};
    for (const name of Object.keys(record)) {
      const value = record[name];
      if (value === void 0) continue;
      this.path.push(name);
      const { length } = this.text(name);
      if (length < 1 || length > 65535) this.refuse("has a name that is empty or over 64 KB");
      setOwn(map, name, this.value(value));
      this.path.pop();
    }
    return map;
  }
  /** The one place that says what kinds of value there are. */
  value(value) {
    switch (typeof value) {
      case "string":
        return { S: this.text(value) };
      case "number":
      case "bigint":
        return { N: this.number(value) };
      case "boolean":
        this.bytes += 1;
        return { BOOL: value };
    }
    if (value === null) {
      this.bytes += 1;
      return { NULL: true };
    }
    if (Array.isArray(value)) {
      this.container(value.length);
      return { L: Array.from(value, (element, index) => this.element(element, index)) };
    }
    if (isPlainObject(value)) {
      this.container(Object.keys(value).length);
      return { M: this.map(value) };
    }
    if (value instanceof Date) {
      if (Number.isNaN(value.getTime())) this.refuse("is an invalid Date");
      return { S: this.text(value.toISOString()) };
    }
    if (value instanceof Uint8Array) {
      this.bytes += value.length;
      return { B: Uint8Array.from(value) };
    }
    if (value instanceof Set) return this.set(value);
    if (value instanceof ExactNumber) return { N: this.number(value) };
    return this.refuse(`is ${describe(value)} and cannot be stored`);
  }
  element(element, index) {
    this.path.push(index);
    if (element === void 0) this.refuse("is undefined in an array");
    const wire = this.value(element);
    this.path.pop();
    return wire;
  }
  set(set) {
    const members = Array.from(set, (member) => this.value(member));
    const [type = ""] = Object.keys(members[0] ?? {});
    if (!/^[SNB]$/.test(type) || members.some((member) => !Object.hasOwn(member, type))) {
      this.refuse("is an empty set, or not all strings, numbers or bytes");
    }
    const sent = members.map((member) => member[type]);
    if (new Set(sent.map(String)).size < sent.length) this.refuse("is a set that holds a value twice");
    return { [`${type}S`]: sent };
  }
  text(text2) {
    if (!text2.isWellFormed()) this.refuse("holds a lone surrogate");
    this.bytes += utf8Length(text2);
    return text2;
  }
  number(value) {
    const problem = numberProblem(value);
    if (problem !== void 0) this.refuse(problem);
    const text2 = numberText2(value);
    this.bytes += numberBytes(text2);
    return text2;
  }
  container(members) {
    if (this.path.length >= maxDepth) this.refuse(`is nested over ${maxDepth} levels, or contains itself`);
    this.bytes += 3 + members;
  }
  refuse(problem) {
    throw unsupported(this.path.slice(0, 8), problem);
  }
};

// packages/dynawrap/src/values/condition-truth.ts
function holds(condition, item) {
  switch (condition.kind) {
    case "and":
      return condition.conditions.every((each) => holds(each, item));
    case "or":
      return condition.conditions.some((each) => holds(each, item));
    case "not":
      return !holds(condition.condition, item);
    case "present":
      return item !== void 0;
    case "absent":
      return item === void 0;
    case "version":
      return item?.version === condition.version;
  }
  const value = valueAt(item?.wire, condition.path);
  switch (condition.kind) {
    case "exists":
      return value !== void 0;
    case "missing":
      return value === void 0;
    case "oneOf":
      return condition.values.some((each) => compares(value, "eq", each));
    case "between":
      return compares(value, "gte", condition.low) && compares(value, "lte", condition.high);
    case "beginsWith":
      return isText(value, condition.value) && textOf(value).startsWith(textOf(condition.value));
    case "contains":
      return value !== void 0 && contains2(value, condition.value);
    case "size":
      return compares(value && sizeOf(value), condition.compare, { N: String(condition.size) });
    default:
      return compares(value, condition.kind, condition.value);
  }
}
function valueAt(wire = {}, path) {
  let value = { M: wire };
  for (const name of path) {
    value = value && "M" in value ? getOwn(value.M, name) : void 0;
  }
  return value;
}
function compares(value, kind2, operand) {
  if (kind2 === "eq" || kind2 === "ne")
    return (value !== void 0 && equals(value, operand)) === (kind2 === "eq");
  const order2 = value && compareValues(value, operand);
  if (order2 === void 0) return false;
  if (kind2 === "lt" || kind2 === "lte") return kind2 === "lt" ? order2 < 0 : order2 <= 0;
  return kind2 === "gt" ? order2 > 0 : order2 >= 0;
}
function compareValues(left, right) {
  if ("N" in left) return "N" in right ? compareNumbers(left.N, right.N) : void 0;
  return isText(left, right) ? compareUtf8(textOf(left), textOf(right)) : void 0;
}
function isText(value, like) {
  return value !== void 0 && ("S" in value && "S" in like || "B" in value && "B" in like);
}
function textOf(value) {
  return "S" in value ? value.S : "B" in value ? binaryText(value.B) : "";
}
function equals(left, right) {
  const order2 = compareValues(left, right);
  if (order2 !== void 0) return order2 === 0;
  if ("BOOL" in left) return "BOOL" in right && left.BOOL === right.BOOL;
  if ("NULL" in left) return "NULL" in right;
  if ("M" in left) return "M" in right && mapsEqual(left.M, right.M);
  if ("L" in left) return "L" in right && listsEqual(left.L, right.L);
  const [members, others] = [membersOf(left), membersOf(right)];
  return members !== void 0 && others !== void 0 && listsEqual(sorted(members), sorted(others));
}
function mapsEqual(left, right) {
  const names2 = Object.keys(left);
  return names2.length === Object.keys(right).length && names2.every(
    (name) => Object.hasOwn(right, name) && equals(left[name], right[name])
  );
}
function listsEqual(left, right) {
  return left.length === right.length && left.every((each, index) => equals(each, right[index]));
}
function membersOf(value) {
  if ("SS" in value) return value.SS.map((S) => ({ S }));
  if ("NS" in value) return value.NS.map((N) => ({ N }));
  return "BS" in value ? value.BS.map((B) => ({ B })) : void 0;
}
function sorted(members) {
  return members.sort((left, right) => compareValues(left, right) ?? 0);
}
function contains2(value, part2) {
  if (isText(value, part2)) return textOf(value).includes(textOf(part2));
  const members = "L" in value ? value.L : membersOf(value);
  return members?.some((each) => equals(each, part2)) ?? false;
}
function sizeOf(value) {
  const [content] = Object.values(value);
  if ("N" in value || "BOOL" in value || "NULL" in value || content === void 0) return void 0;
  return { N: String("M" in value ? Object.keys(value.M).length : content.length) };
}

// packages/dynawrap/src/values/incoming-item.ts
function fromStoredItem(stored, placement, partial = false) {
  const found = readFields(stored, placement, partial);
  return found && toInstance(found, stored, placement, partial);
}
function toInstance({ known: known2, unknown }, stored, { model }, partial) {
  const origin = { version: stored.version, key: stored.key, unknown, asRead: stored.attributes, partial };
  return model.hydrate(model, readValid(known2, model, stored), origin);
}
function readFields(stored, placement, partial = false) {
  const { model, derived } = placement;
  const { key, isField } = model;
  const parsed = readKey(key, stored.key.PK, stored.key.SK);
  if (parsed === void 0) return void 0;
  const attributes = partial ? stored.attributes : currentShape(stored, model);
  const known2 = {};
  const unknown = {};
  for (const attribute of Object.keys(attributes)) {
    if (isField(attribute)) setOwn(known2, attribute, attributes[attribute]);
    else if (!derived.has(attribute)) setOwn(unknown, attribute, attributes[attribute]);
  }
  fillFrom([placement.pk, ...placement.sk ? [placement.sk] : []], parsed, known2);
  if (stored.version === void 0 || stored.version === model.schemaVersion) {
    const { pk, sk } = placement.layout;
    const tableKey = /* @__PURE__ */ new Set([pk.name, sk?.name]);
    const read3 = /* @__PURE__ */ new Set();
    for (const index of placement.indexes.values()) {
      const parts2 = [...index.pk, ...index.sk].filter(({ attribute: { name } }) => !tableKey.has(name));
      for (const name of fillFromIndex(parts2, attributes, known2)) read3.add(name);
    }
    for (const name of derived) {
      const value = getOwn(attributes, name);
      if (value !== void 0 && !read3.has(name)) setOwn(unknown, name, value);
    }
  }
  if (!partial && !makesKey(known2, key, stored.key)) {
    const message = `the item under ${keyText(stored.key)} has fields that make another key`;
    throw new DynawrapError("item.misplaced", message, { model: model.name, key: stored.key });
  }
  return { known: known2, unknown };
}
function fillFrom(parts2, parsed, known2) {
  for (const { attribute, pattern, own } of parts2) {
    for (const { field } of pattern.placeholders) {
      if (!own && getOwn(known2, field) !== void 0) continue;
      const value = getOwn(parsed, field);
      setOwn(known2, field, attribute.type === "N" ? parseNumber(String(value)) : value);
    }
  }
}
function fillFromIndex(parts2, attributes, known2) {
  const parsed = {};
  const stored = parts2.filter(({ attribute }) => getOwn(attributes, attribute.name) !== void 0);
  for (const { attribute, pattern } of stored) {
    if (!readPattern(pattern, String(getOwn(attributes, attribute.name)), parsed)) return [];
  }
  fillFrom(stored, parsed, known2);
  return stored.length === parts2.length ? stored.map(({ attribute }) => attribute.name) : [];
}
function currentShape(stored, model) {
  const { version = "unversioned", attributes } = stored;
  const { schemaVersion, upcast } = model;
  if (version === schemaVersion || !Object.hasOwn(upcast, version)) return attributes;
  try {
    return { ...upcast[version]?.({ ...attributes }) };
  } catch (cause) {
    throw invalidItem(model, [{ message: `upcast failed (${cause})`, path: [] }], stored, cause);
  }
}
function makesKey(fields, key, stored) {
  try {
    return keyText(writeKey(key, fields)) === keyText(stored);
  } catch {
    return false;
  }
}
function readValid(known2, model, stored) {
  const { ttl } = model;
  const seconds = ttl === void 0 ? void 0 : getOwn(known2, ttl);
  if (ttl === void 0 || typeof seconds !== "number") return validFields(known2, model, stored);
  const asDate = () => validFields({ ...known2, [ttl]: new Date(seconds * 1e3).toISOString() }, model, stored);
  if (model.ttlIsDate.value === true) return asDate();
  try {
    const values2 = validFields(known2, model, stored);
    if (!(getOwn(values2, ttl) instanceof Date)) return values2;
  } catch (error) {
    if (!isDynawrapError(error, "item.invalid") || !error.details.issues.some(({ path }) => path[0] === ttl))
      throw error;
  }
  const values = asDate();
  model.ttlIsDate.value = true;
  return values;
}

// packages/dynawrap/src/engine/expiry.ts
function isExpired(expiry, now) {
  if (typeof expiry === "number" || typeof expiry === "bigint")
    return expiry > 0 && Number(expiry) * 1e3 <= now;
  const date2 = expiry instanceof Date ? expiry : typeof expiry === "string" ? new Date(expiry) : void 0;
  return date2 !== void 0 && date2.getTime() <= now;
}

// packages/dynawrap/src/engine/row-reader.ts
function readRow(stored, selection) {
  const { design, wanted, onError } = selection;
  try {
    const owner = ownerOf(stored, selection);
    if (owner === void 0 || !wanted.has(owner)) return passOver(stored, selection);
    const range = wanted.get(owner);
    if (range && !inRange(stored, range, selection)) return void 0;
    return readAs(stored, design.placement(owner), selection);
  } catch (error) {
    if (isDynawrapError(error, "item.misplaced") && design.layout.bare) return passOver(stored, selection);
    if (onError === "throw" || !isDynawrapError(error) || !/^item|^value/.test(error.code)) throw error;
    if (onError === "warn") console.warn(error.message);
    else if (typeof onError === "function") onError(error);
    return void 0;
  }
}
function ownerOf(stored, { design, wanted, unknown }) {
  if (wanted.size > 1 || unknown !== void 0) return design.owner(stored.key);
  const [model] = wanted.keys();
  return model && (design.rival(model, stored.key) ?? model);
}
function passOver(stored, { unknown, wanted }) {
  if (unknown === void 0) return void 0;
  const { key, attributes } = stored;
  if (typeof unknown === "function") {
    unknown({ key, data: attributes });
    return void 0;
  }
  const models = Array.from(wanted.keys(), ({ name }) => name).join(", ");
  const message = `the item under ${keyText(key)} is none of them`;
  throw new DynawrapError("item.misplaced", message, { model: models, key });
}
function readAs(stored, placement, selection) {
  const { condition, includeExpired, clock, pick, partial } = selection;
  const { model } = placement;
  const expires = !includeExpired && model.ttl;
  if (!condition && !pick && !expires) return fromStoredItem(stored, placement, partial);
  const found = readFields(stored, placement, partial);
  if (found === void 0) return void 0;
  const { known: known2 } = found;
  if (expires && isExpired(getOwn(known2, expires), clock())) return void 0;
  if (condition) {
    const asked = someOf(known2, readsOf(condition));
    if (!holds(condition, { wire: encodeAttributes(asked).wire, version: stored.version })) return void 0;
  }
  return pick ? someOf(known2, pick) : toInstance(found, stored, placement, partial);
}
function someOf(known2, fields) {
  const some2 = {};
  for (const field of fields) {
    const value = getOwn(known2, field);
    if (value !== void 0) setOwn(some2, field, value);
  }
  return some2;
}
function positionOf({ key, attributes }, index, design) {
  if (!index) return { key };
  const { layout } = design;
  const texts = indexAttributes(index).map(({ name }) => {
    if (name === layout.pk.name) return key.PK;
    if (name === layout.sk?.name) return key.SK ?? "";
    return String(getOwn(attributes, name));
  });
  return { key, index: texts };
}
function inRange(stored, range, { index, design }) {
  const { sort } = range;
  if (sort.kind === "equal") return sortText(stored, range, index, design).text === sort.text;
  if (sort.kind === "prefix")
    return sort.text === "" || sortText(stored, range, index, design).text.startsWith(sort.text);
  return isWithin(sortText(stored, range, index, design), sort);
}
function isWithin({ text: text2, numeric: numeric3 }, { from, to }) {
  const compare2 = numeric3 ? compareNumbers : compareUtf8;
  const above = from ? compare2(text2, from.text) : 1;
  const below = to ? compare2(text2, to.text) : -1;
  return (above > 0 || above === 0 && !!from?.inclusive) && (below < 0 || below === 0 && !!to?.inclusive);
}
function sortText(stored, { leading: leading2 }, index, design) {
  const attribute = index ? index.sk[leading2.length] : design.layout.sk;
  const { key, index: texts } = positionOf(stored, index, design);
  const text2 = texts && index ? texts[index.pk.length + leading2.length] : key.SK;
  return { text: text2 ?? "", numeric: attribute?.type === "N" };
}

// packages/dynawrap/src/engine/cursor-codec.ts
function cursorCodec({ cursorSecret }, subject) {
  const { design, index, range, reverse = false, models, condition } = subject;
  const { layout } = design;
  const model = models.map(({ name }) => name).join(", ");
  const binding = {
    query: JSON.stringify([layout.name, index?.name, range, reverse, model, condition]),
    secret: cursorSecret,
    model
  };
  return {
    write: ({ key, index: texts }) => writeCursor([key.PK, ...layout.sk ? [key.SK ?? ""] : [], ...(index && texts) ?? []], binding),
    async read(cursor) {
      const [PK = "", ...rest] = await readCursor(cursor, binding);
      const SK = layout.sk ? rest.shift() : void 0;
      const position = { key: storedKey(PK, SK), index: index && rest };
      const attributes = index ? indexAttributes(index).length : 0;
      if (rest.length === attributes && isInside(position, subject)) return position;
      throw new DynawrapError(
        "cursor.invalid",
        "the cursor leads out of its query; begin again without one",
        { model }
      );
    }
  };
}
function isInside({ key, index: texts }, { range, index, design }) {
  if (!range) return true;
  const [pk, sort] = texts && index ? [texts.slice(0, index.pk.length), texts.slice(index.pk.length)] : [[key.PK], [key.SK ?? ""]];
  if (pk.some((text3, place2) => text3 !== range.pk[place2])) return false;
  if (range.leading.some((text3, place2) => text3 !== sort[place2])) return false;
  const text2 = sort[range.leading.length] ?? "";
  const attribute = index ? index.sk[range.leading.length] : design.layout.sk;
  if (range.sort.kind === "equal") return text2 === range.sort.text;
  if (range.sort.kind === "prefix") return text2.startsWith(range.sort.text);
  return isWithin({ text: text2, numeric: attribute?.type === "N" }, range.sort);
}

// packages/dynawrap/src/engine/explanation.ts
function explainRange(driver, layout, index, range, request3) {
  const parts2 = index ? { pk: index.pk, sk: index.sk } : { pk: [layout.pk], sk: layout.sk ? [layout.sk] : [] };
  const where = index ? `the index ${index.name} of "${layout.name}"` : `"${layout.name}"`;
  const words = [
    ...range.pk.map((text2, place2) => `${parts2.pk[place2]?.name} = ${quoted(text2, parts2.pk[place2])}`),
    ...range.leading.map((text2, place2) => `${parts2.sk[place2]?.name} = ${quoted(text2, parts2.sk[place2])}`),
    ...sortWords(range, parts2.sk[range.leading.length])
  ];
  const order2 = request3.reverse ? ", from the greatest down" : "";
  return {
    text: `${where} where ${words.join(" and ")}${order2}`,
    request: driver.explain(layout, index, range, request3)
  };
}
function explainScan(layout, index) {
  const attributes = index ? ` (${indexAttributes(index).map(({ name }) => name).join(", ")})` : "";
  return `all of ${index ? `the index ${index.name}${attributes} of ` : ""}"${layout.name}"`;
}
function sortWords({ sort }, attribute) {
  if (!attribute) return [];
  const { name } = attribute;
  if (sort.kind === "equal") return [`${name} = ${quoted(sort.text, attribute)}`];
  if (sort.kind === "prefix")
    return sort.text === "" ? [] : [`${name} begins with ${quoted(sort.text, attribute)}`];
  const bound = (given, sign2) => given ? [`${name} ${sign2}${given.inclusive ? "=" : ""} ${quoted(given.text, attribute)}`] : [];
  return [...bound(sort.from, ">"), ...bound(sort.to, "<")];
}
function quoted(text2, attribute) {
  return attribute?.type === "N" ? text2 : JSON.stringify(text2);
}

// packages/dynawrap/src/engine/key-limits.ts
var limits = { pk: 2048, sk: 1024 };
function checkKeyBytes({ PK, SK = "" }, layout, { keyBytes }) {
  if (3 * (PK.length + SK.length) <= limits.sk) return;
  const [pk, sk] = [utf8Length(PK), utf8Length(SK)];
  const sort = layout.sk?.name ?? "";
  checkBytes(layout.pk.name, pk, limits.pk);
  checkBytes(sort, sk, limits.sk);
  checkBytes(`${layout.pk.name} and ${sort}`, pk + sk, keyBytes);
}
function checkRangeBytes({ pk, leading: leading2, sort }, parts2) {
  for (const [place2, text2] of pk.entries())
    checkBytes(parts2.pk[place2]?.name ?? "", utf8Length(text2), limits.pk);
  const bounds = sort.kind === "span" ? [sort.from?.text ?? "", sort.to?.text ?? ""] : [sort.text];
  for (const [place2, text2] of leading2.entries())
    checkBytes(parts2.sk[place2]?.name ?? "", utf8Length(text2), limits.sk);
  for (const text2 of bounds) checkBytes(parts2.sk[leading2.length]?.name ?? "", utf8Length(text2), limits.sk);
}
function checkIndexBytes(wire, { PK, SK = "" }, layout, { indexBytes }) {
  for (const index of layout.indexes.values()) {
    const own = indexAttributes(index).map(
      ({ name }) => name === layout.pk.name || name === layout.sk?.name ? "" : textOf2(wire, name)
    );
    if (own.includes(void 0)) continue;
    const lengths = own.map((text2) => utf8Length(text2 ?? ""));
    for (const [place2, bytes] of lengths.entries()) {
      const inPk = place2 < index.pk.length;
      checkBytes(
        (inPk ? index.pk[place2] : index.sk[place2 - index.pk.length])?.name ?? "",
        bytes,
        inPk ? limits.pk : limits.sk
      );
    }
    const sum = lengths.reduce((total, bytes) => total + bytes, utf8Length(PK) + utf8Length(SK));
    checkBytes(`the entry of ${index.name}`, sum, indexBytes);
  }
}
function textOf2(wire, name) {
  const { S, N = S } = getOwn(wire, name) ?? {};
  return N;
}
function checkBytes(attribute, bytes, limit) {
  if (bytes <= limit) return;
  const message = `The key is too long: ${attribute} has ${bytes} bytes, and the limit is ${limit}`;
  throw new DynawrapError("key.tooLong", message, { attribute, bytes, limit });
}

// packages/dynawrap/src/engine/projection.ts
function projectedFields({ model, layout }, { index, pk, sk }) {
  if (index.projection === "ALL") return new Set(model.fields);
  const held = [
    layout.pk.name,
    layout.sk?.name ?? "",
    ...indexAttributes(index).map(({ name }) => name),
    ...index.projection === "KEYS_ONLY" ? [] : index.projection
  ];
  const said = fieldsIn([...keyPatterns(model.key), ...[...pk, ...sk].map(({ pattern }) => pattern)]);
  return /* @__PURE__ */ new Set([...said, ...held.filter(model.isField)]);
}
function checkProjection(placement, placed, fields) {
  const projected = projectedFields(placement, placed);
  const missing2 = [...fields].filter((field) => !projected.has(field));
  if (missing2.length === 0) return;
  const { name } = placement.model;
  const { name: index } = placed.index;
  const message = `the index ${index} does not hold ${missing2.join(", ")}; pick what it holds, or fetch: true`;
  throw new DynawrapError("index.projection", message, { model: name, index, missing: missing2 });
}
function checkConsistent(index, consistent) {
  if (!consistent || !index || index.local) return;
  const message = `The index ${index.name} is global, and cannot be read consistently; leave \`consistent\` out`;
  throw new DynawrapError("backend.unsupported", message, { capability: "consistentIndexes" });
}

// packages/dynawrap/src/engine/question.ts
var Question = class {
  design;
  model;
  placement;
  #store;
  /** @throws DynawrapError `table.invalid`, or `model.invalid` for what is no model, or cannot live in the table. */
  constructor(store, table, model) {
    this.#store = store;
    const name = typeof table === "object" ? table?.name : table;
    this.model = requireModel(model, `"${name}"`);
    this.design = designOf(table, [this.model]);
    checkLayout(store, this.design.layout);
    this.placement = this.design.placement(this.model);
  }
  get layout() {
    return this.design.layout;
  }
  /** The whole key of these values. @throws DynawrapError `key.*` */
  key(values) {
    const { key, name } = this.model;
    const given = keyValues(name, keyPatterns(key), values);
    const written3 = writeKey(key, given);
    const numeric3 = tableParts(this.placement).some(({ attribute }) => attribute.type === "N");
    const stored = numeric3 ? this.#numericKey(written3, given) : written3;
    checkKeyBytes(stored, this.layout, this.#store.driver.capabilities);
    return stored;
  }
  /** A key with numbers in it, once each of them is known to be one. */
  #numericKey(written3, values) {
    const { pk, sk } = this.placement;
    const range = writeRange(this.model.key, { pk: [pk], sk: sk ? [sk] : [] }, values);
    const { sort } = range;
    return sk === void 0 || sort.kind === "span" ? { PK: range.pk[0] } : { PK: range.pk[0], SK: sk.attribute.type === "N" ? sort.text : written3.SK };
  }
  /** The part of the table, or of an index, that a query by these values reads. @throws DynawrapError `key.*` */
  asked(values, alias) {
    const placed = alias === void 0 ? void 0 : indexOf(this.placement, alias);
    const parts2 = placed ?? tableKeyParts(this.placement);
    const patterns = [...parts2.pk, ...parts2.sk].map(({ pattern }) => pattern);
    const lacking = !placed && fieldsIn([this.placement.pk.pattern]).some((field) => getOwn(Object(values), field) === void 0);
    const others = lacking ? [...this.model.key.indexes.values()].flatMap(({ pk, sk }) => [...pk, ...sk]) : [];
    const given = keyValues(this.model.name, [...patterns, ...others], values);
    const range = writeRange(this.model.key, parts2, given);
    checkRangeBytes(range, {
      pk: parts2.pk.map(({ attribute }) => attribute),
      sk: parts2.sk.map(({ attribute }) => attribute)
    });
    return { index: placed?.index, range };
  }
};
function tableKeyParts({ pk, sk }) {
  return { pk: [pk], sk: sk ? [sk] : [] };
}
function tableParts({ pk, sk }) {
  return sk ? [pk, sk] : [pk];
}
function indexOf({ indexes, model }, alias) {
  const placed = indexes.get(alias);
  if (placed) return placed;
  const known2 = [...indexes.keys()].join(", ") || "none";
  throw invalidOption(
    "index",
    `is ${JSON.stringify(String(alias))}, which ${model.name} does not declare; it has ${known2}`
  );
}
function checkLayout({ driver }, layout) {
  driver.checkTable(layout);
  if (driver.capabilities.multiAttributeKeys) return;
  for (const { name, pk, sk } of layout.indexes.values()) {
    if (pk.length <= 1 && sk.length <= 1) continue;
    const message = `This backend has no keys of several attributes, which the index ${name} has`;
    throw new DynawrapError("backend.unsupported", message, { capability: "multiAttributeKeys" });
  }
}

// packages/dynawrap/src/engine/subject.ts
function subjectOf(operation, placements, alias) {
  const index = alias === void 0 ? void 0 : placements[0]?.indexes.get(alias)?.index.name;
  return {
    operation,
    table: listed(placements.map(({ layout }) => layout.name)) ?? "",
    model: listed(placements.map(({ model }) => model.name)),
    index,
    pattern: listed(placements.map((placement) => patternText(placement, alias)))
  };
}
function listed(names2) {
  return [...new Set(names2)].join(", ") || void 0;
}
function patternText({ model, indexes }, alias) {
  const placed = alias === void 0 ? void 0 : indexes.get(alias);
  const patterns = placed ? [...placed.pk, ...placed.sk].map(({ pattern }) => pattern) : keyPatterns(model.key);
  return patterns.map(({ source }) => source).join(" ");
}

// packages/dynawrap/src/values/condition-compiler.ts
function compileCondition(where, model, option) {
  return new Compiler(model, option).whole(where);
}
var deepest = 32;
var Compiler = class {
  model;
  option;
  constructor(model, option) {
    this.model = model;
    this.option = option;
  }
  whole(where) {
    if (isTest(where) && where.kind === "anyOf") {
      if (where.operands.length === 0) this.refuse([], "is anyOf of nothing");
      return some(where.operands.map((each) => this.whole(each)));
    }
    if (!isPlainObject(where)) {
      this.refuse(
        [],
        `is ${isTest(where) ? where.kind : describe(where)}, not an object of fields, or anyOf of such`
      );
    }
    return this.fields(where, []);
  }
  fields(content, path) {
    const { isField, fields } = this.model;
    return every(
      Object.keys(content).map((name) => {
        const inside = [...path, name];
        if (path.length === 0 && !isField(name)) {
          this.refuse(inside, `names no field of the schema (${fields.join(", ")})`);
        }
        if (inside.length > deepest) this.refuse(inside, `leads over ${deepest} levels deep`);
        const asked = getOwn(content, name);
        if (isTest(asked)) return this.test(asked, inside);
        return { kind: "eq", path: inside, value: this.operand(asked, inside) };
      })
    );
  }
  test(test2, path) {
    const { kind: kind2, operands } = test2;
    const operand = (place2 = 0) => this.operand(operands[place2], path);
    const tests = () => operands.map((each) => this.inner(each, kind2, path));
    switch (kind2) {
      case "exists":
      case "missing":
        this.operand(null, path);
        return { kind: kind2, path };
      case "eq":
      case "ne":
      case "contains":
        return { kind: kind2, path, value: operand() };
      case "gt":
      case "gte":
      case "lt":
      case "lte":
        return { kind: kind2, path, value: this.ordered(operand(), kind2, path) };
      case "between": {
        const [low, high] = [this.ordered(operand(), kind2, path), operand(1)];
        const order2 = compareValues(low, high);
        if (order2 === void 0) this.refuse(path, "is between bounds of two types");
        if (order2 > 0) this.refuse(path, "is between reversed bounds");
        return { kind: kind2, path, low, high };
      }
      case "beginsWith": {
        const value = operand();
        if (!("S" in value || "B" in value)) this.refuse(path, "can only begin with text or bytes");
        return { kind: kind2, path, value };
      }
      case "oneOf":
        return { kind: kind2, path, values: operands.map((_, place2) => operand(place2)) };
      case "size":
        return this.size(this.inner(operands[0], kind2, path), path);
      case "not":
        return { kind: kind2, condition: this.inner(operands[0], kind2, path) };
      case "allOf":
      case "anyOf":
        if (operands.length === 0) this.refuse(path, `is asked ${kind2} of nothing`);
        return kind2 === "allOf" ? every(tests()) : some(tests());
      case "nested": {
        const [content] = operands;
        if (!isPlainObject(content))
          this.refuse(path, `is asked nested(${describe(content)}), not an object`);
        return this.fields(content, path);
      }
    }
    return this.refuse(path, `is asked ${kind2}, which this version of the library does not know`);
  }
  inner(test2, outer2, path) {
    if (!isTest(test2))
      this.refuse(path, `is asked ${outer2}(${describe(test2)}), which takes operators, as eq(\u2026)`);
    return this.test(test2, path);
  }
  /** What is asked of a number, asked of a size. */
  size(asked, path) {
    const size2 = (compare2, value) => this.size({ kind: compare2, path, value }, path);
    switch (asked.kind) {
      case "and":
      case "or":
        return { kind: asked.kind, conditions: asked.conditions.map((each) => this.size(each, path)) };
      case "not":
        return { kind: "not", condition: this.size(asked.condition, path) };
      case "between":
        return every([size2("gte", asked.low), size2("lte", asked.high)]);
      case "oneOf":
        return some(asked.values.map((value) => size2("eq", value)));
    }
    if (!("value" in asked && "N" in asked.value) || asked.kind === "contains" || asked.kind === "beginsWith") {
      return this.refuse(path, "is asked for its size, which takes a number, or a test of one");
    }
    return { kind: "size", path, compare: asked.kind, size: Number(asked.value.N) };
  }
  ordered(value, kind2, path) {
    if (compareValues(value, value) === void 0) {
      this.refuse(path, `is asked ${kind2} of what has no order, as text, numbers, Dates and bytes have`);
    }
    return value;
  }
  /** The value in its stored form; the name that it goes by is looked at as well. */
  operand(value, path) {
    const name = path.at(-1);
    if (value === void 0) this.refuse(path, "is undefined; leave it out, or use missing()");
    try {
      return getOwn(encodeAttributes({ [name]: value }).wire, name);
    } catch (cause) {
      return this.refuse(path, `cannot be stored: ${cause.message.replace(/\.$/, "")}`, cause);
    }
  }
  refuse(path, problem, cause) {
    const { name } = this.model;
    const place2 = path.length > 0 ? `\`${path.join(".")}\` in \`${this.option}\`` : `\`${this.option}\``;
    throw new DynawrapError(
      "condition.invalid",
      `${place2} ${problem}`,
      { model: name, field: path[0] },
      cause
    );
  }
};

// packages/dynawrap/src/engine/where.ts
function splitWhere(where, placements) {
  const models = placements.map(({ model }) => model);
  const compiled = compileCondition(where, together(models), "where");
  const condition = models.reduce((each, model) => inSeconds(each, model), compiled);
  const keyed = new Set(
    models.flatMap(({ key }) => fieldsIn([...keyPatterns(key), ...indexPatterns(key.indexes)]))
  );
  const own = new Set(placements.flatMap(ownAttributes));
  const asked = [];
  const rest = [];
  for (const part2 of condition.kind === "and" ? condition.conditions : [condition]) {
    const fields = [...readsOf(part2)];
    const inKeys = fields.filter((field) => keyed.has(field));
    if (inKeys.length > 0) rest.push(part2);
    if (fields.some((field) => own.has(field))) continue;
    asked.push(some([part2, ...inKeys.map((field) => ({ kind: "missing", path: [field] }))]));
  }
  return {
    asked: asked.length > 0 ? every(asked) : void 0,
    rest: rest.length > 0 ? every(rest) : void 0
  };
}
function compileIf(condition, model, keyFields) {
  const known2 = new Set(fieldsIn(keyPatterns(model.key)));
  const given = Object.fromEntries([...known2].map((field) => [field, getOwn(keyFields, field)]));
  const item = { wire: encodeAttributes(given).wire, version: void 0 };
  return mapLeaves(inSeconds(compileCondition(condition, model, "if"), model), (leaf) => {
    if (!("path" in leaf) || !known2.has(leaf.path[0])) return leaf;
    const [there, gone] = [holds(leaf, item), holds(leaf, void 0)];
    if (there === gone) return there ? every([]) : some([]);
    return { kind: there ? "present" : "absent" };
  });
}
function inSeconds(condition, { ttl }) {
  if (ttl === void 0) return condition;
  return mapLeaves(condition, (leaf) => {
    if (!("path" in leaf) || leaf.path[0] !== ttl) return leaf;
    const seconds = (value) => {
      const time = "S" in value ? Date.parse(value.S) : Number.NaN;
      return Number.isNaN(time) ? value : { N: String(Math.ceil(time / 1e3)) };
    };
    const converted = { ...leaf };
    for (const name of ["value", "low", "high"]) {
      if (converted[name] !== void 0) converted[name] = seconds(converted[name]);
    }
    if (leaf.kind === "oneOf") converted.values = leaf.values.map(seconds);
    return converted;
  });
}
function mapLeaves(condition, change) {
  if (condition.kind === "and" || condition.kind === "or") {
    return { ...condition, conditions: condition.conditions.map((each) => mapLeaves(each, change)) };
  }
  if (condition.kind === "not") return { ...condition, condition: mapLeaves(condition.condition, change) };
  return change(condition);
}
function together(models) {
  const [only] = models;
  if (models.length === 1 && only) return only;
  return {
    name: models.map(({ name }) => name).join(", "),
    fields: [...new Set(models.flatMap(({ fields }) => fields))],
    isField: (name) => models.some(({ isField }) => isField(name))
  };
}
function indexPatterns(indexes) {
  return [...indexes.values()].flatMap(({ pk, sk }) => [...pk, ...sk]);
}
function ownAttributes({ pk, sk, indexes }) {
  const parts2 = [
    pk,
    ...sk ? [sk] : [],
    ...[...indexes.values()].flatMap((index) => [...index.pk, ...index.sk])
  ];
  return parts2.filter(({ own }) => own).map(({ attribute }) => attribute.name);
}

// packages/dynawrap/src/engine/collection.ts
function collectionSource(store, table, models, key, options) {
  const { driver } = store;
  if (!Array.isArray(models) || models.length === 0) throw invalidOption("models", "is no list of models");
  const name = typeof table === "object" ? table?.name : table;
  const known2 = models.map((model) => requireModel(model, `"${name}"`));
  const design = designOf(table, known2);
  const { layout } = design;
  checkLayout(store, layout);
  const { index: alias, unknown, onError = "throw" } = options;
  if (unknown !== void 0 && unknown !== "throw" && typeof unknown !== "function") {
    throw invalidOption("unknown", 'is not "throw" or a function');
  }
  const members = membersOf2(
    known2.map((model) => design.placement(model)),
    key,
    alias
  );
  const [first] = members;
  const index = alias === void 0 ? void 0 : indexOf(first.placement, alias).index;
  checkConsistent(index, options.consistent);
  const numeric3 = first.parts.sk[first.range.leading.length]?.attribute.type === "N";
  const range = hull(
    members.map((member) => member.range),
    numeric3
  );
  const side = (parts2) => parts2.map(({ attribute }) => attribute);
  checkRangeBytes(range, { pk: side(first.parts.pk), sk: side(first.parts.sk) });
  if ("where" in options && options.where === void 0)
    throw invalidOption("where", "is undefined; leave it out");
  const placements = members.map(({ placement }) => placement);
  const split = options.where === void 0 ? { asked: void 0, rest: void 0 } : splitWhere(options.where, placements);
  const condition = unknown === void 0 ? split : { asked: void 0, rest: all([split.asked, split.rest]) };
  const partial = index !== void 0 && index.projection !== "ALL";
  if (partial && alias !== void 0) {
    for (const placement of placements)
      checkProjection(placement, indexOf(placement, alias), placement.model.fields);
  }
  const selection = {
    design,
    wanted: new Map(members.map(({ placement, range: own }) => [placement.model, own])),
    index,
    condition: condition.rest,
    includeExpired: options.includeExpired === true,
    clock: store.clock,
    partial,
    onError,
    unknown
  };
  return {
    subject: subjectOf("collection", placements, alias),
    strands: async () => [(request3, call) => driver.page(layout, index, range, request3, call)],
    filter: condition.asked,
    attributes: void 0,
    read(row) {
      const stored = driver.decode(row, layout);
      const item = readRow(stored, selection);
      return item && { item, position: () => positionOf(stored, index, design) };
    },
    cursor: cursorCodec(store, { design, index, range, reverse: options.reverse, models: known2, condition }),
    explain: (request3) => explainRange(driver, layout, index, range, request3)
  };
}
function all(conditions) {
  const given = conditions.filter((condition) => condition !== void 0);
  return given.length > 0 ? every(given) : void 0;
}
function membersOf2(placements, key, alias) {
  const names2 = placements.map(({ model }) => model.name);
  if (typeof key !== "object" || key === null) throw invalidKey(names2.join(", "), "is no object of values");
  const sides = placements.map((placement) => {
    const parts2 = alias === void 0 ? tableKeyParts(placement) : indexOf(placement, alias);
    const pk = fieldsIn(parts2.pk.map(({ pattern }) => pattern));
    return { placement, parts: parts2, pk, all: [...pk, ...fieldsIn(parts2.sk.map(({ pattern }) => pattern))] };
  });
  const inPartition = (field) => sides.some(({ pk }) => pk.includes(field));
  for (const field of Object.keys(key)) {
    const lacking = sides.find(({ all: all2 }) => !inPartition(field) && !all2.includes(field))?.placement.model.name;
    if (lacking !== void 0)
      throw invalidKey(
        lacking,
        `takes no \`${field}\`, and a collection's values are for every model`,
        field
      );
    if (getOwn(key, field) === void 0)
      throw invalidKey(names2.join(", "), `value \`${field}\` is undefined`, field);
  }
  const members = sides.map(({ placement, parts: parts2, pk, all: all2 }) => {
    const own = {};
    for (const field of all2) {
      if (!pk.includes(field) && inPartition(field)) continue;
      const value = getOwn(key, field);
      if (value !== void 0) setOwn(own, field, value);
    }
    return { placement, parts: parts2, range: writeRange(placement.model.key, parts2, own) };
  });
  const partitions = new Set(members.map(({ range }) => JSON.stringify(range.pk)));
  const indexes = new Set(
    alias === void 0 ? [] : placements.map((placement) => indexOf(placement, alias).index)
  );
  if (partitions.size === 1 && indexes.size <= 1) return members;
  const what2 = partitions.size > 1 ? "different partitions" : `different indexes by the alias ${alias}`;
  throw new DynawrapError(
    "key.mismatch",
    `the key gives ${names2.join(", ")} ${what2}; a collection reads one`,
    { models: names2 }
  );
}
function hull(ranges2, numeric3) {
  const [first] = ranges2;
  if (ranges2.every((range) => JSON.stringify(range) === JSON.stringify(first))) return first;
  const leading2 = ranges2.every((range) => JSON.stringify(range.leading) === JSON.stringify(first.leading));
  if (!leading2) return { pk: first.pk, leading: [], sort: { kind: "prefix", text: "" } };
  const compare2 = numeric3 ? compareNumbers : compareUtf8;
  const spans = ranges2.map(({ sort }) => spanOf(sort));
  const from = spans.map((span2) => span2.from).reduce((low, bound) => outer(low, bound, compare2));
  const to = spans.map((span2) => span2.to).reduce((high, bound) => outer(high, bound, (left, right) => compare2(right, left)));
  return { pk: first.pk, leading: first.leading, sort: { kind: "span", from, to } };
}
function spanOf(sort) {
  if (sort.kind === "span") return sort;
  const { kind: kind2, text: text2 } = sort;
  if (kind2 === "equal") return { from: { text: text2, inclusive: true }, to: { text: text2, inclusive: true } };
  const end = successor(text2);
  return {
    from: text2 === "" ? void 0 : { text: text2, inclusive: true },
    to: end === void 0 ? void 0 : { text: end, inclusive: false }
  };
}
function outer(left, right, compare2) {
  if (!left || !right) return void 0;
  const order2 = compare2(left.text, right.text);
  if (order2 !== 0) return order2 < 0 ? left : right;
  return left.inclusive ? left : right;
}

// packages/dynawrap/src/engine/telemetry.ts
var globalName = /* @__PURE__ */ Symbol.for("opentelemetry.js.api.1");
var client = 2;
var failed = 2;
function startTrace(system, subject) {
  const api = globalThis[globalName];
  if (!api?.trace) return void 0;
  const name = `${subject.operation} ${subject.table}`.trimEnd();
  const attributes = aboutSubject(system, name, subject);
  try {
    return api.trace.getTracer("dynawrap").startActiveSpan(name, { kind: client, attributes }, (span2) => {
      const { context } = api;
      const active = context?.active();
      return {
        within: (work) => context && active ? context.with(active, work) : work(),
        end: (event) => endSpan(span2, event)
      };
    });
  } catch {
    return void 0;
  }
}
function endSpan(span2, event) {
  try {
    span2.setAttributes(aboutCost(event));
    if (event.error !== void 0) {
      const code = event.error === "error" ? "_OTHER" : event.error;
      span2.recordException({ code });
      span2.setAttributes({ "error.type": code });
      span2.setStatus({ code: failed });
    }
    span2.end();
  } catch {
  }
}
function aboutSubject(system, summary, subject) {
  const { operation, table, model, index, pattern, size: size2 = 0 } = subject;
  return known({
    "db.system.name": system,
    "db.operation.name": operation,
    "db.query.summary": summary,
    // Several tables have no name in common, and one operation is no batch.
    "db.collection.name": table === "" || table.includes(",") ? void 0 : table,
    "db.operation.batch.size": size2 > 1 ? size2 : void 0,
    "dynawrap.model": model,
    "dynawrap.index": index,
    "dynawrap.pattern": pattern
  });
}
function aboutCost({
  model,
  requests,
  retries,
  capacity,
  bytes,
  examined,
  returned
}) {
  const counts2 = { model, requests, retries, capacity, bytes, examined, returned };
  return known(
    Object.fromEntries(Object.entries(counts2).map(([name, value]) => [`dynawrap.${name}`, value]))
  );
}
function known(attributes) {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== void 0));
}

// packages/dynawrap/src/engine/operation.ts
var Operation = class {
  meter = newMeter();
  /** Items answered, or written. */
  returned = 0;
  /** The models of what was written, where only the operation itself brings them to light. */
  models = /* @__PURE__ */ new Set();
  #store;
  #subject;
  #started = performance.now();
  #trace;
  constructor(store, subject) {
    this.#store = store;
    this.#subject = subject;
    this.#trace = startTrace(store.driver.system, subject);
  }
  /** Runs a part of the operation, so that what its requests are traced as belongs to it. */
  within(work) {
    return this.#trace ? this.#trace.within(work) : work();
  }
  /** Tells observer and trace; what they throw is nobody else's concern. */
  end(thrown2) {
    const { observe } = this.#store;
    const { operation, table, model = listed(this.models), index, pattern } = this.#subject;
    const code = isDynawrapError(thrown2) ? thrown2.code : "error";
    const event = {
      operation,
      table,
      model,
      index,
      pattern,
      ...consumedSoFar(this.meter),
      examined: this.meter.rows,
      returned: this.returned,
      duration: performance.now() - this.#started,
      error: thrown2 === void 0 ? void 0 : code
    };
    this.#trace?.end(event);
    try {
      observe?.(event);
    } catch {
    }
  }
};
async function runOperation(store, subject, options, run) {
  const operation = new Operation(store, subject);
  try {
    const result = await operation.within(
      () => underDeadline(subject.operation, options, (call) => run(call, operation), operation.meter)
    );
    operation.end();
    return result;
  } catch (error) {
    operation.end(error);
    throw error;
  }
}

// packages/dynawrap/src/engine/query.ts
function lazyQuery(store, question, options) {
  const { limit = Number.POSITIVE_INFINITY } = options;
  const meters = [];
  const source = () => {
    checkReadOptions(options);
    return question();
  };
  const read3 = (most) => new Reading(store, source(), options, { limit: most, after: void 0 }, meters);
  return {
    async *pages() {
      for await (const page of read3(limit).pages()) yield page.map(({ item }) => item);
    },
    async *[Symbol.asyncIterator]() {
      for await (const page of read3(limit).pages()) for (const { item } of page) yield item;
    },
    async all() {
      const items = [];
      for await (const page of read3(limit).pages()) for (const { item } of page) items.push(item);
      return items;
    },
    async first() {
      for await (const [found] of read3(1).pages()) return found?.item;
      return void 0;
    },
    async count() {
      let count = 0;
      for await (const page of read3(limit).pages()) count += page.length;
      return count;
    },
    page: (wanted) => readPage(store, source, options, wanted, meters),
    explain() {
      const asked = source();
      const { filter, attributes } = asked;
      return asked.explain(requestOf(options, { rows: limit, after: void 0, filter, attributes }));
    },
    get consumed() {
      const total = newMeter();
      for (const meter of meters) {
        for (const name of Object.keys(total)) total[name] += meter[name];
      }
      return consumedSoFar(total);
    }
  };
}
function requestOf({ reverse = false, consistent = false }, rest) {
  return { reverse, consistent, ...rest };
}
async function readPage(store, source, options, { size: size2, cursor }, meters) {
  if (!(Number.isInteger(size2) && size2 >= 1))
    throw invalidOption("size", `is ${size2}, not a whole number above 0`);
  const asked = source();
  const codec = asked.cursor;
  if (!codec) throw invalidOption("segments", "is more than 1, and pages need one order; leave it out");
  const after = cursor === void 0 ? void 0 : await codec.read(cursor);
  const most = Math.min(size2, options.limit ?? size2);
  const reading = new Reading(store, asked, options, { limit: most + 1, after }, meters);
  const found = [];
  for await (const page of reading.pages()) found.push(...page);
  const items = found.slice(0, most).map(({ item }) => item);
  const position = found.length > most ? found[most - 1]?.position() : reading.stopped;
  return position ? { items, cursor: await codec.write(position) } : { items };
}
var Reading = class {
  /** Where reading ended for want of rows that may be examined, when there were more. */
  stopped;
  #store;
  #source;
  #options;
  #extent;
  #meters;
  #time;
  constructor(store, source, options, extent, meters) {
    this.#store = store;
    this.#source = source;
    this.#options = options;
    this.#extent = extent;
    this.#meters = meters;
    this.#time = options.deadline;
  }
  async *pages() {
    const operation = new Operation(this.#store, this.#source.subject);
    this.#meters.push(operation.meter);
    let failure;
    try {
      for await (const page of this.#pages(operation)) {
        operation.returned += page.length;
        yield page;
      }
    } catch (error) {
      failure = error;
      throw error;
    } finally {
      operation.end(failure);
    }
  }
  async *#pages(operation) {
    const { filter, attributes, complete } = this.#source;
    const { examine = Number.POSITIVE_INFINITY } = this.#options;
    const strands = await this.#wait(operation, (call) => this.#source.strands(call));
    let remaining = this.#extent.limit;
    let rows = remaining;
    const left = new Map(strands.map((strand, place2) => [strand, share(examine, strands.length, place2)]));
    const running = /* @__PURE__ */ new Map();
    const start = (strand, after) => {
      const most = Math.min(rows, left.get(strand) ?? 0);
      const request3 = requestOf(this.#options, { rows: most, after, filter, attributes });
      const page = this.#wait(operation, (call) => strand(request3, call));
      page.catch(() => {
      });
      running.set(
        strand,
        page.then((got) => [strand, got])
      );
      running.get(strand)?.catch(() => {
      });
    };
    for (const strand of strands) if ((left.get(strand) ?? 0) > 0) start(strand, this.#extent.after);
    while (running.size > 0) {
      const [strand, page] = await Promise.race(running.values());
      running.delete(strand);
      left.set(strand, (left.get(strand) ?? 0) - page.examined);
      let found = this.#readRows(
        page,
        complete ? Number.POSITIVE_INFINITY : remaining
      );
      if (complete && found.length > 0) found = await this.#wait(operation, (call) => complete(found, call));
      const items = found.slice(0, remaining);
      remaining -= items.length;
      rows = Math.max(remaining, rows * 2, 25);
      const goesOn = page.next !== void 0 && remaining > 0;
      const allowed = (left.get(strand) ?? 0) > 0;
      if (goesOn && !allowed) this.stopped = page.next;
      if (goesOn && allowed && strands.length > 1) start(strand, page.next);
      if (items.length > 0) yield items;
      if (goesOn && allowed && strands.length === 1) start(strand, page.next);
      if (remaining <= 0) return;
    }
  }
  #readRows(page, most) {
    const found = [];
    for (const row of page.rows) {
      if (found.length >= most) break;
      const item = this.#source.read(row);
      if (item !== void 0) found.push(item);
    }
    return found;
  }
  async #wait(operation, run) {
    const { signal } = this.#options;
    const started = Date.now();
    const name = this.#source.subject.operation;
    try {
      return await operation.within(
        () => underDeadline(name, { signal, deadline: this.#time }, run, operation.meter)
      );
    } finally {
      if (this.#time !== void 0) this.#time = Math.max(1, this.#time - (Date.now() - started));
    }
  }
};
function share(total, of, place2) {
  if (!Number.isFinite(total)) return total;
  return Math.floor(total / of) + (place2 < total % of ? 1 : 0);
}
function checkReadOptions({ limit, examine, onError = "throw" }) {
  for (const [name, value] of Object.entries({ limit, examine })) {
    if (value !== void 0 && !(Number.isInteger(value) && value >= 1)) {
      throw invalidOption(name, `is ${value}, not a whole number above 0`);
    }
  }
  if (typeof onError !== "function" && !/^(throw|skip|warn)$/.test(onError)) {
    throw invalidOption("onError", 'is not "throw", "skip", "warn" or a function');
  }
}

// packages/dynawrap/src/engine/model-query.ts
function queryModel(store, table, model, key, options) {
  return lazyQuery(store, () => modelSource(store, table, model, key, options), options);
}
function modelSource(store, table, model, key, options) {
  const { driver } = store;
  const question = new Question(store, table, model);
  const { placement, layout, design } = question;
  const { index, range } = question.asked(key, options.index);
  checkConsistent(index, options.consistent);
  const wanted = what(placement, options);
  const { asked, rest } = wanted.condition;
  const selection = {
    design,
    wanted: /* @__PURE__ */ new Map([[placement.model, range]]),
    index,
    condition: rest,
    includeExpired: options.includeExpired === true,
    clock: store.clock,
    pick: options.pick,
    partial: wanted.partial,
    onError: options.onError ?? "throw"
  };
  return {
    subject: subjectOf("query", [placement], options.index),
    strands: async () => [(request3, call) => driver.page(layout, index, range, request3, call)],
    filter: wanted.fetch ? void 0 : asked,
    attributes: wanted.attributes,
    read(row) {
      const stored = driver.decode(row, layout);
      const position = () => positionOf(stored, index, design);
      if (wanted.fetch) return { item: stored.key, position };
      const item = readRow(stored, selection);
      return item && { item, position };
    },
    complete: wanted.fetch ? (found, call) => fetchWhole(store, found, whole(selection, asked), call) : void 0,
    cursor: cursorCodec(store, {
      design,
      index,
      range,
      reverse: options.reverse,
      models: [placement.model],
      condition: wanted.condition
    }),
    explain: (request3) => explainRange(driver, layout, index, range, request3)
  };
}
function what(placement, options) {
  const { model } = placement;
  const { pick, index: alias, fetch = false } = options;
  if ("where" in options && options.where === void 0)
    throw invalidOption("where", "is undefined; leave it out");
  if (options.reverse !== void 0 && typeof options.reverse !== "boolean") {
    throw invalidOption("reverse", "is neither true nor false");
  }
  const condition = options.where === void 0 ? nothing : splitWhere(options.where, [placement]);
  for (const field of pick ?? []) {
    if (!model.isField(field))
      throw invalidOption("pick", `names ${JSON.stringify(String(field))}, no field of ${model.name}`);
  }
  const needed = new Set(pick ?? model.fields);
  for (const part2 of [condition.asked, condition.rest])
    if (part2) for (const field of readsOf(part2)) needed.add(field);
  const placed = alias === void 0 ? void 0 : indexOf(placement, alias);
  if (fetch && (placed === void 0 || pick))
    throw invalidOption("fetch", "is for an index, and without pick");
  const partial = placed !== void 0 && placed.index.projection !== "ALL" && !fetch;
  if (partial) checkProjection(placement, placed, needed);
  if (!pick || Object.keys(model.upcast).length > 0)
    return { condition, attributes: void 0, partial, fetch };
  if (model.ttl !== void 0) needed.add(model.ttl);
  for (const field of fieldsIn(keyPatterns(model.key))) needed.add(field);
  const attributes = [...needed, ...placement.derived];
  return { condition, attributes, partial, fetch };
}
var nothing = { asked: void 0, rest: void 0 };
function whole(selection, asked) {
  const conditions = [asked, selection.condition].filter((condition) => condition !== void 0);
  return {
    ...selection,
    wanted: new Map(Array.from(selection.wanted.keys(), (model) => [model, void 0])),
    index: void 0,
    condition: conditions.length > 0 ? every(conditions) : void 0
  };
}
async function fetchWhole(store, found, selection, call) {
  const keys = found.map(({ position }) => position().key);
  const items = await getMany(store, selection.design.layout, keys, false, call);
  return found.flatMap(({ position }, place2) => {
    const stored = items.get(keyText(keys[place2]));
    const item = stored && readRow(stored, selection);
    return item ? [{ item, position }] : [];
  });
}

// packages/dynawrap/src/values/attribute-decoder.ts
function decodeAttributes(wire) {
  return readMap(wire, []);
}
var readers = {
  S: readText,
  N: readNumber,
  B: readBytes,
  BOOL: (content) => typeof content === "boolean" ? content : void 0,
  NULL: (content) => content === true ? null : void 0,
  L: (content, path) => readList(content, path, readValue),
  M: (content, path) => isObject(content) ? readMap(content, path) : void 0,
  SS: (content, path) => readSet(content, path, readText),
  NS: (content, path) => readSet(content, path, readNumber),
  BS: (content, path) => readSet(content, path, readBytes)
};
function readValue(wire, path) {
  if (!isObject(wire)) return void 0;
  const content = wire;
  const [type = "", ...others] = Object.keys(content).filter((name) => content[name] !== void 0);
  return others.length === 0 && Object.hasOwn(readers, type) ? readers[type]?.(content[type], path) : void 0;
}
function readAt(step, wire, path, read3) {
  path.push(step);
  const value = path.length > 64 ? void 0 : read3(wire, path);
  if (value === void 0) throw unsupported(path, "is not one well-formed DynamoDB attribute value");
  path.pop();
  return value;
}
function readMap(wire, path) {
  const record = {};
  for (const name of Object.keys(wire)) {
    setOwn(record, name, readAt(name, wire[name], path, readValue));
  }
  return record;
}
function readList(content, path, read3) {
  return Array.isArray(content) ? content.map((element, index) => readAt(index, element, path, read3)) : void 0;
}
function readSet(content, path, read3) {
  const members = readList(content, path, read3);
  return members && new Set(new Map(members.map((member) => [String(member), member])).values());
}
function readText(content) {
  return typeof content === "string" ? content : void 0;
}
function readNumber(content) {
  return typeof content === "string" ? parseNumber(content) : void 0;
}
function readBytes(content) {
  if (content instanceof Uint8Array) return Uint8Array.from(content);
  return typeof content === "string" ? fromBase64(content) : void 0;
}
function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

// packages/dynawrap/src/values/outgoing-item.ts
var maxItemBytes = 409600;
function toStoredItem(item, placement) {
  const { model } = placement;
  const fields = fieldsOf(item, model);
  const { PK, SK } = writeKey(model.key, fields);
  const attributes = { ...originOf(item)?.unknown };
  for (const field of Object.keys(fields))
    setOwn(attributes, field, storedValue(field, fields[field], model));
  const { wire, bytes } = encodeAttributes(attributes);
  const written3 = writeParts(placement, fields);
  for (const name of Object.keys(written3)) setOwn(wire, name, getOwn(written3, name));
  const text2 = (part2, own) => {
    const typed = keyValue(part2, own, fields, model.name);
    return "N" in typed ? typed.N : own;
  };
  const key = storedKey(text2(placement.pk, PK), placement.sk && text2(placement.sk, SK));
  checkIndexAttributes(wire, placement);
  checkSize(bytes, written3, [key.PK, key.SK ?? "", model.schemaVersion], placement);
  checkRoundTrip(model, fields);
  return { key, version: model.schemaVersion, wire };
}
function storedValue(field, value, { ttl }) {
  return field === ttl && value instanceof Date ? Math.ceil(value.getTime() / 1e3) : value;
}
function writeParts({ pk, sk, indexes, model }, fields) {
  const written3 = {};
  const read3 = (field) => getOwn(fields, field);
  const write2 = (parts2) => {
    if (fieldsIn(parts2.map(({ pattern }) => pattern)).some((field) => read3(field) === void 0)) return;
    const texts = parts2.map(({ pattern }) => writePattern(pattern, read3, model.name));
    for (const [place2, part2] of parts2.entries()) {
      const { text: text2 } = texts[place2];
      setOwn(written3, part2.attribute.name, keyValue(part2, text2, fields, model.name));
    }
  };
  const tableKey = [pk, ...sk ? [sk] : []];
  write2(tableKey.filter(({ own }) => own));
  const names2 = new Set(tableKey.map(({ attribute }) => attribute.name));
  for (const index of indexes.values()) {
    const parts2 = [...index.pk, ...index.sk];
    write2(parts2);
    for (const { attribute, own } of parts2) {
      if (names2.has(attribute.name) && !own) delete written3[attribute.name];
    }
  }
  return written3;
}
function keyValue({ attribute, pattern, own }, text2, fields, model) {
  const [placeholder] = pattern.placeholders;
  const read3 = (field) => getOwn(fields, field);
  if (attribute.type === "N" && placeholder) return { N: numberKey(model, placeholder, read3) };
  if (own && placeholder?.format.kind === "text") {
    const value = read3(placeholder.field);
    if (typeof value !== "string" && !(value instanceof Date)) {
      const problem = `value \`${placeholder.field}\` is stored as the text of a key, and could not be read back; make the key's type N, or format it`;
      throw invalidKey(model, problem, placeholder.field);
    }
  }
  return { S: text2 };
}
function checkIndexAttributes(wire, { layout, model }) {
  for (const index of layout.indexes.values()) {
    for (const { name, type } of indexAttributes(index)) {
      const value = getOwn(wire, name);
      if (value === void 0 || name === layout.pk.name || name === layout.sk?.name) continue;
      if (typeof value[type] !== "string" || value[type] === "") {
        const wanted = type === "S" ? "a text that is not empty" : "a number";
        throw invalidKey(model.name, `of the index ${index.name} takes ${wanted} in \`${name}\``, name);
      }
    }
  }
}
function checkSize(attributeBytes, written3, [pk, sk, version], { model, layout, derived }) {
  let bytes = attributeBytes + utf8Length(layout.pk.name + pk + (layout.sk?.name ?? "") + sk + versionAttribute + version);
  for (const name of derived) {
    const { S, N = S } = getOwn(written3, name) ?? {};
    if (N !== void 0) bytes += utf8Length(name + N);
  }
  if (bytes <= maxItemBytes) return;
  const message = `the item has ${bytes} bytes, and the limit is ${maxItemBytes}`;
  throw new DynawrapError("item.tooLarge", message, { model: model.name, bytes, limit: maxItemBytes });
}
function checkRoundTrip(model, fields) {
  const names2 = Object.keys(fields);
  if (names2.every((field) => model.roundTripped.has(field))) return;
  const { wire } = encodeAttributes(fields);
  let problem = "changes";
  let again;
  try {
    again = encodeAttributes(validFields(decodeAttributes(wire), model)).wire;
  } catch (cause) {
    problem = `does not accept (${cause})`;
  }
  if (JSON.stringify(again) !== JSON.stringify(wire)) {
    throw invalidModel(model.name, `the schema ${problem} its own stored output`);
  }
  for (const field of names2) model.roundTripped.add(field);
}

// packages/dynawrap/src/engine/write.ts
function modelOf(item) {
  const model = item?.constructor;
  return typeof model === "function" && item instanceof model ? model : void 0;
}
function prepareSave(store, table, item, options = {}) {
  const question = new Question(store, table, modelOf(item));
  const { model, design } = question;
  const outgoing = outgoingItem(store, question, item);
  const { key } = outgoing;
  const rival = design.rival(model, key);
  if (rival) {
    const message = `the item would be read back as ${rival.name}, whose patterns fit its key ${keyText(key)} more literally`;
    const { sk = model.key.pk } = model.key;
    throw new DynawrapError("key.ambiguous", message, {
      model: model.name,
      pattern: sk.source,
      field: model.fields[0] ?? ""
    });
  }
  const { ifAbsent, replaces } = options;
  const before = originOf(item)?.key ?? key;
  if (!("replaces" in options) && keyText(before) !== keyText(key)) {
    const message = `the item was read under ${keyText(before)}, not ${keyText(key)}; give it as it was read: replaces: before`;
    throw new DynawrapError("key.changed", message, { model: model.name, before, after: key });
  }
  const conditions = [];
  if (ifAbsent !== void 0 && typeof ifAbsent !== "boolean")
    throw invalidOption("ifAbsent", "is neither true nor false");
  if (ifAbsent) conditions.push(["item.exists", { kind: "absent" }]);
  if ("ifUnchanged" in options) {
    const { ifUnchanged } = options;
    if (ifUnchanged === void 0) conditions.push(["item.conflict", { kind: "absent" }]);
    else conditions.push(["item.conflict", unchanged(question, ifUnchanged, key)]);
  }
  if ("if" in options) {
    if (options.if === void 0) throw invalidOption("if", "is undefined; leave it out");
    conditions.push(["condition.failed", compileIf(options.if, model, item)]);
  }
  if ("replaces" in options && replaces === void 0)
    throw invalidOption("replaces", "is undefined; leave it out");
  const put = prepared(store, question, "put", key, outgoing, conditions);
  if (replaces === void 0) return [put];
  if (modelOf(replaces) !== modelOf(item)) throw invalidOption("replaces", `is no ${model.name}`);
  const old = originOf(replaces)?.key ?? new Question(store, table, modelOf(replaces)).key(replaces);
  if (keyText(old) === keyText(key)) {
    return [
      prepared(store, question, "put", key, outgoing, [
        ["item.conflict", unchanged(question, replaces, key)],
        ...conditions
      ])
    ];
  }
  const moved = conditions.length > 0 ? put : prepared(store, question, "put", key, outgoing, [["item.exists", { kind: "absent" }]]);
  const gone = prepared(store, question, "delete", old, void 0, [
    ["item.conflict", unchanged(question, replaces, old)]
  ]);
  return [gone, moved];
}
function outgoingItem(store, question, item) {
  const { layout, placement, model } = question;
  if (originOf(item)?.partial) {
    const message = "the item was read from an index that does not hold all of it, and would lose the rest; read it with fetch: true";
    throw new DynawrapError("index.projection", message, { model: model.name, index: "", missing: [] });
  }
  const outgoing = toStoredItem(item, placement);
  const { capabilities } = store.driver;
  checkKeyBytes(outgoing.key, layout, capabilities);
  checkIndexBytes(outgoing.wire, outgoing.key, layout, capabilities);
  return outgoing;
}
function prepareDelete(store, table, target, values, options = {}) {
  const byKey = typeof target === "function";
  const question = new Question(store, table, byKey ? target : modelOf(target));
  const given = byKey ? values ?? {} : target;
  const key = question.key(given);
  const conditions = [];
  const { ifPresent } = options;
  if (ifPresent !== void 0 && typeof ifPresent !== "boolean")
    throw invalidOption("ifPresent", "is neither true nor false");
  if (ifPresent) conditions.push(["item.missing", { kind: "present" }]);
  if ("if" in options) {
    if (options.if === void 0) throw invalidOption("if", "is undefined; leave it out");
    conditions.push([
      "condition.failed",
      compileIf(options.if, question.model, given)
    ]);
  }
  return prepared(store, question, "delete", key, void 0, conditions);
}
function prepareCheck(store, table, model, values, condition) {
  const question = new Question(store, table, model);
  const key = question.key(values);
  const compiled = compileIf(condition, question.model, values);
  return prepared(store, question, "check", key, void 0, [["condition.failed", compiled]]);
}
function prepared({ driver }, { layout, model, placement }, kind2, key, item, conditions) {
  const condition = conditions.length > 0 ? every(conditions.map(([, each]) => each)) : void 0;
  const row = item && driver.encode(item, layout);
  return { write: { layout, kind: kind2, key, row, condition }, item, model: model.name, placement, conditions };
}
function unchanged(question, before, key) {
  const { model, layout, placement } = question;
  if (typeof before !== "object" || before === null || !isItem(before) || requireModel(before.constructor, "ifUnchanged") !== model) {
    throw invalidOption("ifUnchanged", `is no ${model.name}`);
  }
  const origin = originOf(before);
  const expected = origin?.asRead === void 0 ? toStoredItem(before, placement) : { key: origin.key, version: origin.version, wire: encodeAttributes(origin.asRead).wire };
  if (keyText(expected.key) !== keyText(key)) {
    throw invalidOption("ifUnchanged", "is the item of another key");
  }
  return sameAs(expected, model.fields, [layout.pk.name, layout.sk?.name]);
}
function sameAs({ version, wire }, fields, keyNames) {
  const conditions = [{ kind: "present" }];
  if (version !== void 0) conditions.push({ kind: "version", version });
  const names2 = /* @__PURE__ */ new Set([...Object.keys(wire), ...fields]);
  for (const name of names2) {
    if (keyNames.includes(name)) continue;
    const value = getOwn(wire, name);
    conditions.push(
      value === void 0 ? { kind: "missing", path: [name] } : { kind: "eq", path: [name], value }
    );
  }
  return every(conditions);
}

// packages/dynawrap/src/engine/refill.ts
async function refillIndexes(store, design, indexes, call) {
  const { driver } = store;
  const { layout, models } = design;
  const heads = [...new Set(models.map(({ key }) => key.pk.head))].sort();
  const added = indexes.flatMap(indexAttributes).map(({ name }) => name);
  for (const part2 of await driver.divide(layout, void 0, { of: 1, index: void 0, heads }, call)) {
    let after;
    do {
      const request3 = {
        reverse: false,
        consistent: true,
        rows: 1e3,
        after,
        filter: void 0,
        attributes: void 0
      };
      const page = await untilAborted(
        driver.scan(layout, void 0, part2, request3, call),
        call.signal
      );
      for (const row of page.rows) {
        const filled = withIndexKeys(store, design, row, added);
        if (filled) await untilAborted(driver.write({ layout, kind: "put", ...filled }, call), call.signal);
      }
      after = page.next;
    } while (after !== void 0);
  }
}
function withIndexKeys({ driver }, design, row, added) {
  const { layout } = design;
  const stored = driver.decode(row, layout);
  const owner = design.owner(stored.key);
  if (!owner) return void 0;
  const placement = design.placement(owner);
  let fresh;
  try {
    const item = fromStoredItem(stored, placement);
    if (!item) return void 0;
    fresh = toStoredItem(item, placement);
  } catch (error) {
    if (isDynawrapError(error)) return void 0;
    throw error;
  }
  const { wire } = encodeAttributes(stored.attributes);
  const missing2 = added.filter(
    (name) => getOwn(wire, name) === void 0 && getOwn(fresh.wire, name) !== void 0
  );
  if (missing2.length === 0) return void 0;
  const attributes = {
    ...wire,
    ...Object.fromEntries(missing2.map((name) => [name, fresh.wire[name]]))
  };
  const outgoing = { key: stored.key, version: stored.version, wire: attributes };
  const before = { key: stored.key, version: stored.version, wire };
  const condition = sameAs(before, [], [layout.pk.name, layout.sk?.name]);
  return { key: stored.key, row: driver.encode(outgoing, layout), condition };
}

// packages/dynawrap/src/engine/scan.ts
var maxSegments = 1e6;
function scanSource(store, table, models, options) {
  const { driver } = store;
  if (!Array.isArray(models) || models.length === 0) throw invalidOption("models", "is no list of models");
  const name = typeof table === "object" ? table?.name : table;
  const known2 = models.map((model) => requireModel(model, `"${name}"`));
  const design = designOf(table, known2);
  const { layout } = design;
  checkLayout(store, layout);
  const { index: alias, segments = 1, segment, onError = "throw" } = options;
  checkSegments(options);
  const placements = known2.map((model) => design.placement(model));
  const placed = placements.map((placement) => alias === void 0 ? void 0 : indexOf(placement, alias));
  const index = placed[0]?.index;
  checkConsistent(index, options.consistent);
  if (placed.some((one) => one?.index !== index))
    throw invalidOption("index", "is another index for some of the models");
  if ("where" in options && options.where === void 0)
    throw invalidOption("where", "is undefined; leave it out");
  const condition = options.where === void 0 ? { asked: void 0, rest: void 0 } : splitWhere(options.where, placements);
  const partial = index !== void 0 && index.projection !== "ALL";
  for (const [place2, one] of placed.entries()) {
    const placement = placements[place2];
    if (partial && one && placement) checkProjection(placement, one, placement.model.fields);
  }
  const selection = {
    design,
    wanted: new Map(known2.map((model) => [model, void 0])),
    index,
    condition: condition.rest,
    includeExpired: options.includeExpired === true,
    clock: store.clock,
    partial,
    onError
  };
  const heads = placements.map(
    (placement, place2) => (placed[place2] ?? tableKeyParts(placement)).pk[0]?.pattern.head ?? ""
  );
  const division = {
    of: segment?.of ?? segments,
    index: segment?.index,
    heads: [...new Set(heads)].sort()
  };
  return {
    subject: subjectOf("scan", placements, alias),
    async strands(call) {
      const parts2 = await driver.divide(layout, index, division, call);
      return parts2.map((part2) => (request3, pageCall) => driver.scan(layout, index, part2, request3, pageCall));
    },
    filter: condition.asked,
    attributes: void 0,
    read(row) {
      const stored = driver.decode(row, layout);
      const item = readRow(stored, selection);
      return item && { item, position: () => positionOf(stored, index, design) };
    },
    cursor: segments > 1 ? void 0 : cursorCodec(store, { design, index, range: void 0, models: known2, condition }),
    explain: () => ({ text: explainScan(layout, index), request: { scan: layout.name, ...division } })
  };
}
function checkSegments({ segments, segment }) {
  const whole2 = (value, least) => Number.isInteger(value) && value >= least && value <= maxSegments;
  if (segments !== void 0 && !whole2(segments, 1)) {
    throw invalidOption("segments", `is ${segments}, not a whole number from 1 to ${maxSegments}`);
  }
  if (segment === void 0) return;
  const { index, of } = segment ?? {};
  if (!whole2(of, 1) || !whole2(index, 0) || index >= of) {
    throw invalidOption("segment", "is not { index, of } with an index from 0 to below of");
  }
  if (segments !== void 0 && segments > 1)
    throw invalidOption("segments", "divides the whole, of which segment is a part");
}

// packages/dynawrap/src/engine/writing.ts
async function perform(store, prepared2, call) {
  const refused2 = await attemptWrite(store, prepared2, call, "stands");
  if (!refused2) return;
  const { code, problem } = refusalOf(
    prepared2,
    refused2.current && conditionItem(store, prepared2, refused2.current)
  );
  const { key } = prepared2.write;
  throw new DynawrapError(code, `${problem} (${keyText(key)})`, { model: prepared2.model, key });
}
async function attemptWrite(store, prepared2, call, proof) {
  const { write: write2 } = prepared2;
  let refused2;
  try {
    refused2 = await untilAborted(store.driver.write(write2, call), call.signal);
  } catch (error) {
    if (!write2.condition || call.signal?.aborted || !mayHaveTakenEffect(error)) throw error;
    if (proof === "stands" && await standsAsSent(store, prepared2, call)) return void 0;
    throw ambiguous(call.operation, write2.key, error);
  }
  if (!refused2?.retried) return refused2;
  const item = refused2.current && conditionItem(store, prepared2, refused2.current);
  if (proof === "stands" && isAsSent(prepared2, item)) return void 0;
  throw ambiguous(call.operation, write2.key);
}
function markSaved(item, key) {
  const origin = originOf(item);
  if (origin) Object.assign(origin, { asRead: void 0, key });
}
function refusalOf({ conditions }, item) {
  const failed2 = conditions.find(([, condition]) => !holds(condition, item)) ?? conditions[0];
  const code = failed2?.[0] ?? "condition.failed";
  return { code, problem: refusalText[code] };
}
var refusalText = {
  "item.exists": "an item stands under the key already",
  "item.conflict": "the item is no longer as it was read; read it again",
  "item.missing": "there is no item under the key",
  "condition.failed": "the condition does not hold of the item under the key"
};
function conditionItem({ driver }, { write: { layout } }, row) {
  const { attributes, version } = driver.decode(row, layout);
  return { wire: encodeAttributes(attributes).wire, version };
}
function isAsSent({ item, write: write2 }, stored) {
  if (!item) return stored === void 0;
  const { layout } = write2;
  const keyNames = [layout.pk.name, layout.sk?.name];
  const attributes = (wire) => Object.keys(wire).filter((name) => !keyNames.includes(name)).length;
  return stored !== void 0 && attributes(stored.wire) === attributes(item.wire) && holds(sameAs(item, [], keyNames), stored);
}
async function standsAsSent(store, prepared2, call) {
  const { layout, key } = prepared2.write;
  try {
    const row = await untilAborted(store.driver.get(layout, key, true, call), call.signal);
    return isAsSent(prepared2, row === void 0 ? void 0 : conditionItem(store, prepared2, row));
  } catch {
    return false;
  }
}
function mayHaveTakenEffect(error) {
  return isDynawrapError(error, "backend.unavailable") && error.details.applied !== false;
}
function ambiguous(operation, key, cause) {
  const message = "the reply was lost, and nothing proves whether the write took effect; read the item to see";
  return new DynawrapError("write.ambiguous", message, { operation, key }, cause);
}

// packages/dynawrap/src/engine/update.ts
var updatePatience = 1e4;
async function updateItem(store, turns, table, model, values, change, call) {
  const question = new Question(store, table, model);
  const { layout } = question;
  const key = question.key(values);
  if (typeof change !== "function") throw invalidOption("change", "is no function");
  const late = () => {
    const message = `others kept changing the item under ${keyText(key)} until the deadline`;
    return new DynawrapError("item.conflict", message, { model: question.model.name, key });
  };
  const read3 = () => untilAborted(store.driver.get(layout, key, true, call), call.signal);
  const asked = performance.now();
  call.expired = late;
  const wait = (turn) => untilAborted(turn, call.signal);
  return turns.take(`${layout.name} ${keyText(key)}`, wait, async (found, leave) => {
    call.expired = void 0;
    let row = found && found.since > asked ? found.row : await read3();
    for (let attempt = 0, took = 0; ; attempt++) {
      if (attempt > 0) {
        call.expired = late;
        call.meter.retries++;
      }
      if (attempt > 1 || attempt > 0 && row === void 0) {
        await pause(standBack(attempt, took), call.signal);
        row = await read3();
      }
      const current = currentItem(store, question, key, row);
      const next = await untilAborted(Promise.resolve(change(current)), call.signal);
      if (next === current) return current;
      const prepared2 = changed(store, table, question, current, next);
      const since = performance.now();
      call.expired = () => ambiguous(call.operation, key);
      try {
        const refused2 = await attemptWrite(store, prepared2, call, "none");
        if (!refused2) {
          markSaved(next, key);
          leave({ row: prepared2.write.row, since });
          return next;
        }
        row = refused2.current;
      } catch (error) {
        if (!isDynawrapError(error, "backend.throttled")) throw error;
        row = void 0;
      }
      took = performance.now() - since;
    }
  });
}
function standBack(attempt, took) {
  return Math.random() * Math.min(Math.max(took * 2, 50) * 2 ** Math.min(attempt - 1, 4), 2e3);
}
function currentItem(store, question, key, row) {
  const item = row === void 0 ? void 0 : readRow(store.driver.decode(row, question.layout), oneItem(store, question, {}));
  if (item) return item;
  const { name } = question.model;
  throw new DynawrapError("item.missing", `there is no item to change under ${keyText(key)}`, {
    model: name,
    key
  });
}
function changed(store, table, question, current, next) {
  if (modelOf(next) !== modelOf(current)) {
    throw invalidOption("change", `answers no ${question.model.name}; return current.with({ \u2026 })`);
  }
  const [prepared2] = prepareSave(store, table, next, { ifUnchanged: current });
  return prepared2;
}
function oneItem({ clock }, { design, model }, { includeExpired = false }) {
  return {
    design,
    wanted: /* @__PURE__ */ new Map([[model, void 0]]),
    index: void 0,
    condition: void 0,
    includeExpired,
    clock,
    partial: false,
    onError: "throw"
  };
}

// packages/dynawrap/src/engine/transaction.ts
var maxOperations = 100;
var maxBytes = 4 * 1024 * 1024;
function noteTransaction(store, build) {
  if (typeof build !== "function") throw invalidOption("build", "is no function");
  const noted = [];
  let open = true;
  const note2 = (operation) => {
    if (!open)
      throw invalidOption("build", "goes on after it has returned; note every operation before that");
    noted.push(operation);
  };
  const tx = {
    save(table, item, options = {}) {
      note2({ kind: "save", writes: prepareSave(store, table, item, options), item });
    },
    delete(table, target, ...rest) {
      const values = typeof target === "function" ? rest.shift() : void 0;
      note2({
        kind: "delete",
        writes: [prepareDelete(store, table, target, values, rest[0])]
      });
    },
    check(table, model, values, condition) {
      note2({ kind: "check", writes: [prepareCheck(store, table, model, values, condition)] });
    },
    update(table, model, values, change) {
      const question = new Question(store, table, model);
      const key = question.key(values);
      if (typeof change !== "function") throw invalidOption("change", "is no function");
      const prepare = async (row, call) => {
        const current = currentItem(store, question, key, row);
        const item = await untilAborted(Promise.resolve(change(current)), call.signal);
        return { prepared: changed(store, table, question, current, item), item };
      };
      note2({ kind: "update", writes: [], update: { question, key, prepare } });
    }
  };
  const answer2 = build(tx);
  open = false;
  if (typeof answer2?.then === "function") {
    answer2.then(void 0, () => {
    });
    throw invalidOption("build", "is async; note the operations at once, and read before the transaction");
  }
  checkTargets(noted);
  return noted;
}
function checkTargets(noted) {
  const targets = /* @__PURE__ */ new Set();
  let count = 0;
  const target = (table, key) => {
    count++;
    const name = `${table} ${keyText(key)}`;
    if (targets.has(name)) throw invalidOption("build", `names the item ${keyText(key)} of "${table}" twice`);
    targets.add(name);
  };
  for (const { writes, update: update2 } of noted) {
    for (const { write: write2 } of writes) target(write2.layout.name, write2.key);
    if (update2) target(update2.question.layout.name, update2.key);
  }
  if (count < 1 || count > maxOperations)
    throw invalidOption("build", `notes ${count} operations; a transaction takes 1 to ${maxOperations}`);
}
function aboutTransaction(noted) {
  const placements = noted.flatMap(({ writes, update: update2 }) => [
    ...writes.map(({ placement }) => placement),
    ...update2 ? [update2.question.placement] : []
  ]);
  return { ...subjectOf("transact", placements), size: noted.length };
}
async function runTransaction(store, noted, call) {
  let cancelled;
  for (let attempt = 0; ; attempt++) {
    if (attempt > 0) {
      call.meter.retries++;
      call.expired = () => cancelled;
      await pause(backoff(Math.min(attempt, 5)), call.signal);
    }
    const ready = await readyOperations(store, noted, call);
    const writes = ready.flatMap(({ writes: all2 }) => all2);
    checkBytes2(writes);
    call.expired = () => ambiguous(call.operation);
    const reasons = await send(store, writes, call);
    if (!reasons) {
      for (const { item, writes: made } of ready) {
        const put = made.find(({ write: write2 }) => write2.kind === "put");
        if (item && put) markSaved(item, put.write.key);
      }
      return writes.length;
    }
    const failures = failuresOf(store, ready, reasons);
    const lost = failures.map(
      ({ failure }) => `${failure.kind} of ${failure.model} ${keyText(failure.key)}: ${failure.message}`
    );
    const message = `transact: nothing was written: ${lost.join("; ")}`;
    cancelled = new DynawrapError("transaction.cancelled", message, {
      failures: failures.map(({ failure }) => failure)
    });
    if (failures.length === 0 || failures.some(({ passes: passes2 }) => !passes2)) throw cancelled;
  }
}
async function readyOperations(store, noted, call) {
  const updates = noted.flatMap(({ update: update2 }) => update2 ?? []);
  if (updates.length === 0) return [...noted];
  const reads = updates.map(({ question, key }) => ({ layout: question.layout, key }));
  const rows = await untilAborted(store.driver.getSnapshot(reads, call), call.signal);
  const ready = [];
  for (const operation of noted) {
    const { update: update2 } = operation;
    if (!update2) {
      ready.push(operation);
      continue;
    }
    const { prepared: prepared2, item } = await update2.prepare(rows[updates.indexOf(update2)], call);
    ready.push({ ...operation, writes: prepared2 ? [prepared2] : [], item });
  }
  return ready;
}
var lostReplies = 3;
async function send({ driver }, prepared2, call) {
  const token = crypto.randomUUID();
  const writes = prepared2.map(({ write: write2 }) => write2);
  let lost = false;
  for (let attempt = 0; ; attempt++) {
    try {
      return await untilAborted(driver.transact(writes, token, call), call.signal);
    } catch (error) {
      if (call.signal?.aborted) throw error;
      lost ||= mayHaveTakenEffect(error);
      const throttled = isDynawrapError(error, "backend.throttled");
      if (!lost && throttled) return writes.map(() => ({ reason: "throttled" }));
      if (!lost) throw error;
      if (!driver.repeatable || attempt >= lostReplies) throw ambiguous(call.operation, void 0, error);
      call.meter.retries++;
      await pause(backoff(attempt + 1), call.signal);
    }
  }
}
function failuresOf(store, ready, reasons) {
  let place2 = 0;
  return ready.flatMap(
    ({ kind: kind2, writes }, operation) => writes.flatMap((prepared2) => {
      const reason = reasons[place2++];
      if (!reason) return [];
      const { model, write: write2 } = prepared2;
      const about = { operation, kind: kind2, model, key: write2.key };
      if (reason.reason === "condition") {
        const item = reason.current === void 0 ? void 0 : conditionItem(store, prepared2, reason.current);
        const { code, problem } = refusalOf(prepared2, item);
        return [{ failure: { ...about, code, message: problem }, passes: kind2 === "update" }];
      }
      if (reason.reason === "failed") {
        return [{ failure: { ...about, code: "backend.failed", message: reason.message }, passes: false }];
      }
      const busy = reason.reason === "conflict";
      const message = busy ? "another writer is at the item" : "the server asks for less load";
      return [
        { failure: { ...about, code: busy ? "item.conflict" : "backend.throttled", message }, passes: true }
      ];
    })
  );
}
function checkBytes2(writes) {
  let bytes = 0;
  for (const { item } of writes) if (item) bytes += utf8Length(JSON.stringify(item.wire));
  if (bytes <= maxBytes) return;
  throw invalidOption("build", `notes items of about ${bytes} bytes; a transaction takes ${maxBytes}`);
}

// packages/dynawrap/src/engine/turns.ts
var Turns = class {
  #last = /* @__PURE__ */ new Map();
  /** Waits for the turn, works with what the one before has left, and passes the turn on with what is left then. */
  async take(name, wait, work) {
    const before = this.#last.get(name);
    let done = (_gift) => {
    };
    const mine = new Promise((resolve) => {
      done = resolve;
    });
    const last = before ? before.then(() => mine) : mine;
    this.#last.set(name, last);
    let left;
    try {
      return await work(before && await wait(before), (gift) => {
        left = gift;
      });
    } finally {
      done(left);
      last.then(() => {
        if (this.#last.get(name) === last) this.#last.delete(name);
      });
    }
  }
};

// packages/dynawrap/src/engine/driver-backend.ts
var DriverBackend = class {
  /** What the backend does its work with. Public, as private members would make two installed copies two types. */
  store;
  turns = new Turns();
  constructor(driver, { observe, clock = Date.now, cursorSecret } = {}) {
    if (observe !== void 0 && typeof observe !== "function")
      throw invalidOption("observe", "is no function");
    if (typeof clock !== "function") throw invalidOption("clock", "is no function");
    if (cursorSecret !== void 0 && (typeof cursorSecret !== "string" || cursorSecret === "")) {
      throw invalidOption("cursorSecret", "is no text");
    }
    this.store = { driver, observe, clock: () => clock(), cursorSecret };
  }
  get driver() {
    return this.store.driver;
  }
  get capabilities() {
    return this.driver.capabilities;
  }
  async save(table, item, options = {}) {
    const { store } = this;
    const writes = prepareSave(store, table, item, options);
    const [only] = writes;
    if (writes.length > 1 || !only) {
      return this.transact((tx) => tx.save(table, item, options), options);
    }
    await runOperation(
      store,
      aboutModel("save", new Question(store, table, modelOf(item))),
      options,
      async (call, operation) => {
        await perform(store, only, call);
        operation.returned = 1;
      }
    );
    markSaved(item, only.write.key);
  }
  async get(table, model, key, options = {}) {
    const { store, driver } = this;
    const question = new Question(store, table, model);
    const stored = question.key(key);
    const { layout } = question;
    return runOperation(store, aboutModel("get", question), options, async (call, operation) => {
      const row = await driver.get(layout, stored, !!options.consistent, call);
      const item = row === void 0 ? void 0 : readRow(driver.decode(row, layout), oneItem(store, question, options));
      operation.returned = item ? 1 : 0;
      return item;
    });
  }
  query(table, model, key, options = {}) {
    return queryModel(this.store, table, model, key, options);
  }
  async delete(table, target, ...rest) {
    const { store } = this;
    const byKey = typeof target === "function";
    const values = byKey ? rest.shift() ?? {} : void 0;
    const options = rest[0] ?? {};
    const prepared2 = prepareDelete(store, table, target, values, options);
    const question = new Question(store, table, byKey ? target : modelOf(target));
    await runOperation(store, aboutModel("delete", question), options, async (call, operation) => {
      await perform(store, prepared2, call);
      operation.returned = 1;
    });
  }
  async update(table, model, key, change, options = {}) {
    const { store } = this;
    const subject = aboutModel("update", new Question(store, table, model));
    const within = { ...options, deadline: options.deadline ?? updatePatience };
    return runOperation(store, subject, within, async (call, operation) => {
      const item = await updateItem(store, this.turns, table, model, key, change, call);
      operation.returned = 1;
      return item;
    });
  }
  async batchWrite(table, items, options = {}) {
    const { store, driver } = this;
    const { layout } = designOf(table, []);
    checkLayout(store, layout);
    const encode = (item, kind2) => {
      const [prepared2] = kind2 === "save" ? prepareSave(store, table, item) : [prepareDelete(store, table, item, void 0)];
      const { write: write2, model } = prepared2;
      operation.models.add(model);
      return { key: write2.key, row: write2.row };
    };
    const operation = new Operation(store, { operation: "batchWrite", table: layout.name, model: void 0 });
    try {
      await operation.within(() => writeBatches(driver, layout, items, encode, options, operation));
      operation.end();
    } catch (error) {
      operation.end(error);
      throw error;
    }
  }
  async batchGet(table, model, keys, options = {}) {
    const { store } = this;
    const question = new Question(store, table, model);
    if (!Array.isArray(keys)) throw invalidOption("keys", "is no array of keys");
    const stored = keys.map((key) => question.key(key));
    const subject = { ...aboutModel("batchGet", question), size: keys.length };
    return runOperation(store, subject, options, async (call, operation) => {
      const found = await getMany(store, question.layout, stored, !!options.consistent, call);
      const selection = oneItem(store, question, options);
      return stored.map((key) => {
        const one = found.get(keyText(key));
        const item = one && readRow(one, selection);
        if (item) operation.returned++;
        return item;
      });
    });
  }
  collection(table, models, key, options = {}) {
    const { store } = this;
    const query3 = lazyQuery(
      store,
      () => collectionSource(store, table, models, key, options),
      options
    );
    const group = async () => {
      const items = await query3.all();
      const lists = models.map((model) => items.filter((item) => item.constructor === model));
      return Object.assign(
        lists,
        Object.fromEntries(models.map(({ modelName }, place2) => [modelName, lists[place2]]))
      );
    };
    return Object.assign(query3, { group });
  }
  scan(table, models, options = {}) {
    return lazyQuery(
      this.store,
      () => scanSource(this.store, table, models, options),
      options
    );
  }
  // biome-ignore lint/suspicious/noConfusingVoidType: with `void` alone an async function would pass.
  async transact(build, options = {}) {
    const { store } = this;
    const noted = noteTransaction(store, build);
    const within = { ...options, deadline: options.deadline ?? updatePatience };
    await runOperation(store, aboutTransaction(noted), within, async (call, operation) => {
      operation.returned = await runTransaction(store, noted, call);
    });
  }
  async transactGet(reads, options = {}) {
    const { store, driver } = this;
    if (!Array.isArray(reads) || reads.length < 1 || reads.length > 100) {
      throw invalidOption("reads", "is no list of 1 to 100 [table, Model, key]");
    }
    const asked = reads.map(([table, model, key]) => {
      const question = new Question(store, table, model);
      return { question, layout: question.layout, key: question.key(key) };
    });
    if (new Set(asked.map(({ layout, key }) => `${layout.name} ${keyText(key)}`)).size < asked.length) {
      throw invalidOption("reads", "names an item twice");
    }
    const placements = asked.map(({ question }) => question.placement);
    const subject = { ...subjectOf("transactGet", placements), size: asked.length };
    return runOperation(store, subject, options, async (call, operation) => {
      const rows = await driver.getSnapshot(asked, call);
      return asked.map(({ question, layout }, place2) => {
        const row = rows[place2];
        const item = row === void 0 ? void 0 : readRow(driver.decode(row, layout), oneItem(store, question, options));
        if (item) operation.returned++;
        return item;
      });
    });
  }
  async createTable(table, options = {}) {
    const { store, driver } = this;
    const design = designOf(table, []);
    const { layout, models } = design;
    checkLayout(store, layout);
    await runOperation(
      store,
      { operation: "createTable", table: layout.name, model: void 0 },
      options,
      async (call) => {
        const added = await driver.createTable(layout, call);
        if (added.length > 0 && models.length > 0) await refillIndexes(store, design, added, call);
      }
    );
  }
  close() {
    return this.driver.close();
  }
};
function aboutModel(operation, { placement }) {
  return subjectOf(operation, [placement]);
}

// packages/dynawrap/src/engine/failure.ts
function tableMissing(table, cause) {
  const message = `The table "${table}" does not exist; createTable makes it`;
  return new DynawrapError("table.missing", message, { table }, cause);
}

// packages/dynawrap/src/engine/table-name.ts
function checkTableName(table, longest4 = 255) {
  if (typeof table === "string" && /^[A-Za-z0-9_.-]{3,255}$/.test(table) && table.length <= longest4) return;
  const message = `${JSON.stringify(String(table))} is no table name of 3 to ${longest4} characters A-Z a-z 0-9 . _ -`;
  throw new DynawrapError("table.invalid", message, { table: String(table) });
}

// packages/dynawrap/src/memory/row.ts
function keyTextOf(row, { name, type }, { pk, sk }) {
  if (name === pk.name) return row.key.PK;
  if (name === sk?.name) return row.key.SK ?? "";
  const value = getOwn(row.wire, name);
  if (type === "S") return value?.S;
  return value?.N === void 0 ? void 0 : String(parseNumber(value.N));
}
function compareKeys(left, right, attributes) {
  for (const [place2, { type }] of attributes.entries()) {
    const [a, b] = [left[place2], right[place2]];
    if (a === void 0 || b === void 0) return 0;
    const order2 = type === "N" ? compareNumbers(a, b) : compareUtf8(a, b);
    if (order2 !== 0) return order2;
  }
  return 0;
}

// packages/dynawrap/src/memory/view.ts
var pageRows = 100;
var View = class {
  #layout;
  #pk;
  /** What rows of one partition are ordered by. */
  #order;
  #sortKeys;
  #collections = /* @__PURE__ */ new Map();
  #partitions;
  constructor(layout, index) {
    const tableKey = layout.sk ? [layout.pk, layout.sk] : [layout.pk];
    const sk = index ? index.sk : tableKey.slice(1);
    this.#layout = layout;
    this.#pk = index ? index.pk : [layout.pk];
    this.#order = index ? [...sk, ...tableKey] : sk;
    this.#sortKeys = sk.length;
  }
  put(row) {
    const at = this.#at(row);
    if (!at) return;
    let collection2 = this.#collections.get(at.partition);
    if (!collection2) {
      collection2 = { entries: /* @__PURE__ */ new Map(), order: void 0 };
      this.#collections.set(at.partition, collection2);
      this.#partitions = void 0;
    }
    collection2.entries.set(keyText(row.key), { row, place: at.place });
    collection2.order = void 0;
  }
  delete(row) {
    const at = this.#at(row);
    const collection2 = at && this.#collections.get(at.partition);
    if (!collection2) return;
    collection2.entries.delete(keyText(row.key));
    collection2.order = void 0;
    if (collection2.entries.size > 0) return;
    this.#collections.delete(at.partition);
    this.#partitions = void 0;
  }
  /** A page of one partition. */
  page({ pk, leading: leading2, sort }, request3) {
    const order2 = this.#ordered(this.#collections.get(JSON.stringify(pk)));
    const behind = (...last) => this.#from(order2, [...leading2, ...last], false);
    const at = (...last) => this.#from(order2, [...leading2, ...last], true);
    let [from, to] = [leading2.length > 0 ? at() : 0, leading2.length > 0 ? behind() : order2.length];
    if (sort.kind === "equal") [from, to] = [at(sort.text), behind(sort.text)];
    if (sort.kind === "prefix" && sort.text !== "") {
      const end = successor(sort.text);
      [from, to] = [at(sort.text), end === void 0 ? to : at(end)];
    }
    if (sort.kind === "span") {
      if (sort.from) from = sort.from.inclusive ? at(sort.from.text) : behind(sort.from.text);
      if (sort.to) to = sort.to.inclusive ? behind(sort.to.text) : at(sort.to.text);
    }
    if (request3.after) {
      const place2 = this.#placeOf(request3.after);
      if (request3.reverse) to = Math.min(to, this.#from(order2, place2, true));
      else from = Math.max(from, this.#from(order2, place2, false));
    }
    const most = Math.min(request3.rows, pageRows);
    const rows = request3.reverse ? order2.slice(Math.max(from, to - most), Math.max(to, from)).reverse() : order2.slice(from, Math.min(to, from + most));
    return this.#answer(rows, request3, rows.length < to - from);
  }
  /** A page of all partitions for which `wanted` says so. */
  scan(wanted, request3) {
    this.#partitions ??= [...this.#collections.keys()].sort(
      (left, right) => compareKeys(JSON.parse(left), JSON.parse(right), this.#pk)
    );
    const most = Math.min(request3.rows, pageRows);
    const found = [];
    const { after } = request3;
    const begun2 = after && (after.index?.slice(0, this.#pk.length) ?? [after.key.PK]);
    for (const partition of this.#partitions) {
      const side = begun2 ? compareKeys(JSON.parse(partition), begun2, this.#pk) : 1;
      if (side < 0 || !wanted(partition)) continue;
      const order2 = this.#ordered(this.#collections.get(partition));
      found.push(
        ...side === 0 && after ? order2.slice(this.#from(order2, this.#placeOf(after), false)) : order2
      );
      if (found.length > most) break;
    }
    return this.#answer(found.slice(0, most), request3, found.length > most);
  }
  #answer(entries, { filter }, more) {
    const rows = entries.map(({ row }) => row);
    const last = entries.at(-1);
    return {
      rows: filter ? rows.filter((row) => holds(filter, row)) : rows,
      next: more && last ? this.#position(last) : void 0,
      examined: rows.length
    };
  }
  #position({ row, place: place2 }) {
    const pk = this.#pk.map((attribute) => keyTextOf(row, attribute, this.#layout) ?? "");
    return { key: row.key, index: [...pk, ...place2.slice(0, this.#sortKeys)] };
  }
  /** Where a position stands among the rows of its partition. */
  #placeOf({ key, index }) {
    const tableKey = this.#layout.sk ? [key.PK, key.SK ?? ""] : [key.PK];
    const ofTable = this.#order.length === this.#sortKeys;
    return ofTable ? tableKey.slice(1) : [...(index ?? []).slice(this.#pk.length), ...tableKey];
  }
  #at(row) {
    const texts = [...this.#pk, ...this.#order].map((attribute) => keyTextOf(row, attribute, this.#layout));
    if (texts.includes(void 0)) return void 0;
    return {
      partition: JSON.stringify(texts.slice(0, this.#pk.length)),
      place: texts.slice(this.#pk.length)
    };
  }
  #ordered(collection2) {
    if (!collection2) return [];
    collection2.order ??= [...collection2.entries.values()].sort(
      (left, right) => compareKeys(left.place, right.place, this.#order)
    );
    return collection2.order;
  }
  /** How many entries stand before a place, those at it included unless `inclusive` leaves them to come. */
  #from(order2, place2, inclusive) {
    let low = 0;
    let high = order2.length;
    while (low < high) {
      const middle = low + high >>> 1;
      const side = compareKeys(order2[middle].place, place2, this.#order);
      if (side < 0 || side === 0 && !inclusive) low = middle + 1;
      else high = middle;
    }
    return low;
  }
};

// packages/dynawrap/src/memory/driver.ts
var MemoryDriver = class {
  system = "memory";
  capabilities = { nulText: true, keyBytes: 3072, indexBytes: 6144, multiAttributeKeys: true };
  batch = { size: 25, reads: 100, concurrency: 1 };
  repeatable = true;
  #tables = /* @__PURE__ */ new Map();
  checkTable({ name }) {
    checkTableName(name);
  }
  encode({ key, version, wire }) {
    return { key, version, wire };
  }
  decode({ key, version, wire }) {
    return { key, version, attributes: decodeAttributes(wire) };
  }
  async get(layout, key, _consistent, { meter }) {
    meter.requests++;
    const row = this.#table(layout).rows.get(keyText(key));
    if (row) meter.rows++;
    return row;
  }
  async getBatch(layout, keys, _consistent, { meter }) {
    meter.requests++;
    const { rows } = this.#table(layout);
    const found = keys.flatMap((key) => rows.get(keyText(key)) ?? []);
    meter.rows += found.length;
    return { rows: found, putOff: [] };
  }
  async getSnapshot(reads, { meter }) {
    meter.requests++;
    const rows = reads.map(({ layout, key }) => this.#table(layout).rows.get(keyText(key)));
    meter.rows += rows.filter((row) => row !== void 0).length;
    return rows;
  }
  async write(write2, { meter }) {
    meter.requests++;
    const refused2 = this.#refused(write2);
    if (!refused2) this.#apply(write2);
    return refused2;
  }
  async transact(writes, _token, { meter }) {
    meter.requests++;
    const refused2 = writes.map((write2) => this.#refused(write2));
    if (refused2.some((each) => each !== void 0)) return refused2;
    for (const write2 of writes) this.#apply(write2);
    return void 0;
  }
  async page(layout, index, range, request3, { meter }) {
    meter.requests++;
    const page = this.#view(layout, index).page(range, request3);
    meter.rows += page.examined;
    return page;
  }
  async divide(_layout, _index, { of, index }) {
    return index === void 0 ? Array.from({ length: of }, (_, place2) => ({ index: place2, of })) : [{ index, of }];
  }
  async scan(layout, index, part2, request3, { meter }) {
    meter.requests++;
    const wanted = (partition) => hash(partition) % part2.of === part2.index;
    const page = this.#view(layout, index).scan(wanted, request3);
    meter.rows += page.examined;
    return page;
  }
  explain(layout, index, range, request3) {
    return { table: layout.name, index: index?.name, ...range, ...request3 };
  }
  async writeBatch(layout, entries, { meter }) {
    meter.requests++;
    for (const { key, row } of entries) {
      this.#apply({ layout, kind: row === void 0 ? "delete" : "put", key, row, condition: void 0 });
    }
    return [];
  }
  async createTable(layout) {
    const names2 = [...layout.indexes.keys()];
    const there = this.#tables.get(layout.name);
    if (!there) {
      const table = { layout, rows: /* @__PURE__ */ new Map(), indexes: new Set(names2), views: /* @__PURE__ */ new Map() };
      this.#tables.set(layout.name, table);
      return [];
    }
    this.#table(layout);
    const added = [...layout.indexes.values()].filter(({ name }) => !there.indexes.has(name));
    for (const { name } of added) there.indexes.add(name);
    return added;
  }
  async close() {
    this.#tables.clear();
  }
  #refused({ layout, key, condition }) {
    const current = this.#table(layout).rows.get(keyText(key));
    if (!condition || holds(condition, current)) return void 0;
    return { reason: "condition", current, retried: false };
  }
  #apply({ layout, kind: kind2, key, row }) {
    const { rows, views } = this.#table(layout);
    const id = keyText(key);
    const old = rows.get(id);
    if (kind2 === "check") return;
    if (old) for (const view of views.values()) view.delete(old);
    if (row) for (const view of views.values()) view.put(row);
    if (row) rows.set(id, row);
    else rows.delete(id);
  }
  #view(layout, index) {
    const table = this.#table(layout);
    if (index && !layout.bare && !table.indexes.has(index.name)) {
      throw invalidTable(layout.name, `has no index ${index.name}; createTable with the Table adds it`);
    }
    const name = JSON.stringify([index?.name, index?.pk, index?.sk]);
    let view = table.views.get(name);
    if (!view) {
      view = new View(layout, index);
      for (const row of table.rows.values()) view.put(row);
      table.views.set(name, view);
    }
    return view;
  }
  #table(layout) {
    const table = this.#tables.get(layout.name);
    if (!table) throw tableMissing(layout.name);
    const { pk, sk } = table.layout;
    if (!same(pk, layout.pk) || !same(sk, layout.sk)) {
      throw invalidTable(layout.name, `has the key ${keyWords(table.layout)}, not ${keyWords(layout)}`);
    }
    return table;
  }
};
function same(left, right) {
  return left?.name === right?.name && left?.type === right?.type;
}
function keyWords({ pk, sk }) {
  return [pk, sk].flatMap((attribute) => attribute ? `${attribute.name} (${attribute.type})` : []).join(", ");
}
function hash(text2) {
  let value = 2166136261;
  for (let index = 0; index < text2.length; index++)
    value = Math.imul(value ^ text2.charCodeAt(index), 16777619) >>> 0;
  return value;
}

// packages/dynawrap/src/memory/index.ts
var MemoryBackend = class extends DriverBackend {
  constructor(options = {}) {
    super(new MemoryDriver(), options);
  }
};

// packages/dynawrap/src/testing/assertions.ts
function unique() {
  return crypto.randomUUID();
}

// packages/dynawrap/src/core/table.ts
var Table = class {
  name;
  /** Empty where the table is open to any model. */
  models;
  /** What drivers read. */
  layout;
  constructor(name, definition = {}) {
    const {
      pk = "PK",
      sk = "SK",
      models = [],
      indexes = {}
    } = definition;
    this.name = name;
    this.models = [...models];
    const one = (given) => keyAttribute(name, given);
    const layout = {
      name,
      pk: one(pk),
      sk: sk === false ? void 0 : one(sk),
      indexes: /* @__PURE__ */ new Map(),
      bare: false
    };
    for (const [index, given] of Object.entries(indexes)) {
      layout.indexes.set(index, tableIndex(layout, index, given));
    }
    this.layout = layout;
    checkAttributes(layout);
    checkModels(this);
  }
  /** Type information alone; nothing is there at run time. */
  get "~models"() {
    return void 0;
  }
  /** Type information alone, for `TableOf`. */
  "~takes"(_model) {
  }
};
function keyAttribute(table, given) {
  const { name, type = "S" } = typeof given === "string" ? { name: given } : given ?? {};
  if (typeof name !== "string" || name === "" || name.length > 255 || name === versionAttribute) {
    throw invalidTable(table, `cannot have a key attribute called ${JSON.stringify(name)}`);
  }
  if (type !== "S" && type !== "N")
    throw invalidTable(table, `has a key \`${name}\` that is neither S nor N`);
  return { name, type };
}
function tableIndex(layout, name, given) {
  const { pk, sk = [], projection = "ALL", local = false } = given;
  const side = (attributes) => [attributes].flat().map((attribute) => keyAttribute(layout.name, attribute));
  const index = { name, pk: side(pk), sk: side(sk), projection, local };
  const refuse2 = (problem) => {
    throw invalidTable(layout.name, `has an index ${name} ${problem}`);
  };
  if (!/^[A-Za-z0-9_.-]{3,255}$/.test(name)) refuse2("whose name is not 3 to 255 of A-Z a-z 0-9 . _ -");
  if (index.pk.length < 1 || index.pk.length > 4 || index.sk.length > 4)
    refuse2("without 1 to 4 attributes a side");
  if (typeof projection === "string" ? !/^(ALL|KEYS_ONLY)$/.test(projection) : !Array.isArray(projection)) {
    refuse2('whose projection is not "ALL", "KEYS_ONLY" or names');
  }
  if (local && (index.pk[0]?.name !== layout.pk.name || index.pk.length > 1 || index.sk.length !== 1)) {
    refuse2(`that is local and has not the table's pk \`${layout.pk.name}\` with one sk of its own`);
  }
  return index;
}
function checkAttributes(layout) {
  const types = /* @__PURE__ */ new Map();
  const keys = [
    [layout.pk, ...layout.sk ? [layout.sk] : []],
    ...[...layout.indexes.values()].map(indexAttributes)
  ];
  for (const key of keys) {
    if (new Set(key.map(({ name }) => name)).size < key.length) {
      throw invalidTable(layout.name, `has \`${key[0]?.name}\` twice in one key`);
    }
    for (const { name, type } of key) {
      if ((types.get(name) ?? type) !== type) {
        throw invalidTable(layout.name, `has \`${name}\` once as text and once as a number`);
      }
      types.set(name, type);
    }
  }
}
function checkModels({ name: table, models, layout }) {
  const known2 = models.map((model) => requireModel(model, `"${table}"`));
  for (const [place2, model] of known2.entries()) {
    placeModel(model, layout);
    for (const other of known2.slice(0, place2)) {
      if (other.name === model.name) {
        throw invalidModel(
          model.name,
          `stands twice in the table "${table}"; give one of them another \`name\``
        );
      }
      if (literalLength(other.key) !== literalLength(model.key) || !mayShareKey(other.key, model.key))
        continue;
      const message = `in the table "${table}" a key may fit ${other.name} as well, with as many literal characters; give one of them more`;
      throw new DynawrapError("model.overlap", message, { model: model.name, other: other.name, table });
    }
  }
}

// packages/dynawrap/src/testing/schema.ts
function object(shape) {
  const validate2 = (input) => {
    const record = typeof input === "object" && input !== null ? input : {};
    const value = {};
    const issues = [];
    for (const [name, { expected, accepts, convert }] of Object.entries(shape)) {
      const given = getOwn(record, name);
      if (accepts(given)) setOwn(value, name, convert(given));
      else issues.push({ message: `expected ${expected}`, path: [name] });
    }
    return issues.length > 0 ? { issues } : { value };
  };
  return { shape, "~standard": { version: 1, vendor: "dynawrap-testing", validate: validate2 } };
}
function plain(expected, accepts) {
  return { expected, accepts, convert: (value) => value };
}
var text = plain("a string", (value) => typeof value === "string");
var number = plain("a number", (value) => typeof value === "number");
var flag = plain("a boolean", (value) => typeof value === "boolean");
var integer2 = plain(
  "an integer",
  (value) => typeof value === "bigint" || Number.isInteger(value)
);
var numeric = plain(
  "a number",
  (value) => /^(?:number|bigint)$/.test(typeof value)
);
var anything = plain("anything", () => true);
var date = {
  expected: "a Date or an ISO string",
  accepts: (value) => (value instanceof Date || typeof value === "string") && !Number.isNaN(new Date(value).getTime()),
  convert: (value) => new Date(value)
};
function optional(field) {
  return {
    expected: `${field.expected} or nothing`,
    accepts: (value) => value === void 0 || field.accepts(value),
    convert: (value) => value === void 0 ? void 0 : field.convert(value)
  };
}

// packages/dynawrap/src/testing/oracle/design.ts
var numeric2 = {
  expected: "a number or a bigint",
  accepts: (value) => typeof value === "number" || typeof value === "bigint",
  convert: (value) => value
};
var User = class extends DBItem({
  pk: "USER#{room}#{owner}",
  sk: "PROFILE#{owner}",
  schema: object({ room: text, owner: text, name: anything, likes: anything, city: optional(text) }),
  indexes: { byCity: { index: "GSI1", pk: "CITY#{room}#{city}", sk: "USER#{owner}" } }
}) {
};
var Post = class extends DBItem({
  pk: "USER#{room}#{owner}",
  sk: "POST#{id}",
  schema: object({
    room: text,
    owner: text,
    id: text,
    title: anything,
    likes: anything,
    tags: anything,
    meta: anything,
    status: optional(text),
    city: optional(text),
    slug: optional(text)
  }),
  indexes: {
    byCity: { index: "GSI1", pk: "CITY#{room}#{city}", sk: "POST#{status}" },
    bySlug: { index: "GSI2", pk: "SLUG#{room}#{slug}" }
  }
}) {
};
var Reply = class extends DBItem({
  pk: "USER#{room}#{owner}",
  sk: "POST#{id}#REPLY#{n:03d}",
  schema: object({ room: text, owner: text, id: text, n: integer2, title: anything, likes: anything })
}) {
};
var Session = class extends DBItem({
  pk: "USER#{room}#{owner}",
  sk: "SESSION#{id}",
  schema: object({ room: text, owner: text, id: text, likes: anything, expires: optional(numeric2) }),
  ttl: "expires"
}) {
};
var Visit = class extends DBItem({
  pk: "USER#{room}#{owner}",
  sk: "VISIT#{at}#{id}",
  schema: object({ room: text, owner: text, at: date, id: text, likes: anything, until: optional(date) }),
  ttl: "until"
}) {
};
var Doc = class extends DBItem({
  pk: "{tenant}",
  sk: "{path}",
  schema: object({
    tenant: text,
    path: text,
    title: anything,
    likes: anything,
    board: optional(text),
    label: optional(text),
    score: optional(numeric2)
  }),
  indexes: {
    inverse: { index: "INV", pk: "{path}", sk: "{tenant}" },
    byScore: { index: "RANK", pk: "{board}", sk: "{score}" },
    byLabel: { index: "LSI1", pk: "{tenant}", sk: "L#{label}" },
    keys: { index: "KEYS", pk: "KIND#{board}", sk: "{label}" },
    some: { index: "SOME", pk: "KIND#{board}", sk: "{path}" }
  }
}) {
};
var Folder = class extends DBItem({
  pk: "{tenant}",
  sk: "FOLDER#{id}",
  schema: object({ tenant: text, id: text, title: anything, likes: anything, label: optional(text) }),
  indexes: { byLabel: { index: "LSI1", pk: "{tenant}", sk: "L#{label}" } }
}) {
};
var Tick = class extends DBItem({
  pk: "TRACK#{room}#{owner}",
  sk: "{at}",
  schema: object({ room: text, owner: text, at: numeric2, title: anything, likes: anything })
}) {
};
var Account = class extends DBItem({
  pk: "{no}",
  schema: object({ room: text, no: numeric2, title: anything, likes: anything, city: optional(text) }),
  indexes: { byCity: { index: "GSI1", pk: "CITY#{room}#{city}" } }
}) {
};
var Lot = class extends DBItem({
  pk: "LOT#{room}#{owner}",
  sk: "{id}",
  schema: object({
    room: text,
    owner: text,
    id: text,
    title: anything,
    likes: anything,
    flag: optional(text)
  }),
  indexes: { byFlag: { index: "GSI1", pk: "FLAG#{room}", sk: "{flag}" } }
}) {
};
var Bin = class extends DBItem({
  pk: "BIN#{room}#{owner}",
  sk: "BIN#{id}",
  schema: object({ room: text, owner: text, id: text, likes: anything, flag: optional(text) }),
  indexes: { byFlag: { index: "GSI1", pk: "FLAG#{room}", sk: "{flag}" } }
}) {
};
var Match = class extends DBItem({
  pk: "MATCH#{room}#{id}",
  sk: "MATCH#",
  schema: object({
    room: text,
    id: text,
    likes: anything,
    region: optional(text),
    round: optional(text),
    score: optional(numeric2)
  }),
  indexes: {
    rounds: { index: "MULTI", pk: ["ROOM#{room}", "{region}"], sk: ["R#{round}", "{score}"] }
  }
}) {
};
var designModels = {
  User,
  Post,
  Reply,
  Session,
  Visit,
  Doc,
  Folder,
  Tick,
  Account,
  Lot,
  Bin,
  Match
};
function designTables(name) {
  const tables = {
    shop: new Table(`${name}_shop`, {
      models: [User, Post, Reply, Session, Visit],
      indexes: { GSI1: { pk: "GSI1PK", sk: "GSI1SK" }, GSI2: { pk: "GSI2PK" } }
    }),
    files: new Table(`${name}_files`, {
      models: [Doc, Folder],
      pk: "tenant",
      sk: "path",
      indexes: {
        INV: { pk: "path", sk: "tenant" },
        RANK: { pk: "board", sk: { name: "score", type: "N" } },
        LSI1: { pk: "tenant", sk: "LSK", local: true },
        KEYS: { pk: "KPK", sk: "label", projection: "KEYS_ONLY" },
        SOME: { pk: "KPK", sk: "path", projection: ["title"] }
      }
    }),
    track: new Table(`${name}_track`, { models: [Tick], sk: { name: "at", type: "N" } }),
    bank: new Table(`${name}_bank`, {
      models: [Account],
      pk: { name: "no", type: "N" },
      sk: false,
      indexes: { GSI1: { pk: "GSI1PK" } }
    }),
    store: new Table(`${name}_store`, {
      models: [Lot, Bin],
      indexes: { GSI1: { pk: "GSI1PK", sk: "GSI1SK" } }
    }),
    games: new Table(`${name}_games`, {
      models: [Match],
      indexes: {
        MULTI: {
          pk: ["MROOM", "region"],
          sk: ["MROUND", { name: "score", type: "N" }]
        }
      }
    })
  };
  return tables;
}

// packages/dynawrap/src/testing/oracle/exceptions.ts
var exceptions = [];
function isAllowed(got, wanted) {
  return exceptions.some(({ allows }) => allows(got, wanted));
}

// packages/dynawrap/src/testing/oracle/ledger.ts
import { isDeepStrictEqual } from "node:util";

// packages/dynawrap/src/testing/oracle/naive-condition.ts
function isTrue(where, fields) {
  if (isTest(where)) return where.operands.some((each) => isTrue(each, fields));
  return Object.entries(where).every(([field, asked]) => passes(fields[field], asked));
}
function passes(given, asked) {
  const value = given instanceof Date ? given.toISOString() : given;
  if (!isTest(asked)) return value !== void 0 && same2(value, asked);
  const { kind: kind2, operands } = asked;
  const [first] = operands;
  switch (kind2) {
    case "eq":
      return value !== void 0 && same2(value, first);
    case "ne":
      return value === void 0 || !same2(value, first);
    case "gt":
      return order(value, first) === 1;
    case "gte":
      return (order(value, first) ?? -1) >= 0;
    case "lt":
      return order(value, first) === -1;
    case "lte":
      return (order(value, first) ?? 1) <= 0;
    case "between":
      return (order(value, first) ?? -1) >= 0 && (order(value, operands[1]) ?? 1) <= 0;
    case "beginsWith":
      return typeof value === "string" && value.startsWith(first);
    case "contains":
      return holds2(value, first);
    case "oneOf":
      return value !== void 0 && operands.some((each) => same2(value, each));
    case "exists":
      return value !== void 0;
    case "missing":
      return value === void 0;
    case "size":
      return passes(sizeOf2(value), first);
    case "not":
      return !passes(value, first);
    case "allOf":
      return operands.every((each) => passes(value, each));
    case "anyOf":
      return operands.some((each) => passes(value, each));
    case "nested":
      return Object.entries(first).every(
        ([name, inner2]) => passes(isMap(value) && Object.hasOwn(value, name) ? value[name] : void 0, inner2)
      );
  }
}
function isMap(value) {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
function isNumber(value) {
  return typeof value === "number" || typeof value === "bigint";
}
function same2(left, asked) {
  const right = asked instanceof Date ? asked.toISOString() : asked;
  if (isNumber(left)) return isNumber(right) && left == right;
  if (typeof left !== "object" || left === null) return left === right;
  if (typeof right !== "object" || right === null) return false;
  if (left instanceof Uint8Array) return right instanceof Uint8Array && Buffer.compare(left, right) === 0;
  if (left instanceof Set)
    return right instanceof Set && left.size === right.size && [...left].every((one) => holds2(right, one));
  if (Array.isArray(left)) {
    return Array.isArray(right) && left.length === right.length && left.every((one, place2) => same2(one, right[place2]));
  }
  if (!isMap(left) || !isMap(right)) return false;
  const names2 = Object.keys(left);
  return names2.length === Object.keys(right).length && names2.every((name) => Object.hasOwn(right, name) && same2(left[name], right[name]));
}
function order(left, asked) {
  const right = asked instanceof Date ? asked.toISOString() : asked;
  if (isNumber(left) && isNumber(right)) return left < right ? -1 : Number(left > right);
  if (typeof left === "string" && typeof right === "string")
    return Buffer.compare(Buffer.from(left), Buffer.from(right));
  return left instanceof Uint8Array && right instanceof Uint8Array ? Buffer.compare(left, right) : void 0;
}
function holds2(value, part2) {
  if (typeof value === "string") return typeof part2 === "string" && value.includes(part2);
  if (value instanceof Uint8Array)
    return part2 instanceof Uint8Array && Buffer.from(value).includes(Buffer.from(part2));
  return (value instanceof Set || Array.isArray(value)) && [...value].some((one) => same2(one, part2));
}
function sizeOf2(value) {
  if (value instanceof Set) return value.size;
  if (typeof value === "string" || value instanceof Uint8Array || Array.isArray(value)) return value.length;
  return isMap(value) ? Object.keys(value).length : void 0;
}

// packages/dynawrap/src/testing/oracle/operation.ts
function tell(item) {
  if (item === void 0) return void 0;
  return { model: item.constructor.modelName ?? "", fields: { ...item } };
}
function tellAll(items) {
  return items.map(tell);
}
function make(model, values) {
  return new model(values);
}
function refusedAtOnce({ code }) {
  return code !== void 0 && /^(key\.|item\.(invalid|tooLarge)|value\.|option\.|model\.|condition\.invalid|index\.|cursor\.)/.test(
    code
  );
}

// packages/dynawrap/src/testing/oracle/place.ts
function partitionOf({ pk, pkFields }, values) {
  if (pkFields.some((field) => values[field] === void 0)) return void 0;
  return pk.replace(/\{(\w+)\}/g, (_, field) => String(values[field]));
}
function sortOf({ head, parts: parts2, several }, values) {
  if (parts2.some(({ field }) => values[field] === void 0)) return void 0;
  const written3 = parts2.map((part2) => write(part2, values[part2.field]));
  if (several || parts2[0]?.form === "number") return written3;
  return [head + parts2.map(({ after }, place2) => written3[place2] + after).join("")];
}
function write({ form, width }, value) {
  if (form === "number") return value;
  if (form === "date") return new Date(value).toISOString();
  return String(value).padStart(form === "padded" ? width : 0, "0");
}
function compareSort(left, right) {
  for (const [place2, one] of left.entries()) {
    const order2 = compare(one, right[place2]);
    if (order2 !== 0) return order2;
  }
  return 0;
}
function compare(left, right) {
  if (typeof left === "string") return Buffer.compare(Buffer.from(left), Buffer.from(String(right)));
  const other = right;
  return left < other ? -1 : Number(left > other);
}
function isAsked(place2, asked, values) {
  return place2.parts.every((part2, position) => {
    const { field, form, after } = part2;
    const question = asked[field];
    if (question === void 0) return true;
    const last = position === place2.parts.length - 1 && after === "";
    const own = write(part2, values[field]);
    if (isTest(question)) return isInRange(own, question, part2);
    if (last && form === "text" && !place2.pkFields.includes(field))
      return String(own).startsWith(String(question));
    return compare(own, write(part2, question)) === 0;
  });
}
function isInRange(own, { kind: kind2, operands }, part2) {
  if (kind2 === "beginsWith") return String(own).startsWith(String(operands[0]));
  const key = (value) => typeof value === "string" ? value + part2.after : value;
  const [order2 = 0, second = 0] = operands.map((bound) => compare(key(own), key(write(part2, bound))));
  if (kind2 === "between") return order2 >= 0 && second <= 0;
  if (kind2 === "eq") return order2 === 0;
  if (kind2.startsWith("g")) return kind2 === "gt" ? order2 > 0 : order2 >= 0;
  return kind2 === "lt" ? order2 < 0 : order2 <= 0;
}

// packages/dynawrap/src/testing/oracle/room.ts
var ranges = {
  eq,
  gt,
  gte,
  lt,
  lte,
  between,
  beginsWith
};
function fill({ scoped, places: [key] }, values, room) {
  const filled = { ...values };
  for (const field of scoped) {
    if (filled[field] !== void 0) filled[field] = inRoom(filled[field], room);
  }
  return key.pk.includes("{room}") || scoped.includes("no") ? { room, ...filled } : filled;
}
function fillKey(kind2, pk, values, room) {
  const { room: own, ...filled } = fill(kind2, values, room);
  return pk.includes("{room}") ? { room, ...filled } : filled;
}
function inRoom(value, room) {
  if (isTest(value)) {
    const operands = value.operands.map((operand) => inRoom(operand, room));
    return ranges[value.kind](...operands);
  }
  return typeof value === "number" ? roomNumber(room) * 10 + value : `${room}.${value}`;
}
function roomNumber(room) {
  return Number.parseInt(room.replaceAll("-", "").slice(0, 12), 16);
}

// packages/dynawrap/src/testing/oracle/ledger.ts
var Ledger = class {
  room;
  held = /* @__PURE__ */ new Map();
  #rows = /* @__PURE__ */ new Map();
  #now;
  constructor(room, now) {
    this.room = room;
    this.#now = now;
  }
  /** The fields that an instance is made of. */
  fill(kind2, values) {
    return fill(kind2, values, this.room);
  }
  put(kind2, fields) {
    this.#rows.set(idOf(kind2, fields), { kind: kind2, fields: present(fields) });
  }
  remove(kind2, key) {
    this.#rows.delete(idOf(kind2, key));
  }
  /** The item under the key that these fields make. */
  find(kind2, fields) {
    return this.#rows.get(idOf(kind2, fields));
  }
  /** The item, unless its time has passed. */
  seen(kind2, fields, includeExpired = false) {
    const row = this.find(kind2, fields);
    return row && (includeExpired || !this.isExpired(row)) ? row : void 0;
  }
  all(kinds) {
    return [...this.#rows.values()].filter(({ kind: kind2 }) => kinds.includes(kind2));
  }
  /** The items of the table that is scanned. */
  scanned() {
    return [...this.#rows.values()].filter(({ kind: kind2 }) => kind2.table === "store");
  }
  isExpired({ kind: { ttl }, fields }) {
    const time = ttl === void 0 ? void 0 : fields[ttl];
    const seconds = time instanceof Date ? time.getTime() / 1e3 : Number(time ?? 0);
    return seconds > 0 && seconds * 1e3 <= this.#now;
  }
  /** The items of a kind that a query finds, in order. */
  query(kind2, place2, asked, reverse = false) {
    const values = { room: this.room, ...asked };
    const partition = partitionOf(place2, values);
    const found = this.all([kind2]).filter(
      ({ fields }) => partitionOf(place2, fields) === partition && sortOf(place2, fields) !== void 0 && isAsked(place2, asked, fields)
    );
    found.sort((left, right) => compareSort(orderOf(place2, left), orderOf(place2, right)));
    return reverse ? found.reverse() : found;
  }
  /** Whether a condition holds of what stands under a key. */
  holds(where, row) {
    return isTrue(where, row?.fields ?? {});
  }
  /** Whether an item stands just as it was read. */
  isUnchanged({ kind: kind2, fields }) {
    return isDeepStrictEqual(this.find(kind2, fields)?.fields, fields);
  }
};
function orderOf(place2, { fields }) {
  return sortOf(place2, fields) ?? [];
}
function present(fields) {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== void 0));
}
function idOf({ table, places: [key] }, fields) {
  return JSON.stringify([table, partitionOf(key, fields), sortOf(key, fields)?.map(String)]);
}
function misread(got, row) {
  const told = got;
  if (told === void 0 && row === void 0) return void 0;
  if (told === void 0) return "it does not find an item that was written";
  if (row === void 0) return "it finds an item that is not there";
  if (told.model !== row.kind.model.modelName) return "it finds the item of another model";
  return isDeepStrictEqual(present(told.fields), row.fields) ? void 0 : "it finds another item than was written";
}

// packages/dynawrap/src/testing/oracle/listing.ts
import { inspect, isDeepStrictEqual as isDeepStrictEqual2 } from "node:util";
var Listing = class {
  items;
  place;
  /** Whether there may be more behind them, so that the last of those that are equal may be any. */
  cut;
  keys;
  constructor(items, place2, cut) {
    this.items = items;
    this.place = place2;
    this.cut = cut;
    this.keys = items.map(({ fields }) => sortOf(place2, fields) ?? []);
  }
  /** For a counterexample, which shows the items alone. */
  [inspect.custom]() {
    return this.items;
  }
};
function sameListing(left, right) {
  if (!left.place.ties) return isDeepStrictEqual2(left.items, right.items);
  if (!isDeepStrictEqual2(left.keys, right.keys)) return false;
  return isDeepStrictEqual2(settled(left), settled(right));
}
function settled({ items, keys, cut }) {
  const last = keys.at(-1);
  const told = items.map((item, place2) => ({ item, key: keys[place2], text: textOf3(item) }));
  const kept = cut && last ? told.filter(({ key }) => compareSort(key, last) !== 0) : told;
  const tie = (at) => keys.findIndex((key) => compareSort(key, at) === 0);
  kept.sort((a, b) => tie(a.key) - tie(b.key) || (a.text < b.text ? -1 : Number(a.text > b.text)));
  return kept.map(({ item }) => item);
}
function unordered(items) {
  return [...items].sort((a, b) => textOf3(a) < textOf3(b) ? -1 : Number(textOf3(a) > textOf3(b)));
}
function textOf3({ model, fields }) {
  const { room: _, ...own } = fields;
  return JSON.stringify(
    [model, Object.entries(own).sort()],
    (_name, value) => typeof value === "bigint" ? String(value) : value instanceof Set ? [...value].map(String).sort() : value
  );
}
function mislisted({ items, place: place2, cut }, rows) {
  if (items.length !== rows.length && !(cut && items.length < rows.length)) {
    return `it gives ${items.length} results, and ${rows.length} were written`;
  }
  const left = new Set(rows);
  for (const [position, item] of items.entries()) {
    const key = orderOf(place2, rows[position]);
    const row = [...left].find((one) => misread(item, one) === void 0);
    if (!row) return "it gives a result that is not there, or twice, or before its turn";
    if (compareSort(orderOf(place2, row), key) !== 0) return "its results are not in the order of their keys";
    left.delete(row);
  }
  return void 0;
}

// packages/dynawrap/src/testing/oracle/world.ts
import fc3 from "fast-check";

// packages/dynawrap/src/testing/oracle/texts.ts
import fc from "fast-check";
var pieces = [
  "a",
  "b",
  "A",
  "1",
  "2",
  "0",
  "#",
  "NOTE#",
  "#STEP#",
  "001",
  "%",
  "_",
  "\\",
  "'",
  '"',
  "$",
  "{}",
  ":",
  "-",
  " ",
  "\n",
  "",
  "\x7F",
  "\xE9",
  "e\u0301",
  "\xDF",
  "\uD7FF",
  "\uE000",
  "\uFFFF",
  "\u{10000}",
  "\u{1F600}",
  "\u{10FFFF}"
];
var common = ["1", "1", "1", "12", "12", "a_", "1#STEP#001", "\uFFFF", "\u{1F600}"];
var keyPool = ["1", "12", "A", "%", "\uFB00", "\u{10FFFF}", "10"];
var composed = fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 4 }).map((parts2) => parts2.join(""));
var keyText2 = fc.oneof(
  { weight: 40, arbitrary: fc.constantFrom(...common) },
  { weight: 12, arbitrary: composed },
  { weight: 1, arbitrary: fc.constantFrom("", "a\0", "\uD800", "a\uDC00b") }
);
function valueText2(nul) {
  const odd = [
    "__proto__",
    "constructor",
    "$bytes",
    "$map",
    "$strings",
    "1e400",
    "\\u0000",
    "null",
    "\uFEFF"
  ];
  return fc.oneof(
    {
      weight: 20,
      arbitrary: fc.oneof(composed, fc.constantFrom(...common, ...odd, ...nul ? ["a\0b"] : []))
    },
    { weight: 1, arbitrary: fc.constantFrom("", "\uD800") }
  );
}

// packages/dynawrap/src/testing/oracle/values.ts
import fc2 from "fast-check";
var edges = [
  0,
  -0,
  0.1 + 0.2,
  1e-7,
  1e-130,
  -1e-129,
  12345678912345678e-8,
  Number.MAX_SAFE_INTEGER,
  2n ** 53n,
  -(2n ** 53n) - 1n,
  2n ** 64n,
  10n ** 38n - 1n,
  10n ** 125n
];
var number2 = fc2.oneof(
  fc2.constantFrom(...edges),
  fc2.integer({ min: -20, max: 1200 }),
  fc2.double({ min: -1e6, max: 1e6, noNaN: true }),
  fc2.bigInt({ min: 1n - 10n ** 38n, max: 10n ** 38n - 1n })
);
var refused = fc2.constantFrom(
  Number.NaN,
  2 ** 53,
  1e-131,
  10n ** 38n + 1n,
  new Date(Number.NaN),
  /* @__PURE__ */ new Set(),
  /* @__PURE__ */ new Set([1, "1"]),
  /* @__PURE__ */ new Set([1, 1n]),
  [void 0],
  /* @__PURE__ */ Symbol("none")
);
function anyValue(nul) {
  const text2 = valueText2(nul);
  const bytes = fc2.uint8Array({ maxLength: 4 });
  const few2 = { maxLength: 3 };
  const some2 = { minLength: 1, maxLength: 3 };
  const { value } = fc2.letrec((tie) => ({
    value: fc2.oneof(
      { maxDepth: 3, withCrossShrink: true },
      { weight: 4, arbitrary: text2 },
      { weight: 4, arbitrary: number2 },
      { weight: 2, arbitrary: fc2.constantFrom(null, true, false, /* @__PURE__ */ new Date(0), void 0) },
      { weight: 1, arbitrary: bytes },
      { weight: 1, arbitrary: fc2.array(text2, some2).map((members) => new Set(members)) },
      { weight: 1, arbitrary: fc2.array(number2, some2).map((members) => new Set(members)) },
      {
        weight: 1,
        arbitrary: fc2.uniqueArray(bytes, { ...some2, selector: String }).map((members) => new Set(members))
      },
      {
        weight: 2,
        arbitrary: fc2.array(tie("value"), few2).map((list) => list.filter((one) => one !== void 0))
      },
      {
        weight: 2,
        arbitrary: fc2.array(fc2.tuple(text2, tie("value")), few2).map((members) => Object.fromEntries(members))
      }
    )
  }));
  return fc2.oneof({ weight: 30, arbitrary: value }, { weight: 1, arbitrary: refused });
}

// packages/dynawrap/src/testing/oracle/world.ts
var Note = class extends DBItem({
  pk: "ROOM#{room}#{part}",
  sk: "NOTE#{id}",
  schema: object({ room: text, part: text, id: text, body: anything, likes: anything })
}) {
};
var noteModel = Note;
var Memo = class extends DBItem({
  pk: "ROOM#{room}#{part}",
  sk: "NOTE#{id}",
  schema: object({ room: text, part: text, id: text, likes: optional(number) })
}) {
};
var Step = class extends DBItem({
  pk: "ROOM#{room}#{part}",
  sk: "NOTE#{id}#STEP#{n:03d}",
  schema: object({ room: text, part: text, id: text, n: number, body: anything })
}) {
};
var Line = class extends DBItem({
  pk: "ROOM#{room}#{part}",
  sk: "NOTE#{note}#LINE#{n}",
  schema: object({ room: text, part: text, note: text, n: integer2, body: anything })
}) {
};
var Mark = class extends DBItem({
  pk: "ROOM#{room}#{part}",
  sk: "{at}|{tag:url}|{rest:empty}",
  schema: object({ room: text, part: text, at: date, tag: text, rest: text })
}) {
};
var Profile = class extends DBItem({
  pk: "ROOM#{room}#{part}",
  sk: "NOTE#",
  schema: object({ room: text, part: text, body: anything })
}) {
};
function kindsOf(nul) {
  const body = anyValue(nul);
  const likes = fc3.oneof(fc3.integer({ min: -2, max: 12 }), fc3.constantFrom("many", null, void 0));
  const part2 = fc3.oneof(
    { weight: 30, arbitrary: fc3.constantFrom("a", "a", "a", "b") },
    { weight: 1, arbitrary: keyText2 }
  );
  const step = fc3.oneof(
    { weight: 30, arbitrary: fc3.integer({ min: 0, max: 1 }) },
    { weight: 1, arbitrary: fc3.constantFrom(999, 1e3, -1, 0.5) }
  );
  const line = fc3.oneof(fc3.integer({ min: -1, max: 1 }), fc3.constantFrom(10n, 2n ** 64n));
  const at = fc3.constantFrom(/* @__PURE__ */ new Date(0), /* @__PURE__ */ new Date("2024-02-29T00:00:00Z"));
  const rest = fc3.constantFrom("", "", "#");
  const kind2 = (model, sortKey, others) => {
    const changes = { ...others, ...sortKey.id ? { id: sortKey.id } : {} };
    return {
      model,
      keyFields: ["part", ...Object.keys(sortKey)],
      fields: fc3.record({ part: part2, ...sortKey, ...others }),
      key: fc3.record({ part: part2, ...sortKey }),
      leading: leading({ part: part2, ...sortKey }),
      changes: fc3.record(changes, { requiredKeys: Object.keys(others) })
    };
  };
  return [
    kind2(Note, { id: keyText2 }, { body, likes }),
    kind2(Memo, { id: keyText2 }, { likes: fc3.integer({ min: 0, max: 9 }) }),
    kind2(Step, { id: keyText2, n: step }, { body }),
    kind2(Line, { note: keyText2, n: line }, { body }),
    kind2(Mark, { at, tag: keyText2, rest }, {}),
    kind2(Profile, {}, { body })
  ];
}
function keyOf({ keyFields }, values) {
  return Object.fromEntries(keyFields.map((name) => [name, values[name]]));
}
function leading(parts2) {
  const names2 = Object.keys(parts2);
  return fc3.tuple(fc3.integer({ min: 1, max: names2.length }), fc3.record(parts2)).map(([count, values]) => Object.fromEntries(names2.slice(0, count).map((name) => [name, values[name]])));
}

// packages/dynawrap/src/testing/oracle/operations.ts
function save(model, values) {
  return {
    text: ["save", model.modelName, values],
    run: async ({ backend: backend2, table, room }) => backend2.save(table, make(model, { room, ...values }))
  };
}
function saveNowhere(model, values) {
  return {
    text: ["save into no table", model.modelName, values],
    run: async ({ backend: backend2, room }) => backend2.save("missing_table", make(model, { room, ...values }))
  };
}
function get(model, key) {
  return {
    text: ["get", model.modelName, key],
    run: async ({ backend: backend2, table, room }) => tell(await backend2.get(table, model, { room, ...key }, { consistent: true }))
  };
}
function remove(model, key) {
  return {
    text: ["delete", model.modelName, key],
    run: async ({ backend: backend2, table, room }) => backend2.delete(table, model, { room, ...key })
  };
}
function removeItem(model, values) {
  return {
    text: ["delete item", model.modelName, values],
    run: async ({ backend: backend2, table, room }) => backend2.delete(table, make(model, { room, ...values }))
  };
}
function resave(model, key, changes) {
  return {
    text: ["change", model.modelName, key, "with", changes],
    async run({ backend: backend2, table, room }) {
      const read3 = await backend2.get(table, model, { room, ...key }, { consistent: true });
      if (read3) await backend2.save(table, read3.with(changes));
      return tell(read3);
    }
  };
}
var Listed = class {
  items;
  keys;
  options;
  constructor(items, options) {
    this.items = items.map(tell);
    this.keys = items.map((item) => sortKeyOf(item));
    this.options = options;
  }
};
function query(model, key, options, take2) {
  return {
    text: ["query", model.modelName, key, options, take2],
    async run({ backend: backend2, table, room }) {
      const asked = backend2.query(table, model, { room, ...key }, { consistent: true, ...options });
      const items = [];
      if (take2 === "all") items.push(...await asked.all());
      else if (take2 === "first") items.push(...[await asked.first()].filter((item) => item !== void 0));
      else if (take2 === "pages") for await (const page of asked.pages()) items.push(...nonEmpty(page));
      else for await (const item of asked) if (items.push(item) === 2) break;
      return new Listed(items, options);
    }
  };
}
function nonEmpty(page) {
  if (page.length === 0) throw new Error("a page of a query is empty");
  return page;
}
function batch({ shape, saves, again, between: between2, deletes }) {
  const more = again ? [...between2 > 0 ? [`, ${between2} notes,`] : [], "and again", named(again)] : [];
  const gone = shape === "items" ? [] : ["delete", deletes.map(named)];
  return {
    text: ["batch of", shape, "save", saves.map(named), ...more, ...gone],
    async run({ backend: backend2, table, room }) {
      const build = ({ kind: kind2, values }) => make(kind2.model, { room, ...values });
      const save2 = saves.map(build);
      if (again) {
        for (let id = 0; id < between2; id++) save2.push(make(noteModel, { room, part: "b", id: String(id) }));
        save2.push(build(again));
      }
      if (shape === "items") return backend2.batchWrite(table, save2);
      return backend2.batchWrite(table, {
        save: shape === "flow" ? save2.values() : save2,
        delete: deletes.map(build)
      });
    }
  };
}
function named({ kind: kind2, values }) {
  return [kind2.model.modelName, values];
}
function sortKeyOf(item) {
  return item.constructor.key(item).SK;
}

// packages/dynawrap/src/testing/oracle/report.ts
import { inspect as inspect2 } from "node:util";
function counterexampleText(steps2, difference, {
  seed,
  path,
  last
}) {
  const again = `Run it again with { seed: ${seed}, path: "${path}" }.`;
  const listed2 = steps2.slice(0, (difference?.index ?? steps2.length) + 1).map(showStep);
  if (!difference) {
    return [
      "The backend was wrong once and is right now, after the same steps:",
      ...listed2,
      ...last ? [`Once: ${showOperation(last.step)}: ${last.broken}.`, ...outcomes(last)] : [],
      again
    ].join("\n");
  }
  const { index, step, broken: broken2 } = difference;
  if (index >= steps2.length) listed2.push(`  At the end: ${showOperation(step)}`);
  return [
    `The backend is wrong in step ${listed2.length} of the shortest sequence found: ${broken2}.`,
    ...listed2,
    ...outcomes(difference),
    again
  ].join("\n");
}
function outcomes({ wanted, got, room }) {
  const show = (value) => showValue(value).replaceAll(room, "<room>");
  return [`     reference: ${show(wanted)}`, `     backend:   ${show(got)}`];
}
function showStep(step, place2) {
  return `  ${place2 + 1}. ${showOperation(step)}`;
}
function showOperation({ text: text2 }) {
  return text2.map((part2) => typeof part2 === "string" ? part2 : showValue(part2)).join(" ");
}
function showValue(value) {
  const text2 = inspect2(withWords(value), {
    depth: 12,
    compact: true,
    breakLength: Number.POSITIVE_INFINITY,
    maxArrayLength: 40,
    maxStringLength: 200
  });
  return text2.replace(/[^\x20-\x7e]/gu, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`);
}
function withWords(value) {
  if (isTest(value)) {
    const words = `${value.kind}(${value.operands.map(showValue).join(", ")})`;
    return { [inspect2.custom]: () => words };
  }
  if (Array.isArray(value)) return value.map(withWords);
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner2]) => [name, withWords(inner2)]));
}

// packages/dynawrap/src/testing/oracle/sequences.ts
import fc17 from "fast-check";

// packages/dynawrap/src/testing/oracle/collections.ts
import fc7 from "fast-check";

// packages/dynawrap/src/testing/oracle/conditions.ts
import fc4 from "fast-check";
var comparisons = [eq, ne, gt, gte, lt, lte];
var sizes = [eq, ne, gt, gte, lt, lte];
var parts = [
  "a",
  "b",
  "",
  1,
  10n ** 37n,
  Uint8Array.of(1),
  Uint8Array.of(128),
  "en",
  null
];
function testOf(pool) {
  const values = pool.filter((value2) => value2 !== void 0);
  const value = fc4.constantFrom(...values);
  const ordered = values.filter(
    (one) => /string|number|bigint/.test(typeof one) || one instanceof Uint8Array || one instanceof Date
  );
  const comparable = fc4.constantFrom(...ordered.length > 0 ? ordered : ["a", 1]);
  const texts = values.filter((one) => typeof one === "string");
  const length = fc4.integer({ min: 0, max: 3 });
  const dates = values.every((one) => one instanceof Date);
  const textual = (weight) => dates ? 0 : weight;
  const simple = fc4.oneof(
    { weight: 3, arbitrary: value },
    {
      weight: 6,
      arbitrary: fc4.tuple(fc4.constantFrom(...comparisons), comparable).map(([ask2, one]) => ask2(one))
    },
    {
      weight: 2,
      arbitrary: fc4.tuple(fc4.constantFrom(eq, ne), value).map(([ask2, one]) => ask2(one))
    },
    { weight: 2, arbitrary: fc4.tuple(comparable, comparable).map(([low, high]) => inOrder(low, high)) },
    { weight: textual(1), arbitrary: fc4.constantFrom("", "a", "D", "\u{1F600}", ...texts).map(beginsWith) },
    { weight: textual(2), arbitrary: fc4.constantFrom(...parts).map((one) => contains(one)) },
    { weight: 2, arbitrary: fc4.array(value, { maxLength: 3 }).map((list) => oneOf(list)) },
    { weight: 2, arbitrary: fc4.constantFrom(exists(), missing()) },
    {
      weight: textual(2),
      arbitrary: fc4.tuple(fc4.constantFrom(...sizes), length).map(([ask2, one]) => size(ask2(one)))
    },
    {
      weight: textual(1),
      arbitrary: fc4.tuple(length, length).map(([one, other]) => size(anyOf(eq(one), gt(other))))
    }
  );
  const test2 = simple.map((one) => isTest(one) ? one : eq(one));
  return fc4.oneof(
    { weight: 8, arbitrary: simple },
    { weight: 2, arbitrary: test2.map((one) => not(one)) },
    { weight: 1, arbitrary: fc4.tuple(test2, test2).map((tests) => allOf(...tests)) },
    { weight: 1, arbitrary: fc4.tuple(test2, test2).map((tests) => anyOf(...tests)) },
    { weight: 1, arbitrary: insides(test2) }
  );
}
function insides(test2) {
  const asked = fc4.oneof(
    fc4.constantFrom(
      "en",
      "de",
      1,
      ne("en"),
      gt(0),
      exists(),
      missing(),
      nested({ n: 2 }),
      beginsWith("e")
    ),
    test2
  );
  return fc4.tuple(fc4.constantFrom("lang", "n", "deep", "$map", "__proto__"), asked).map(([name, one]) => nested(Object.fromEntries([[name, one]])));
}
function inOrder(low, high) {
  const turned = typeof low === typeof high && low > high;
  return turned ? between(high, low) : between(low, high);
}
function conditionOf({ operands }, but = []) {
  const fields = Object.entries(operands).filter(([field]) => !but.includes(field));
  const one = fc4.oneof(
    ...fields.map(([field, pool]) => testOf(pool).map((asked) => ({ [field]: asked })))
  );
  const two = fc4.tuple(one, one);
  return fc4.oneof(
    { weight: 6, arbitrary: one },
    { weight: 2, arbitrary: two.map(([left, right]) => ({ ...left, ...right })) },
    { weight: 2, arbitrary: two.map((both) => anyOf(...both)) },
    { weight: 1, arbitrary: fc4.constant({}) }
  );
}

// packages/dynawrap/src/testing/oracle/queries.ts
import fc6 from "fast-check";

// packages/dynawrap/src/testing/oracle/targets.ts
import fc5 from "fast-check";
var plainTables = ["shop", "store"];
function targetOf(kind2) {
  const bare = plainTables.includes(kind2.table) ? fc5.constantFrom(false, false, true) : fc5.constant(false);
  return bare.map((one) => ({ kind: kind2, bare: one }));
}
function tableOf({ kind: kind2, bare }, { tables }) {
  const table = tables[kind2.table];
  return bare ? table.name : table;
}
function nameOf({ kind: kind2, bare }) {
  return `${kind2.model.modelName}${bare ? " (bare)" : ""}`;
}
function makeItem({ model, ...kind2 }, values, { room }) {
  return make(model, fill({ model, ...kind2 }, values, room));
}
function keyIn(kind2, values, room) {
  return fillKey(kind2, kind2.places[0].pk, values, room);
}
function anyValues({ fields }) {
  return fc5.record(fields);
}
function anyKey({ fields, keyFields }) {
  return fc5.record(
    Object.fromEntries(keyFields.map((field) => [field, fields[field]]))
  );
}
function anyChanges(kind2) {
  const inside = Object.entries(kind2.fields).filter(([field]) => !kind2.keyFields.includes(field));
  const plain2 = fc5.record(Object.fromEntries(inside), { requiredKeys: [] });
  return fc5.oneof(
    { weight: 6, arbitrary: plain2 },
    { weight: 1, arbitrary: fc5.tuple(plain2, anyKey(kind2)).map(([changes, key]) => ({ ...changes, ...key })) }
  );
}
function anySlot({ model }) {
  return fc5.constantFrom(`${model.modelName} 1`, `${model.modelName} 2`);
}

// packages/dynawrap/src/testing/oracle/queries.ts
function ask({ target, place: place2, asked, options }, stage) {
  const { kind: kind2 } = target;
  const key = fillKey(kind2, place2.pk, asked, stage.room);
  const index = place2.alias === void 0 ? {} : { index: place2.alias };
  const consistent = place2.alias === void 0 || place2.local ? { consistent: true } : {};
  const given = { ...consistent, ...index, ...options };
  return stage.backend.query(
    tableOf(target, stage),
    kind2.model,
    key,
    given
  );
}
function foretold({ target, place: place2, asked, options }, ledger) {
  const { kind: kind2 } = target;
  const { where, reverse, includeExpired } = options;
  const key = fillKey(kind2, place2.pk, asked, ledger.room);
  return ledger.query(kind2, place2, key, reverse).filter((row) => includeExpired || !ledger.isExpired(row)).filter((row) => where === void 0 || ledger.holds(where, row));
}
function textOf4({ target, place: place2, asked, options }) {
  return ["query", nameOf(target), place2.alias ?? "the table", asked, options];
}
function tellResult({ target, options }, item) {
  return options.pick ? { model: target.kind.model.modelName, fields: { ...item } } : tell(item);
}
function query2(question, taking2) {
  const { options, place: place2 } = question;
  return {
    text: [...textOf4(question), taking2],
    async run(stage) {
      const asked = ask(question, stage);
      if (taking2 === "count") return asked.count();
      const items = [];
      if (taking2 === "all") items.push(...await asked.all());
      else if (taking2 === "first") items.push(...[await asked.first()].filter((item) => item !== void 0));
      else if (taking2 === "pages") for await (const page of asked.pages()) items.push(...nonEmpty2(page));
      else for await (const item of asked) if (items.push(item) === 2) break;
      const told = items.map((item) => tellResult(question, item));
      const cut = items.length === limitOf(options, taking2);
      if (options.pick) return place2.ties && cut ? told.length : place2.ties ? unordered(told) : told;
      return new Listing(told, place2, cut);
    },
    judge(outcome, ledger) {
      if (refusedAtOnce(outcome) || outcome.code === "backend.unsupported") return void 0;
      if (outcome.code !== void 0) return "a query must not fail";
      return misanswered(question, taking2, outcome, ledger);
    }
  };
}
function limitOf({ limit = Number.POSITIVE_INFINITY }, taking2) {
  const most = taking2 === "first" ? 1 : taking2 === "two" ? 2 : Number.POSITIVE_INFINITY;
  return Math.min(limit, most);
}
function misanswered(question, taking2, { result }, ledger) {
  const { options } = question;
  const rows = foretold(question, ledger);
  const most = Math.min(limitOf(options, taking2), rows.length);
  const examined = options.examine !== void 0;
  if (taking2 === "count")
    return examined || result === most ? void 0 : `it counts ${result}, and there are ${most}`;
  if (result instanceof Listing) {
    if (examined && result.items.length < most)
      return mislisted(new Listing(result.items, result.place, true), rows);
    return result.items.length < most ? "it gives too few results" : mislisted(result, rows);
  }
  if (typeof result === "number") return result === most ? void 0 : "it gives too few results";
  const told = result;
  if (told.length > most || !examined && told.length < most)
    return "it gives another number of results than there are";
  return told.map(({ fields }) => mispicked(fields, options.pick)).find((wrong) => wrong !== void 0);
}
function mispicked(fields, pick = []) {
  return Object.keys(present(fields)).every((field) => pick.includes(field)) ? void 0 : "it gives fields that were not picked";
}
function nonEmpty2(page) {
  if (page.length === 0) throw new Error("a page of a query is empty");
  return page;
}
var comparisons2 = [eq, gt, gte, lt, lte];
function asking({ form }, value) {
  const given = value.filter((one) => one !== void 0);
  const compared = fc6.tuple(fc6.constantFrom(...comparisons2), given).map(([operator, one]) => operator(one));
  const spans = fc6.tuple(given, given).map(([low, high]) => {
    const turned = low > high;
    return between(turned ? high : low, turned ? low : high);
  });
  const begun2 = fc6.tuple(given, fc6.integer({ min: 1, max: 2 })).map(([one, length]) => {
    const text2 = one instanceof Date ? one.toISOString() : String(one);
    return beginsWith(Array.from(text2).slice(0, length).join(""));
  });
  const textual = form === "text" || form === "date" ? 2 : 0;
  return fc6.oneof(
    { weight: 4, arbitrary: given },
    { weight: 5, arbitrary: compared },
    { weight: 2, arbitrary: spans },
    { weight: textual, arbitrary: begun2 }
  );
}
function anyAsked({ fields }, { pkFields, parts: parts2 }) {
  const value = (field) => fields[field].filter((one) => one !== void 0);
  const own = pkFields.filter((field) => field !== "room");
  const partition = fc6.record(Object.fromEntries(own.map((field) => [field, value(field)])));
  const sort = parts2.filter(({ field }) => !own.includes(field));
  const exact = fc6.tuple(...sort.map(({ field }) => value(field)));
  const last = fc6.tuple(...sort.map((part2) => asking(part2, value(part2.field))));
  return fc6.tuple(partition, exact, last, fc6.nat({ max: 8 })).map(([given, plain2, asked, count]) => {
    const length = count % (sort.length + 1);
    const names2 = sort.slice(0, length).map(({ field }) => field);
    const values = names2.map((field, place2) => [field, place2 === length - 1 ? asked[place2] : plain2[place2]]);
    return { ...given, ...Object.fromEntries(values) };
  });
}
function anyOptions(kind2, place2) {
  const fields = Object.keys(kind2.fields);
  const few2 = fc6.integer({ min: 1, max: 4 });
  const where = conditionOf(kind2);
  const partial = place2.held !== void 0;
  const whole2 = {
    weight: 2,
    arbitrary: fc6.constantFrom({}, {}, ...place2.alias ? [{ fetch: true }] : [])
  };
  const picked = fc6.subarray([...place2.held ?? fields], { minLength: 1 }).map((pick) => ({ pick }));
  const shape = fc6.oneof(
    whole2,
    ...partial ? [{ weight: 2, arbitrary: fc6.constant({ fetch: true }) }] : [],
    {
      weight: 1,
      arbitrary: picked
    }
  );
  const rest = fc6.record(
    {
      limit: fc6.oneof({ weight: 3, arbitrary: fc6.constant(void 0) }, { weight: 2, arbitrary: few2 }),
      reverse: fc6.boolean(),
      includeExpired: fc6.boolean(),
      ...place2.ties ? {} : {
        examine: fc6.oneof(
          { weight: 3, arbitrary: fc6.constant(void 0) },
          { weight: 1, arbitrary: few2 }
        )
      }
    },
    { requiredKeys: [] }
  );
  const condition = fc6.oneof(
    { weight: 3, arbitrary: fc6.constant({}) },
    { weight: 3, arbitrary: where.map((asked) => ({ where: asked })) }
  );
  return fc6.tuple(rest, shape, condition).map((all2) => Object.assign({}, ...all2));
}
function anyQuestion(kind2) {
  return fc6.oneof(
    ...kind2.places.map(
      (place2) => fc6.tuple(targetOf(kind2), anyAsked(kind2, place2), anyOptions(kind2, place2)).map(([target, asked, options]) => ({ target, place: place2, asked, options }))
    )
  );
}
function anyQuery(kind2) {
  const taking2 = fc6.constantFrom("all", "all", "pages", "first", "two", "count");
  return fc6.tuple(anyQuestion(kind2), taking2).map((given) => query2(...given));
}
function everything(kinds) {
  return kinds.flatMap(
    (kind2) => kind2.places.map((place2, position) => {
      const own = place2.pkFields.filter((field) => field !== "room");
      const values = own.map((field) => [field, kind2.operands[field]?.find((one) => one !== void 0)]);
      const options = { includeExpired: true, ...place2.held ? { fetch: true } : {} };
      const target = { kind: kind2, bare: false };
      return query2(
        { target, place: place2, asked: Object.fromEntries(values), options },
        position % 2 ? "pages" : "all"
      );
    })
  );
}

// packages/dynawrap/src/testing/oracle/collections.ts
function placeIn(kind2, alias) {
  return kind2.places.find((place2) => place2.alias === alias);
}
async function read({ kinds, bare, alias, key, options, unknown }, stage, grouped) {
  const [kind2] = kinds;
  const target = { kind: kind2, bare };
  const rows = [];
  const seeing = unknown === "seen" ? { unknown: (row) => rows.push(row.key) } : unknown ? { unknown } : {};
  const asked = stage.backend.collection(
    tableOf(target, stage),
    kinds.map(({ model }) => model),
    fillKey(kind2, placeIn(kind2, alias)?.pk ?? "", key, stage.room),
    { ...alias ? { index: alias } : { consistent: true }, ...options, ...seeing }
  );
  if (!grouped) return { items: tellAll(await asked.all()), unknown: rows };
  const groups = await asked.group();
  return {
    items: groups.flatMap((group) => tellAll(group)),
    groups: groups.map((group) => group.length),
    unknown: rows
  };
}
function collection(asked, grouped) {
  const { kinds, alias, key, options, unknown } = asked;
  const ties = kinds.some((kind2) => placeIn(kind2, alias)?.ties);
  const names2 = kinds.map((kind2) => nameOf({ kind: kind2, bare: asked.bare }));
  return {
    text: [
      grouped ? "group" : "collection",
      names2,
      alias ?? "the table",
      key,
      options,
      unknown ?? "passing over"
    ],
    async run(stage) {
      const found = await read(asked, stage, grouped);
      if (!ties) return found;
      return {
        ...found,
        items: options.limit ? found.items.length : unordered(found.items),
        unknown: []
      };
    },
    judge(outcome, ledger) {
      if (refusedAtOnce(outcome) || unknown === "throw") return void 0;
      if (outcome.code !== void 0)
        return outcome.code === "key.mismatch" ? void 0 : "a collection must not fail";
      return miscollected(asked, outcome, ledger, ties || grouped);
    }
  };
}
function miscollected({ kinds, alias, key, options }, { result }, ledger, anyOrder) {
  const rows = kinds.flatMap((kind2) => {
    const place2 = placeIn(kind2, alias);
    const values = fillKey(kind2, place2.pk, key, ledger.room);
    return ledger.query(kind2, place2, values).map((row) => ({ row, place: place2 }));
  });
  const wanted = rows.filter(({ row }) => options.includeExpired || !ledger.isExpired(row)).filter(({ row }) => !options.where || ledger.holds(options.where, row));
  wanted.sort(
    (a, b) => compareSort(sortOf(a.place, a.row.fields) ?? [], sortOf(b.place, b.row.fields) ?? [])
  );
  if (options.reverse) wanted.reverse();
  const most = Math.min(options.limit ?? wanted.length, wanted.length);
  const { items } = result;
  if (typeof items === "number")
    return items === most ? void 0 : "it gives another number of results than there are";
  if (items.length !== most) return `it gives ${items.length} results, and there are ${most}`;
  const left = wanted.map(({ row }) => row);
  for (const [place2, item] of items.entries()) {
    const at = anyOrder ? left.findIndex((row) => misread(item, row) === void 0) : place2;
    const wrong = misread(item, left[at]);
    if (wrong) return wrong;
    if (anyOrder) left.splice(at, 1);
  }
  return void 0;
}
function anyCollection(kinds) {
  const aliases = [void 0, ...new Set(kinds.flatMap(({ places }) => places.map(({ alias }) => alias)))];
  const each = aliases.flatMap((alias) => {
    const able = kinds.filter((kind2) => placeIn(kind2, alias) && !placeIn(kind2, alias)?.held);
    return able.length > 0 ? [{ alias, able }] : [];
  });
  return fc7.oneof(
    ...each.map(({ alias, able }) => {
      const [first] = able;
      const options = fc7.record(
        {
          reverse: fc7.boolean(),
          limit: fc7.integer({ min: 1, max: 5 }),
          includeExpired: fc7.boolean(),
          where: fc7.oneof(...able.map((kind2) => conditionOf(kind2, ["at", "until", "expires"])))
        },
        { requiredKeys: [] }
      );
      const sorted2 = fc7.oneof(...able.map((kind2) => anyAsked(kind2, placeIn(kind2, alias))));
      const partition = anyAsked(first, { ...placeIn(first, alias), parts: [] });
      const bare = first.table === "shop" || first.table === "store" ? fc7.boolean() : fc7.constant(false);
      return fc7.tuple(
        fc7.subarray([...able], { minLength: 1 }),
        bare,
        fc7.oneof({ weight: 3, arbitrary: partition }, { weight: 2, arbitrary: sorted2 }),
        options,
        fc7.constantFrom(void 0, void 0, "seen", "throw"),
        fc7.boolean()
      ).map(
        ([chosen, plain2, key, given, unknown, grouped]) => collection({ kinds: chosen, bare: plain2, alias, key, options: given, unknown }, grouped)
      );
    })
  );
}

// packages/dynawrap/src/testing/oracle/design-kinds.ts
import fc8 from "fast-check";

// packages/dynawrap/src/testing/oracle/pools.ts
function often(value, times) {
  return Array.from({ length: times }, () => value);
}
function pools(nul) {
  const bytes = (...list) => Uint8Array.from(list);
  const texts = [
    "",
    "a",
    "ab",
    "b",
    "10",
    "9",
    "\uD7FF",
    "\uFB00",
    "\uFFFF",
    "\u{1F600}",
    "e\u0301",
    "\xE9",
    "%"
  ];
  return {
    owner: [...often("o", 6), "p"],
    id: [...often("1", 10), ...often("12", 7), ...often("2", 4), "a_", "\uFFFF", "\u{1F600}", ...keyPool],
    title: [void 0, ...texts, ...nul ? ["a\0b"] : [], null, true, bytes(97), 1],
    likes: [
      ...[void 0, 0, 1, 1, 2, 5, 10, -3, 0.5, 1e-7, 123456789125e-3, 2n ** 64n, -(2n ** 60n)],
      ...[12345678901234567890123456789012345678n, 12345678901234567890123456789012345679n, 10n ** 37n],
      ...["5", null]
    ],
    tags: [
      ...[void 0, /* @__PURE__ */ new Set(["a", "b"]), /* @__PURE__ */ new Set(["b"]), /* @__PURE__ */ new Set([1, 2]), /* @__PURE__ */ new Set([10n ** 37n, 1])],
      ...[
        /* @__PURE__ */ new Set([bytes(1), bytes(1, 2)]),
        ["a", 1, "b"],
        [],
        ["a", ["a"]],
        bytes(),
        bytes(1, 128),
        bytes(127)
      ]
    ],
    meta: [
      ...[
        void 0,
        {},
        { lang: "en" },
        { lang: "de", n: 1 },
        { lang: "en", deep: { n: 2, tags: /* @__PURE__ */ new Set(["a"]) } }
      ],
      ...[{ n: 12345678901234567890123456789012345678n }, { lang: null }, [{ lang: "en" }], { $map: {} }]
    ],
    flag: [void 0, "x", "x", "xy", "y", "\u{1F600}", "\uFFFF"],
    at: [/* @__PURE__ */ new Date(0), /* @__PURE__ */ new Date(0), /* @__PURE__ */ new Date("2024-02-29T00:00:00Z"), /* @__PURE__ */ new Date("2024-03-01T12:00:00.001Z")],
    number: [
      ...[void 0, 0, 1, 1, 1, 1, 2, 2, 2, 10, 10, 9, -1, -10, 0.5, 0.25, 1e-7, 123456789125e-3, 2n ** 64n],
      ...[12345678901234567890123456789012345678n, 12345678901234567890123456789012345679n]
    ],
    small: [0, 1, 1, 1, 2, 2, 10, 999],
    // The two sides tell the time for themselves, so all times are far away.
    expiry: [void 0, 1, 1e9, 4e9, 4e9, 0.5, 0],
    until: [void 0, /* @__PURE__ */ new Date(1e12), /* @__PURE__ */ new Date(4e12), /* @__PURE__ */ new Date(4e12 + 5e3)]
  };
}

// packages/dynawrap/src/testing/oracle/design-kinds.ts
var part = (field, form, after = "", width = 0) => ({
  field,
  form,
  after,
  width
});
function place(alias, pk, head, parts2, more = {}) {
  const pkFields = Array.from(pk.matchAll(/\{(\w+)\}/g), ([, field]) => field);
  return {
    alias,
    pk,
    pkFields,
    head,
    parts: parts2,
    ties: false,
    held: void 0,
    local: false,
    several: false,
    ...more
  };
}
function kind(name, table, places, operands, { scoped = [], ttl } = {}) {
  const [key] = places;
  const keyFields = /* @__PURE__ */ new Set([...key.pkFields, ...key.parts.map(({ field }) => field)]);
  keyFields.delete("room");
  const fields = Object.entries(operands).map(([field, pool]) => [field, fc8.constantFrom(...pool)]);
  return {
    model: designModels[name],
    table,
    keyFields: [...keyFields],
    scoped,
    ttl,
    places,
    fields: Object.fromEntries(fields),
    operands
  };
}
function designKinds(nul) {
  const given = pools(nul);
  return [...shopKinds(given), ...fileKinds(given), ...plainKinds(given)];
}
var byCity = ["", "c", "c", "d"].map((city) => city || void 0);
function shopKinds({
  owner,
  id,
  likes,
  title,
  tags,
  meta,
  flag: flag2,
  at,
  small,
  expiry,
  until
}) {
  const owned = "USER#{room}#{owner}";
  const city = "CITY#{room}#{city}";
  return [
    kind(
      "User",
      "shop",
      [
        place(void 0, owned, "PROFILE#", [part("owner", "text")]),
        place("byCity", city, "USER#", [part("owner", "text")])
      ],
      { owner, name: title, likes, city: byCity }
    ),
    kind(
      "Post",
      "shop",
      [
        place(void 0, owned, "POST#", [part("id", "text")]),
        place("byCity", city, "POST#", [part("status", "text")], { ties: true }),
        place("bySlug", "SLUG#{room}#{slug}", "", [], { ties: true })
      ],
      { owner, id, title, likes, tags, meta, status: flag2, city: byCity, slug: [void 0, "s", "t"] }
    ),
    kind(
      "Reply",
      "shop",
      [place(void 0, owned, "POST#", [part("id", "text", "#REPLY#"), part("n", "padded", "", 3)])],
      { owner, id, n: small, title, likes }
    ),
    kind(
      "Session",
      "shop",
      [place(void 0, owned, "SESSION#", [part("id", "text")])],
      { owner, id, likes, expires: expiry },
      { ttl: "expires" }
    ),
    kind(
      "Visit",
      "shop",
      [place(void 0, owned, "VISIT#", [part("at", "date", "#"), part("id", "text")])],
      { owner, at, id: ["1", "12", "2"], likes, until },
      { ttl: "until" }
    )
  ];
}
function fileKinds({ owner, id, likes, title, flag: flag2, number: number3 }) {
  const local = { ties: true, local: true };
  const byLabel = place("byLabel", "{tenant}", "L#", [part("label", "text")], local);
  return [
    kind(
      "Doc",
      "files",
      [
        place(void 0, "{tenant}", "", [part("path", "text")]),
        place("inverse", "{path}", "", [part("tenant", "text")]),
        place("byScore", "{board}", "", [part("score", "number")], { ties: true }),
        byLabel,
        place("keys", "KIND#{board}", "", [part("label", "text")], {
          ties: true,
          held: ["tenant", "path", "board", "label"]
        }),
        place("some", "KIND#{board}", "", [part("path", "text")], {
          ties: true,
          held: ["tenant", "path", "board", "title"]
        })
      ],
      {
        tenant: owner,
        path: id,
        title,
        likes,
        board: [void 0, "b", "b", "e"],
        label: flag2,
        score: number3
      },
      { scoped: ["tenant", "path", "board"] }
    ),
    kind(
      "Folder",
      "files",
      [place(void 0, "{tenant}", "FOLDER#", [part("id", "text")]), byLabel],
      { tenant: owner, id, title, likes, label: flag2 },
      { scoped: ["tenant"] }
    )
  ];
}
function plainKinds({ owner, id, likes, title, flag: flag2, number: number3 }) {
  const byFlag = place("byFlag", "FLAG#{room}", "", [part("flag", "text")], { ties: true });
  const rounds = [part("round", "text"), part("score", "number")];
  return [
    kind("Tick", "track", [place(void 0, "TRACK#{room}#{owner}", "", [part("at", "number")])], {
      owner,
      at: number3.filter((one) => one !== void 0),
      title,
      likes
    }),
    kind(
      "Account",
      "bank",
      [place(void 0, "{no}", "", []), place("byCity", "CITY#{room}#{city}", "", [], { ties: true })],
      { no: [0, 1, 2, 3], title, likes, city: byCity },
      { scoped: ["no"] }
    ),
    kind("Lot", "store", [place(void 0, "LOT#{room}#{owner}", "", [part("id", "text")]), byFlag], {
      owner,
      id,
      title,
      likes,
      flag: flag2
    }),
    kind("Bin", "store", [place(void 0, "BIN#{room}#{owner}", "BIN#", [part("id", "text")]), byFlag], {
      owner,
      id,
      likes,
      flag: flag2
    }),
    kind(
      "Match",
      "games",
      [
        place(void 0, "MATCH#{room}#{id}", "MATCH#", []),
        place("rounds", "{room}|{region}", "R#", rounds, { ties: true, several: true })
      ],
      {
        id,
        likes,
        region: [void 0, "x", "x", "y"],
        round: [void 0, "1", "1", "12", "2"],
        score: number3
      }
    )
  ];
}

// packages/dynawrap/src/testing/oracle/neighbours.ts
import fc9 from "fast-check";
function anyNeighbours(nul, maxOperations2) {
  const kinds = kindsOf(nul);
  const each = (make2) => fc9.oneof(...kinds.map(make2));
  const step = fc9.oneof(
    { weight: 6, arbitrary: each(({ model, fields }) => fields.map((values) => [save(model, values)])) },
    { weight: 3, arbitrary: each(({ model, key }) => key.map((values) => [get(model, values)])) },
    { weight: 6, arbitrary: each(anyQuery2) },
    { weight: 1, arbitrary: each(({ model, key }) => key.map((values) => [remove(model, values)])) },
    {
      weight: 1,
      arbitrary: each(({ model, fields }) => fields.map((values) => [removeItem(model, values)]))
    },
    { weight: 2, arbitrary: each(anyChange) },
    { weight: 3, arbitrary: anyBatch(kinds) },
    {
      weight: 1,
      arbitrary: each(({ model, fields }) => fields.map((values) => [saveNowhere(model, values)]))
    },
    { weight: 8, arbitrary: each(anyEpisode) }
  );
  return fc9.array(step, { minLength: 1, maxLength: maxOperations2, size: "max" }).map((steps2) => steps2.flat().slice(0, maxOperations2));
}
function readBack() {
  const kinds = kindsOf(false);
  return ["a", "b"].flatMap((part2) => [
    ...kinds.map(({ model }) => query(model, { part: part2 }, { onError: "skip" }, "all")),
    ...kinds.slice(0, 1).map(({ model }) => query(model, { part: part2 }, { onError: "skip", reverse: true }, "pages"))
  ]);
}
var taking = fc9.constantFrom("all", "all", "first", "pages", "two");
var queryOptions = fc9.record(
  {
    limit: fc9.oneof(
      { weight: 30, arbitrary: fc9.integer({ min: 1, max: 4 }) },
      { weight: 1, arbitrary: fc9.constantFrom(0, 1.5, 100) }
    ),
    reverse: fc9.boolean(),
    onError: fc9.constantFrom("skip", "skip", "throw")
  },
  { requiredKeys: [] }
);
function anyQuery2({ model, leading: leading2 }) {
  return fc9.tuple(leading2, queryOptions, taking).map((parts2) => [query(model, ...parts2)]);
}
function anyChange({ model, key, changes }) {
  return fc9.tuple(key, changes).map((parts2) => [resave(model, ...parts2)]);
}
function anyEpisode(kind2) {
  const { model, fields, changes } = kind2;
  const again = fc9.oneof(
    fc9.constant((key) => get(model, key)),
    fc9.constant((key) => remove(model, key)),
    fc9.tuple(queryOptions, taking).map((parts2) => (key) => query(model, key, ...parts2)),
    changes.map((changed2) => (key) => resave(model, key, changed2)),
    fields.map((others) => (key) => save(model, { ...others, ...key }))
  );
  return fc9.tuple(fields, fc9.array(again, { minLength: 1, maxLength: 4 })).map(([values, rest]) => [save(model, values), ...rest.map((come) => come(keyOf(kind2, values)))]);
}
function anyBatch(kinds) {
  const entry = fc9.oneof(...kinds.map((kind2) => kind2.fields.map((values) => ({ kind: kind2, values }))));
  const place2 = fc9.nat({ max: 5 });
  const other = fc9.record({ body: fc9.nat(), likes: fc9.nat() });
  const parts2 = fc9.record({
    shape: fc9.constantFrom("items", "changes", "flow"),
    saves: fc9.array(entry, { maxLength: 6 }),
    again: fc9.oneof(fc9.constant(void 0), fc9.record({ place: place2, other })),
    between: fc9.oneof(
      { weight: 4, arbitrary: fc9.constant(0) },
      { weight: 1, arbitrary: fc9.integer({ min: 20, max: 60 }) }
    ),
    deletes: fc9.array(fc9.oneof(entry, place2), { maxLength: 4 })
  });
  return parts2.map(({ shape, saves, again, between: between2, deletes }) => {
    const first = again && saves[again.place];
    return [
      batch({
        shape,
        saves,
        again: first && { kind: first.kind, values: { ...first.values, ...again.other } },
        between: between2,
        deletes: deletes.flatMap((one) => typeof one === "number" ? saves[one] ?? [] : one)
      })
    ];
  });
}

// packages/dynawrap/src/testing/oracle/reads.ts
import fc10 from "fast-check";
function take(target, key, slot, options) {
  const { kind: kind2 } = target;
  return {
    text: ["get", nameOf(target), key, options, "as", slot],
    async run(stage) {
      const item = await stage.backend.get(tableOf(target, stage), kind2.model, keyIn(kind2, key, stage.room), {
        consistent: true,
        ...options
      });
      if (item) stage.held.set(slot, item);
      return tell(item);
    },
    judge(outcome, ledger) {
      if (refusedAtOnce(outcome)) return void 0;
      const row = ledger.seen(kind2, ledger.fill(kind2, key), options.includeExpired);
      if (row) ledger.held.set(slot, row);
      return misread(outcome.result, row);
    }
  };
}
function getMany2(target, keys, more, options) {
  const { kind: kind2 } = target;
  const all2 = [
    ...keys,
    ...Array.from({ length: more }, (_, place2) => distant(kind2, keys[0], place2)),
    ...keys.slice(0, 1)
  ];
  return {
    text: ["batchGet", nameOf(target), keys, `and ${more} more`, options],
    async run(stage) {
      const asked = all2.map((key) => keyIn(kind2, key, stage.room));
      const given = { consistent: true, ...options };
      return tellAll(await stage.backend.batchGet(tableOf(target, stage), kind2.model, asked, given));
    },
    judge(outcome, ledger) {
      if (refusedAtOnce(outcome)) return void 0;
      const items = outcome.result;
      if (items?.length !== all2.length) return "it answers another number of items than it was asked for";
      return all2.map(
        (key, place2) => misread(items[place2], ledger.seen(kind2, ledger.fill(kind2, key), options.includeExpired))
      ).find((wrong) => wrong !== void 0);
    }
  };
}
function distant({ keyFields }, key, place2) {
  const own = { ...key };
  const last = keyFields.at(-1);
  const value = own[last];
  const far = { [last]: typeof value === "string" ? `far ${place2}` : value };
  return { ...own, ...far };
}
var getOptions = fc10.constantFrom(
  {},
  {},
  {},
  { includeExpired: true }
);
function anyGet(kind2) {
  const more = fc10.oneof(
    { weight: 30, arbitrary: fc10.constant(0) },
    { weight: 1, arbitrary: fc10.constant(110) }
  );
  const many = fc10.array(anyKey(kind2), { minLength: 1, maxLength: 6 });
  return fc10.oneof(
    {
      weight: 4,
      arbitrary: fc10.tuple(targetOf(kind2), anyKey(kind2), anySlot(kind2), getOptions).map((given) => take(...given))
    },
    {
      weight: 1,
      arbitrary: fc10.tuple(targetOf(kind2), many, more, getOptions).map((given) => getMany2(...given))
    }
  );
}
function anyBatchWrite(kinds, least = 0) {
  const entry = fc10.oneof(...kinds.map((kind2) => anyValues(kind2).map((values) => ({ kind: kind2, values }))));
  const list = fc10.array(entry, { minLength: least, maxLength: least + 5 });
  return fc10.tuple(list, fc10.array(entry, { maxLength: 2 }), targetOf(kinds[0])).map(
    ([saves, deletes, target]) => ({
      text: [
        "batchWrite",
        nameOf(target),
        "save",
        saves.map(({ kind: kind2, values }) => [kind2.model.modelName, values]),
        "delete",
        deletes.map(({ kind: kind2, values }) => [kind2.model.modelName, values])
      ],
      run(stage) {
        const items = (entries) => entries.map(({ kind: kind2, values }) => makeItem(kind2, values, stage));
        return stage.backend.batchWrite(tableOf(target, stage), {
          save: items(saves),
          delete: items(deletes)
        });
      },
      judge(outcome, ledger) {
        if (refusedAtOnce(outcome)) return void 0;
        if (outcome.code) return "it must not fail";
        for (const { kind: kind2, values } of saves) ledger.put(kind2, ledger.fill(kind2, values));
        for (const { kind: kind2, values } of deletes) ledger.remove(kind2, ledger.fill(kind2, values));
        return void 0;
      }
    })
  );
}

// packages/dynawrap/src/testing/oracle/scans.ts
import fc11 from "fast-check";
async function read2({ kinds, bare, alias, where, limit, division }, stage) {
  const { segments, shares, pages } = division;
  const [kind2] = kinds;
  const options = {
    ...alias ? { index: alias } : { consistent: true },
    // Other rooms have items in the table too.
    where: { room: eq(stage.room), ...where },
    ...limit ? { limit } : {},
    ...segments ? { segments } : {}
  };
  const scan2 = (more) => stage.backend.scan(
    tableOf({ kind: kind2, bare }, stage),
    kinds.map(({ model }) => model),
    { ...options, ...more }
  );
  if (shares) {
    const each = Array.from({ length: shares }, (_, index) => scan2({ segment: { index, of: shares } }).all());
    return (await Promise.all(each)).flat();
  }
  if (!pages) return scan2({}).all();
  const items = [];
  let cursor;
  do {
    const page = await scan2({}).page({ size: pages, cursor });
    if (page.items.length > pages) throw new Error("a page has more items than were asked for");
    items.push(...page.items);
    cursor = page.cursor;
  } while (cursor !== void 0);
  return items;
}
function scan(asked) {
  const { kinds, bare, alias, where, limit, division } = asked;
  const names2 = kinds.map((kind2) => nameOf({ kind: kind2, bare }));
  return {
    text: ["scan", names2, alias ?? "the table", { where, limit }, division],
    async run(stage) {
      const told = (await read2(asked, stage)).map((item) => tell(item));
      return limit ? { count: told.length } : unordered(told);
    },
    judge(outcome, ledger) {
      if (refusedAtOnce(outcome)) return void 0;
      if (outcome.code !== void 0) return "a scan must not fail";
      const rows = ledger.all(kinds).filter((row) => {
        const place2 = row.kind.places.find((one) => one.alias === alias);
        const indexed = partitionOf(place2, row.fields) !== void 0 && sortOf(place2, row.fields) !== void 0;
        return indexed && ledger.holds(where, row);
      });
      const { result } = outcome;
      if (!Array.isArray(result)) {
        const { count } = result;
        return count === Math.min(rows.length, limit ?? 0) ? void 0 : `it gives ${count} results of ${rows.length}`;
      }
      if (result.length !== rows.length)
        return `it gives ${result.length} results, and ${rows.length} were written`;
      return result.every((item) => rows.some((row) => misread(item, row) === void 0)) ? void 0 : "it gives an item that is not there";
    }
  };
}
function anyScan(kinds) {
  const where = fc11.oneof(
    { weight: 2, arbitrary: fc11.constant({}) },
    {
      weight: 1,
      arbitrary: fc11.oneof(...kinds.map((kind2) => conditionOf(kind2))).filter((one) => !("operands" in one))
    }
  );
  const division = fc11.constantFrom(
    {},
    {},
    { segments: 3 },
    { shares: 2 },
    { shares: 3 },
    { pages: 2 },
    { pages: 5 }
  );
  return fc11.record({
    kinds: fc11.subarray([...kinds], { minLength: 1 }),
    bare: fc11.boolean(),
    alias: fc11.constantFrom(void 0, "byFlag"),
    where,
    limit: fc11.option(fc11.integer({ min: 1, max: 4 }), { nil: void 0 }),
    division
  }).map((asked) => {
    const { shares, pages } = asked.division;
    return scan({ ...asked, limit: shares || pages ? void 0 : asked.limit });
  });
}

// packages/dynawrap/src/testing/oracle/transactions.ts
import fc14 from "fast-check";

// packages/dynawrap/src/testing/oracle/updates.ts
import fc13 from "fast-check";

// packages/dynawrap/src/testing/oracle/writes.ts
import fc12 from "fast-check";
function slotsOf({ ifUnchanged, replaces }) {
  return [ifUnchanged, replaces].filter((slot) => slot !== void 0);
}
function saveOptions(terms, { held }) {
  const options = { ...terms };
  for (const name of ["ifUnchanged", "replaces"]) {
    const slot = terms[name];
    if (slot === void 0) continue;
    const item = held.get(slot);
    if (!item) return void 0;
    options[name] = item;
  }
  return options;
}
function broken(ledger, terms, there) {
  if (terms.ifAbsent && there) return "item.exists";
  if ("ifUnchanged" in terms) {
    const before = terms.ifUnchanged === void 0 ? void 0 : ledger.held.get(terms.ifUnchanged);
    if (before ? !ledger.isUnchanged(before) : there) return "item.conflict";
  }
  return terms.if && !ledger.holds(terms.if, there) ? "condition.failed" : void 0;
}
function saveNew(target, values, terms, slot) {
  const { kind: kind2 } = target;
  return {
    text: ["save", nameOf(target), values, terms],
    needs: slotsOf(terms),
    ...slot ? { slot } : {},
    apply(writer, stage) {
      const options = saveOptions(terms, stage);
      if (!options) return void 0;
      const item = makeItem(kind2, values, stage);
      return { done: writer.save(tableOf(target, stage), item, options), item };
    },
    foretell(ledger) {
      const fields = ledger.fill(kind2, values);
      return foretellSave(ledger, kind2, fields, terms, void 0);
    }
  };
}
function saveChanged(target, from, changes, terms, slot) {
  const { kind: kind2 } = target;
  return {
    text: ["save", nameOf(target), `[${from}].with(`, changes, ")", terms],
    needs: [from, ...slotsOf(terms)],
    ...slot ? { slot } : {},
    apply(writer, stage) {
      const options = saveOptions(terms, stage);
      const before = stage.held.get(from);
      if (!before || !options) return void 0;
      const item = before.with(changesIn(kind2, changes, stage.room));
      return { done: writer.save(tableOf(target, stage), item, options), item };
    },
    foretell(ledger) {
      const before = ledger.held.get(from);
      const fields = present({ ...before?.fields, ...changesIn(kind2, changes, ledger.room) });
      return foretellSave(ledger, kind2, fields, terms, before?.made ? void 0 : before?.fields);
    }
  };
}
function changesIn(kind2, changes, room) {
  const { room: _, ...filled } = keyIn(kind2, changes, room);
  return filled;
}
function foretellSave(ledger, kind2, fields, terms, before) {
  const there = ledger.find(kind2, fields);
  const put = () => {
    ledger.put(kind2, fields);
    return { kind: kind2, fields: present(fields), made: before === void 0 };
  };
  const old = terms.replaces === void 0 ? void 0 : ledger.held.get(terms.replaces);
  const sameKey = (left, right) => kind2.keyFields.every((name) => Object.is(String(left[name]), String(right[name])));
  if (!old) {
    if (before && !sameKey(fields, before)) return { failures: ["key.changed"], commit: put };
    const code = broken(ledger, terms, there);
    return { failures: code ? [code] : [], commit: put };
  }
  const gone = ledger.isUnchanged(old) ? [] : ["item.conflict"];
  const taken = broken(ledger, terms, there);
  if (sameKey(old.fields, fields))
    return { failures: [...gone, ...taken ? [taken] : []].slice(0, 1), commit: put };
  const conditional = "ifAbsent" in terms && terms.ifAbsent === true || "ifUnchanged" in terms || "if" in terms;
  const occupied = conditional ? taken : there && "item.exists";
  return {
    failures: [...gone, ...occupied ? [occupied] : []],
    moves: true,
    commit() {
      ledger.remove(kind2, old.fields);
      return put();
    }
  };
}
function remove2(target, of, terms) {
  const { kind: kind2 } = target;
  return {
    text: ["delete", nameOf(target), of, terms],
    needs: typeof of === "string" ? [of] : [],
    apply(writer, stage) {
      const options = { ...terms };
      const table = tableOf(target, stage);
      if (typeof of !== "string")
        return { done: writer.delete(table, kind2.model, keyIn(kind2, of, stage.room), options) };
      const item = stage.held.get(of);
      return item && { done: writer.delete(table, item, options) };
    },
    foretell(ledger) {
      const key = typeof of === "string" ? ledger.held.get(of)?.fields ?? {} : ledger.fill(kind2, of);
      const there = ledger.find(kind2, key);
      const missing2 = terms.ifPresent && !there ? "item.missing" : void 0;
      const failed2 = terms.if && !ledger.holds(terms.if, there) ? "condition.failed" : void 0;
      const code = missing2 ?? failed2;
      return {
        failures: code ? [code] : [],
        commit() {
          ledger.remove(kind2, key);
          return void 0;
        }
      };
    }
  };
}
function alone(write2) {
  return {
    text: write2.text,
    async run(stage) {
      const applied = write2.apply(stage.backend, stage);
      if (!applied) return "nothing held";
      await applied.done;
      if (write2.slot && applied.item) stage.held.set(write2.slot, applied.item);
      return void 0;
    },
    judge(outcome, ledger) {
      if (outcome.result === "nothing held") return void 0;
      const { failures, moves, commit } = write2.foretell(ledger);
      if (outcome.code !== "key.changed" && refusedAtOnce(outcome)) return void 0;
      const wrong = moves && failures.length > 0 ? misfit(outcome, failures) : unlike(outcome, failures[0]);
      if (wrong !== void 0 || outcome.code !== void 0) return wrong;
      const row = commit();
      if (write2.slot && row) ledger.held.set(write2.slot, row);
      return void 0;
    }
  };
}
function unlike({ code }, expected) {
  if (code === expected) return void 0;
  return expected ? `by what was written before it must fail with ${expected}` : "by what was written before it must not fail";
}
function misfit({ code, details }, failures) {
  const codes = details?.failures?.map(
    (failure) => failure.code
  );
  const right = code === "transaction.cancelled" && String(codes) === String(failures);
  return right ? void 0 : `by what was written before it must be cancelled by ${failures.join(", ")}`;
}
function saveTerms(kind2) {
  const condition = conditionOf(kind2);
  return fc12.oneof(
    { weight: 5, arbitrary: fc12.constant({}) },
    { weight: 2, arbitrary: fc12.constant({ ifAbsent: true }) },
    { weight: 1, arbitrary: fc12.constantFrom({ ifUnchanged: void 0 }, { ifAbsent: false }) },
    { weight: 3, arbitrary: anySlot(kind2).map((ifUnchanged) => ({ ifUnchanged })) },
    { weight: 4, arbitrary: condition.map((asked) => ({ if: asked })) },
    {
      weight: 1,
      arbitrary: fc12.tuple(anySlot(kind2), condition).map(([ifUnchanged, asked]) => ({ ifUnchanged, if: asked }))
    }
  );
}
function deleteTerms(kind2) {
  return fc12.oneof(
    { weight: 3, arbitrary: fc12.constant({}) },
    { weight: 1, arbitrary: fc12.constant({ ifPresent: true }) },
    { weight: 2, arbitrary: conditionOf(kind2).map((asked) => ({ if: asked })) },
    { weight: 1, arbitrary: conditionOf(kind2).map((asked) => ({ ifPresent: true, if: asked })) }
  );
}
function anyWrite(kind2) {
  const target = targetOf(kind2);
  const slot = anySlot(kind2);
  const terms = saveTerms(kind2);
  const keep = fc12.option(slot, { nil: void 0 });
  const changed2 = fc12.tuple(
    target,
    slot,
    anyChanges(kind2),
    terms,
    keep,
    fc12.constantFrom("no", "no", "itself", "itself", "other"),
    slot
  ).map(([at, from, changes, given, into, replacing, other]) => {
    const replaces = replacing === "no" ? {} : { replaces: replacing === "itself" ? from : other };
    return saveChanged(at, from, changes, { ...given, ...replaces }, into);
  });
  const key = fc12.oneof(
    { weight: 3, arbitrary: anyKey(kind2) },
    { weight: 1, arbitrary: slot }
  );
  return fc12.oneof(
    {
      weight: 8,
      arbitrary: fc12.tuple(target, anyValues(kind2), terms, keep).map((given) => saveNew(...given))
    },
    { weight: 4, arbitrary: changed2 },
    { weight: 2, arbitrary: fc12.tuple(target, key, deleteTerms(kind2)).map((given) => remove2(...given)) }
  );
}

// packages/dynawrap/src/testing/oracle/updates.ts
var thrown = "the change threw";
function changing(kind2, change, room) {
  return (current) => {
    if (change === "throw") throw new Error(thrown);
    if (change === "keep") return current;
    const changes = change === "count" ? counted({ ...current }) : changesIn(kind2, change, room);
    return Promise.resolve(current.with(changes));
  };
}
function counted({ likes }) {
  return { likes: typeof likes === "number" ? likes + 1 : typeof likes === "bigint" ? likes + 1n : 1 };
}
function changedFields(kind2, change, { fields }, room) {
  if (change === "throw") return void 0;
  if (change === "keep") return fields;
  const next = present({
    ...fields,
    ...change === "count" ? counted(fields) : changesIn(kind2, change, room)
  });
  return kind2.keyFields.every((name) => String(next[name]) === String(fields[name])) ? next : void 0;
}
async function orThrown(run) {
  try {
    return await run();
  } catch (error) {
    if (error instanceof Error && error.message === thrown) return thrown;
    throw error;
  }
}
function update(target, key, change) {
  const { kind: kind2 } = target;
  return {
    text: ["update", nameOf(target), key, "by", change],
    run: (stage) => orThrown(async () => {
      const values = keyIn(kind2, key, stage.room);
      const by = changing(kind2, change, stage.room);
      return tell(await stage.backend.update(tableOf(target, stage), kind2.model, values, by));
    }),
    judge(outcome, ledger) {
      const row = ledger.seen(kind2, ledger.fill(kind2, key));
      if (!row)
        return refusedAtOnce(outcome) || outcome.code === "item.missing" ? void 0 : "there is nothing to change";
      const next = changedFields(kind2, change, row, ledger.room);
      if (!next)
        return "code" in outcome || outcome.result === thrown ? void 0 : "it makes a change that it must refuse";
      if (refusedAtOnce(outcome)) return void 0;
      return written2(outcome, { kind: kind2, fields: next }, ledger);
    }
  };
}
function written2(outcome, row, ledger) {
  if (outcome.code !== void 0) return "by what was written before it must not fail";
  ledger.put(row.kind, row.fields);
  return misread(outcome.result, row);
}
function race(target, key, times) {
  const { kind: kind2 } = target;
  return {
    text: [times, "at once update", nameOf(target), key, "by count"],
    async run(stage) {
      const values = keyIn(kind2, key, stage.room);
      const by = changing(kind2, "count", stage.room);
      const one = () => stage.backend.update(tableOf(target, stage), kind2.model, values, by);
      const ended = await Promise.allSettled(Array.from({ length: times }, one));
      const items = ended.map((each) => {
        if (each.status === "rejected") throw each.reason;
        return each.value;
      });
      const likes = (told) => Number(told?.fields.likes);
      return tellAll(items).sort((left, right) => likes(left) - likes(right));
    },
    judge(outcome, ledger) {
      const row = ledger.seen(kind2, ledger.fill(kind2, key));
      if (!row)
        return refusedAtOnce(outcome) || outcome.code === "item.missing" ? void 0 : "there is nothing to count";
      if (refusedAtOnce(outcome)) return void 0;
      let fields = row.fields;
      for (let time = 0; time < times; time++) fields = { ...fields, ...counted(fields) };
      const last = outcome.result?.at(-1);
      return written2({ ...outcome, result: last }, { kind: kind2, fields }, ledger);
    }
  };
}
function anyChange2(kind2) {
  return fc13.oneof(
    { weight: 4, arbitrary: fc13.constant("count") },
    { weight: 3, arbitrary: anyChanges(kind2) },
    { weight: 1, arbitrary: fc13.constantFrom("keep", "throw") }
  );
}
function anyUpdate(kind2) {
  const target = targetOf(kind2);
  const key = anyKey(kind2);
  return fc13.oneof(
    { weight: 4, arbitrary: fc13.tuple(target, key, anyChange2(kind2)).map((given) => update(...given)) },
    {
      weight: 1,
      arbitrary: fc13.tuple(target, key, fc13.integer({ min: 2, max: 4 })).map((given) => race(...given))
    }
  );
}

// packages/dynawrap/src/testing/oracle/transactions.ts
function writing(write2) {
  return {
    text: write2.text,
    needs: write2.needs,
    note: (tx, stage) => void write2.apply(tx, stage),
    foretell: (ledger) => write2.foretell(ledger)
  };
}
function check(target, key, condition) {
  const { kind: kind2 } = target;
  return {
    text: ["check", nameOf(target), key, condition],
    needs: [],
    note: (tx, stage) => tx.check(tableOf(target, stage), kind2.model, keyIn(kind2, key, stage.room), condition),
    foretell(ledger) {
      const holds3 = ledger.holds(condition, ledger.find(kind2, ledger.fill(kind2, key)));
      return { failures: holds3 ? [] : ["condition.failed"], commit: () => {
      } };
    }
  };
}
function updating(target, key, change) {
  const { kind: kind2 } = target;
  return {
    text: ["update", nameOf(target), key, "by", change],
    needs: [],
    note(tx, stage) {
      const by = changing(kind2, change, stage.room);
      tx.update(tableOf(target, stage), kind2.model, keyIn(kind2, key, stage.room), by);
    },
    foretell(ledger) {
      const row = ledger.seen(kind2, ledger.fill(kind2, key));
      const fields = row && changedFields(kind2, change, row, ledger.room);
      return fields ? { failures: [], commit: () => ledger.put(kind2, fields) } : "fails";
    }
  };
}
function transact(parts2) {
  return {
    text: ["transact", parts2.map(({ text: text2 }) => text2)],
    run: (stage) => orThrown(
      () => stage.backend.transact((tx) => {
        for (const part2 of parts2) part2.note(tx, stage);
      })
    ),
    judge(outcome, ledger) {
      if (refusedAtOnce(outcome) || outcome.result !== void 0) return void 0;
      const foretold2 = parts2.filter(({ needs }) => needs.every((slot) => ledger.held.has(slot))).map((part2) => part2.foretell(ledger));
      if (foretold2.includes("fails")) return outcome.code ? void 0 : "one of its updates must fail";
      const all2 = foretold2.filter((each) => each !== "fails");
      const expected = all2.flatMap(({ failures }, place2) => failures.map((code) => `${place2} ${code}`));
      if (String(failuresOf2(outcome)) !== String(expected)) {
        return expected.length > 0 ? `by what was written before it must be cancelled: ${expected.join(", ")}` : "by what was written before it must not fail";
      }
      if (expected.length === 0) for (const { commit } of all2) commit();
      return void 0;
    }
  };
}
function failuresOf2({ code, details, thrown: thrown2 }) {
  if (code === void 0) return thrown2 === void 0 ? [] : [thrown2];
  const { failures } = details ?? {};
  return code === "transaction.cancelled" && failures ? failures.map((each) => `${each.operation} ${each.code}`) : [code];
}
function anyTransaction(kinds) {
  const part2 = fc14.oneof(
    ...kinds.map(
      (kind2) => fc14.oneof(
        { weight: 5, arbitrary: anyWrite(kind2).map(writing) },
        {
          weight: 2,
          arbitrary: fc14.tuple(targetOf(kind2), anyKey(kind2), conditionOf(kind2)).map((given) => check(...given))
        },
        {
          weight: 2,
          arbitrary: fc14.tuple(targetOf(kind2), anyKey(kind2), anyChange2(kind2)).map((given) => updating(...given))
        }
      )
    )
  );
  return fc14.array(part2, { minLength: 1, maxLength: 4 }).map(transact);
}
function anySnapshot(kinds) {
  const read3 = fc14.oneof(...kinds.map((kind2) => fc14.tuple(targetOf(kind2), anyKey(kind2))));
  return fc14.tuple(fc14.array(read3, { minLength: 1, maxLength: 5 }), fc14.boolean()).map(
    ([reads, includeExpired]) => ({
      text: ["transactGet", reads.map(([target, key]) => [nameOf(target), key]), { includeExpired }],
      async run(stage) {
        const asked = reads.map(([target, key]) => [
          tableOf(target, stage),
          target.kind.model,
          keyIn(target.kind, key, stage.room)
        ]);
        return tellAll(
          await stage.backend.transactGet(asked, { includeExpired })
        );
      },
      judge({ result }, ledger) {
        const items = result;
        return items?.map((item, place2) => {
          const [{ kind: kind2 }, key] = reads[place2];
          return misread(item, ledger.seen(kind2, ledger.fill(kind2, key), includeExpired));
        }).find((wrong) => wrong !== void 0);
      }
    })
  );
}

// packages/dynawrap/src/testing/oracle/walks.ts
import fc16 from "fast-check";

// packages/dynawrap/src/testing/oracle/chances.ts
import fc15 from "fast-check";
var anyFew = fc15.integer({ min: 1, max: 4 });

// packages/dynawrap/src/testing/oracle/walks.ts
var Loose = class extends Listing {
  pages;
  constructor(steps2, place2) {
    super(
      steps2.flatMap(({ items }) => items),
      place2,
      steps2.at(-1)?.more ?? true
    );
    this.pages = steps2.map(({ items }) => items.length);
  }
};
var longest2 = 12;
async function walkPages({ question, sizes: sizes2, between: between2 }, stage) {
  const steps2 = [];
  let cursor;
  do {
    const number3 = steps2.length;
    const size2 = sizes2[number3 % sizes2.length];
    const page = await ask(question, stage).page({ size: size2, ...cursor === void 0 ? {} : { cursor } });
    cursor = page.cursor;
    const write2 = between2[number3];
    steps2.push({
      items: page.items.map((item) => tellResult(question, item)),
      more: cursor !== void 0,
      written: write2 && await writeBetween(write2, stage)
    });
  } while (cursor !== void 0 && steps2.length < longest2);
  if (question.options.examine !== void 0) return [...trimmed(steps2)];
  return question.place.ties ? new Loose(steps2, question.place) : steps2;
}
function* trimmed(steps2) {
  const last = steps2.findLastIndex(({ items }) => items.length > 0);
  for (const step of steps2.slice(0, last + 1)) yield { ...step, more: false };
}
async function writeBetween(write2, stage) {
  try {
    return { result: await alone(write2).run(stage) };
  } catch (error) {
    const { code } = error;
    return code === void 0 ? { thrown: String(error) } : { code };
  }
}
function walk(steps2) {
  const { question, sizes: sizes2, between: between2 } = steps2;
  return {
    text: ["walk", sizes2, ...textOf4(question), "writing", between2.map((write2) => write2?.text)],
    run: (stage) => walkPages(steps2, stage),
    judge(outcome, ledger) {
      if (refusedAtOnce(outcome) || outcome.code === "backend.unsupported") return void 0;
      if (outcome.code !== void 0) return "pages must not fail";
      if (outcome.result instanceof Loose) {
        const rows = foretold(question, ledger);
        const oversized = outcome.result.pages.some(
          (count, number3) => count > sizes2[number3 % sizes2.length]
        );
        return oversized ? "a page has more items than were asked for" : mislisted(outcome.result, rows);
      }
      return missteps(
        steps2,
        outcome.result,
        (write2, written3) => {
          const wrong = alone(write2).judge?.(written3, ledger);
          return { wrong, rows: foretold(question, ledger) };
        },
        foretold(question, ledger)
      );
    }
  };
}
function missteps({ question, sizes: sizes2, between: between2 }, steps2, note2, first) {
  const { options, place: place2 } = question;
  let rows = first;
  for (const [number3, { items, written: written3 }] of steps2.entries()) {
    const size2 = Math.min(sizes2[number3 % sizes2.length], options.limit ?? Number.POSITIVE_INFINITY);
    if (items.length > size2) return "a page has more items than were asked for";
    if (!options.pick && items.some((item) => mislisted(new Listing([item], place2, true), matching(rows, item, place2)))) {
      return "a page has an item that is not there, or another";
    }
    const write2 = between2[number3];
    if (!write2 || !written3) continue;
    const after = note2(write2, written3);
    if (after.wrong) return after.wrong;
    rows = after.rows;
  }
  const whole2 = steps2.at(-1)?.more === false && between2.every((write2) => write2 === void 0);
  if (!whole2 || options.pick) return void 0;
  return mislisted(
    new Listing(
      steps2.flatMap(({ items }) => items),
      place2,
      false
    ),
    first
  );
}
function matching(rows, item, place2) {
  const key = new Listing([item], place2, true).keys[0] ?? [];
  return rows.filter(
    (row) => String(new Listing([{ model: "", fields: row.fields }], place2, true).keys[0]) === String(key)
  );
}
function misuse(question, other, broken2) {
  return {
    text: [
      "use a cursor of",
      ...textOf4(question),
      broken2 ? "changed" : "for",
      ...broken2 ? [] : textOf4(other)
    ],
    async run(stage) {
      const { cursor } = await ask(question, stage).page({ size: 1 });
      if (cursor === void 0) return "no cursor";
      const used = broken2 ? `${cursor.slice(0, -3)}${cursor.at(-1)}` : cursor;
      const page = await ask(broken2 ? question : other, stage).page({ size: 2, cursor: used });
      return page.items.length;
    }
  };
}
function anyWalk(kind2) {
  const question = anyQuestion(kind2);
  const sizes2 = fc16.array(anyFew, { minLength: 1, maxLength: 3 });
  const writes = fc16.array(fc16.option(anyWrite(kind2), { nil: void 0 }), { maxLength: 4 });
  return fc16.oneof(
    {
      weight: 6,
      arbitrary: fc16.tuple(question, sizes2, writes).map(
        ([asked, given, between2]) => walk({
          question: withoutPick(asked),
          sizes: given,
          between: asked.place.ties || asked.options.examine ? [] : between2
        })
      )
    },
    { weight: 1, arbitrary: fc16.tuple(question, question, fc16.boolean()).map((given) => misuse(...given)) }
  );
}
function withoutPick(question) {
  const { pick: _, ...options } = question.options;
  return { ...question, options };
}

// packages/dynawrap/src/testing/oracle/sequences.ts
function anySequence(capabilities, maxOperations2) {
  const { nulText, multiAttributeKeys } = capabilities;
  const kinds = designKinds(nulText);
  const of = (...tables) => kinds.filter(({ table }) => tables.includes(table));
  const neighbours = anyNeighbours(nulText, maxOperations2).map(
    (steps2) => ({ steps: steps2, after: readBack() })
  );
  const most = Math.min(maxOperations2, longest3);
  return fc17.oneof(
    { weight: 4, arbitrary: neighbours },
    { weight: 4, arbitrary: anyStory(of("shop"), most) },
    { weight: 3, arbitrary: anyStory(of("files"), most) },
    { weight: 1, arbitrary: anyStory(of("track"), most) },
    { weight: 1, arbitrary: anyStory(of("bank"), most) },
    { weight: 1, arbitrary: anyStory(of("store"), most) },
    { weight: 2, arbitrary: anyMix(of("shop", "files", "track", "bank"), most) },
    ...multiAttributeKeys ? [{ weight: 1, arbitrary: anyStory(of("games"), most) }] : []
  );
}
var longest3 = 12;
var few = 4;
function anyStory(kinds, most) {
  const pairs = kinds.flatMap((kind2, place2) => kinds.slice(place2 + 1).map((other) => [kind2, other]));
  const casts = [...kinds.map((kind2) => [kind2]), ...pairs, ...kinds.length > 2 ? [kinds] : []];
  return fc17.oneof(...casts.map((cast) => anyPlay(cast, most)));
}
function anyPlay(kinds, most) {
  const each = (make2) => fc17.oneof(...kinds.map(make2));
  const scanned = kinds.every(({ table }) => table === "store");
  const step = fc17.oneof(
    { weight: 8, arbitrary: each((kind2) => anyWrite(kind2).map(alone)) },
    { weight: 4, arbitrary: each(anyGet) },
    { weight: 8, arbitrary: each(anyQuery) },
    { weight: 3, arbitrary: each(anyWalk) },
    { weight: 3, arbitrary: each(anyUpdate) },
    { weight: 2, arbitrary: anyBatchWrite(kinds) },
    { weight: 3, arbitrary: anyCollection(kinds) },
    { weight: 2, arbitrary: anyTransaction(kinds) },
    { weight: 1, arbitrary: anySnapshot(kinds) },
    { weight: scanned ? 8 : 0, arbitrary: scanned ? anyScan(kinds) : anyGet(kinds[0]) }
  );
  return begun(kinds, step, most);
}
function anyMix(kinds, most) {
  const each = (make2) => fc17.oneof(...kinds.map(make2));
  const step = fc17.oneof(
    { weight: 3, arbitrary: each((kind2) => anyWrite(kind2).map(alone)) },
    { weight: 3, arbitrary: each(anyGet) },
    { weight: 8, arbitrary: anyTransaction(kinds) },
    { weight: 2, arbitrary: anySnapshot(kinds) }
  );
  return begun(kinds, step, most);
}
function begun(kinds, step, most) {
  const tables = [...new Set(kinds.map(({ table }) => table))];
  const first = tables.map((name) => anyBatchWrite(kinds.filter(({ table }) => table === name), few));
  const steps2 = fc17.array(step, { minLength: 1, maxLength: most, size: "max" });
  const after = everything(kinds);
  return fc17.tuple(fc17.tuple(...first), steps2).map(([batches, rest]) => ({ steps: [...batches, ...rest], after }));
}

// packages/dynawrap/src/testing/oracle.ts
async function compareWithReference(backend2, table, { runs = 100, maxOperations: maxOperations2 = 40, seed, path } = {}) {
  const tables = designTables(table);
  await createTables(backend2, tables);
  let operations = 0;
  const compare2 = async ({ steps: steps2, after }) => {
    const now = Date.now();
    const reference = new MemoryBackend({ clock: () => now });
    await reference.createTable(table);
    await createTables(reference, tables);
    const room = unique();
    const stage = (backend3) => ({ backend: backend3, table, tables, room, held: /* @__PURE__ */ new Map() });
    const [there, here] = [stage(reference), stage(backend2)];
    const ledger = new Ledger(room, now);
    try {
      for (const [index, step] of [...steps2, ...after].entries()) {
        operations++;
        const wanted = await outcomeOf(step, there);
        const got = await outcomeOf(step, here);
        const broken2 = isSame(got, wanted) ? brokenLaw(got) ?? step.judge?.(got, ledger) : "it differs from the reference";
        if (broken2 !== void 0) return { index, step, wanted, got, broken: broken2, room };
      }
      return void 0;
    } finally {
      await tidy(here, ledger);
    }
  };
  let tries;
  let last;
  const sequence = anySequence(backend2.capabilities, maxOperations2);
  const property = fc18.asyncProperty(sequence, async (steps2) => {
    if (tries !== void 0 && ++tries > shrinkingTries) return;
    const difference = await compare2(steps2);
    if (difference === void 0) return;
    last = difference;
    tries ??= 0;
    throw new Error("a difference, which is found again below");
  });
  const details = await fc18.check(property, {
    numRuns: runs,
    ...seed === void 0 ? {} : { seed },
    ...path === void 0 ? {} : { path }
  });
  if (!details.failed) return { seed: details.seed, sequences: details.numRuns, operations };
  const [found = { steps: [], after: [] }] = details.counterexample ?? [];
  const where = { seed: details.seed, path: details.counterexamplePath ?? "" };
  throw new Error(await explain(found, compare2, { ...where, last }));
}
var shrinkingTries = 400;
async function explain({ steps: steps2, after }, compare2, where) {
  let shortest = steps2;
  let difference = await compare2({ steps: steps2, after });
  if (!difference) return counterexampleText(steps2, void 0, where);
  for (let index = steps2.length - 1; index >= 0; index--) {
    const fewer = shortest.filter((_, place2) => place2 !== index);
    const still = await compare2({ steps: fewer, after });
    if (still) [shortest, difference] = [fewer, still];
  }
  return counterexampleText(shortest, difference, where);
}
async function createTables(backend2, tables) {
  const { games, ...others } = tables;
  for (const table of Object.values(others)) await backend2.createTable(table);
  if (backend2.capabilities.multiAttributeKeys) await backend2.createTable(games);
}
async function tidy({ backend: backend2, tables }, ledger) {
  const items = ledger.scanned().map(({ kind: kind2, fields }) => new kind2.model(fields));
  if (items.length > 0) await backend2.batchWrite(tables.store, { delete: items });
}
async function outcomeOf(step, stage) {
  try {
    return { result: await step.run(stage) };
  } catch (error) {
    if (!isDynawrapError(error)) return { thrown: String(error) };
    const { code, details } = error;
    return { code, details: { ...details } };
  }
}
function isSame(got, wanted) {
  const both = [got.result, wanted.result];
  const [left, right] = both;
  if (left instanceof Listing && right instanceof Listing) return sameListing(left, right);
  return isDeepStrictEqual3(got, wanted) || isAllowed(got, wanted);
}
function brokenLaw({ result, thrown: thrown2 }) {
  if (thrown2 !== void 0) return `it throws what is no DynawrapError: ${thrown2}`;
  if (!(result instanceof Listed)) return void 0;
  const { keys, options } = result;
  if (options.limit !== void 0 && keys.length > options.limit)
    return "it gives more results than its limit";
  const turned = options.reverse ? [...keys].reverse() : keys;
  const unordered2 = turned.some((key, index) => index > 0 && compareBytes(turned[index - 1], key) >= 0);
  return unordered2 ? "its results are not in the order of the bytes of their sort keys" : void 0;
}
function compareBytes(left, right) {
  return Buffer.compare(Buffer.from(left ?? ""), Buffer.from(right ?? ""));
}

// ../../tmp/stats.mts
var inner = new MemoryBackend();
var counts = /* @__PURE__ */ new Map();
var note = (name) => counts.set(name, (counts.get(name) ?? 0) + 1);
var optionNames = (args) => {
  const last = args.at(-1);
  return last && typeof last === "object" && Object.getPrototypeOf(last) === Object.prototype ? Object.keys(last).filter((k) => ["ifAbsent", "ifUnchanged", "if", "replaces", "ifPresent"].includes(k)).sort().join("+") : "";
};
var backend = { capabilities: inner.capabilities, close: async () => {
} };
for (const m of ["save", "get", "delete", "update", "batchWrite", "batchGet", "transact", "transactGet", "createTable"]) backend[m] = async (...args) => {
  try {
    const r2 = await inner[m](...args);
    note(`${m} ${["save", "delete"].includes(m) ? optionNames(args) : ""} ${r2 === void 0 ? "ok/none" : Array.isArray(r2) ? "array" : "item"}`);
    return r2;
  } catch (e) {
    note(`${m} ${["save", "delete"].includes(m) ? optionNames(args) : ""} ${e.code ?? e}`);
    throw e;
  }
};
for (const m of ["query", "collection", "scan"]) backend[m] = (...args) => {
  const q = inner[m](...args);
  return new Proxy(q, { get(t, k) {
    const v = t[k];
    if (typeof v !== "function" || k === "pages" || k === Symbol.asyncIterator) return typeof v === "function" ? v.bind(t) : v;
    return async (...a) => {
      try {
        const r2 = await v.apply(t, a);
        const n = Array.isArray(r2) ? r2.length : typeof r2 === "number" ? r2 : r2?.items ? r2.items.length : r2 ? 1 : 0;
        note(`${m}.${String(k)} ${n === 0 ? "empty" : n === 1 ? "one" : "many"}${r2?.cursor ? "+cursor" : ""}${args[3]?.where && n > 0 ? " (where)" : ""}`);
        return r2;
      } catch (e) {
        note(`${m}.${String(k)} ${e.code ?? e}`);
        throw e;
      }
    };
  } });
};
await backend.createTable("stats");
var r = await compareWithReference(backend, "stats", { runs: 1500, seed: 5 });
console.log(r);
for (const [k, n] of [...counts].sort()) console.log(n, k);
