import { isTest, type Test } from "../core/condition.js";
import { DynawrapError } from "../core/errors.js";
import { describe } from "../core/key-value.js";
import { getOwn, isPlainObject } from "../core/record.js";
import { encodeAttributes } from "./attribute-encoder.js";
import type { AttributeValue } from "./attribute-value.js";
import { type AttributePath, type Condition, every, some } from "./condition.js";
import { compareValues } from "./condition-truth.js";

/** What must be known of the model that a condition is about. */
export interface ConditionModel {
  readonly name: string;
  readonly fields: readonly string[];
  readonly isField: (name: string) => boolean;
}

/**
 * What a caller gave as a condition, looked at and with every operand encoded. A condition on no field always holds.
 *
 * @param option what the caller knows the condition by, for the message: `where` or `if`.
 * @throws DynawrapError `condition.invalid` for a field that the model lacks, a value that is `undefined` or cannot be
 * stored, an order of what has none, reversed bounds, and `allOf` or `anyOf` of nothing.
 */
export function compileCondition(where: unknown, model: ConditionModel, option: string): Condition {
  return new Compiler(model, option).whole(where);
}

/** DynamoDB looks no deeper into a value: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
const deepest = 32;

class Compiler {
  readonly model: ConditionModel;
  readonly option: string;

  constructor(model: ConditionModel, option: string) {
    this.model = model;
    this.option = option;
  }

  whole(where: unknown): Condition {
    if (isTest(where) && where.kind === "anyOf") {
      if (where.operands.length === 0) this.refuse([], "is anyOf of nothing");
      return some(where.operands.map((each) => this.whole(each)));
    }
    if (!isPlainObject(where)) {
      this.refuse(
        [],
        `is ${isTest(where) ? where.kind : describe(where)}, not an object of fields, or anyOf of such`,
      );
    }
    return this.fields(where, []);
  }

  fields(content: Record<string, unknown>, path: AttributePath): Condition {
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
      }),
    );
  }

  test(test: Test<unknown>, path: AttributePath): Condition {
    const { kind, operands } = test;
    const operand = (place = 0): AttributeValue => this.operand(operands[place], path);
    const tests = (): Condition[] => operands.map((each) => this.inner(each, kind, path));
    switch (kind) {
      case "exists":
      case "missing":
        this.operand(null, path); // for the name alone
        return { kind, path };
      case "eq":
      case "ne":
      case "contains":
        return { kind, path, value: operand() };
      case "gt":
      case "gte":
      case "lt":
      case "lte":
        return { kind, path, value: this.ordered(operand(), kind, path) };
      case "between": {
        const [low, high] = [this.ordered(operand(), kind, path), operand(1)];
        const order = compareValues(low, high);
        if (order === undefined) this.refuse(path, "is between bounds of two types");
        if (order > 0) this.refuse(path, "is between reversed bounds");
        return { kind, path, low, high };
      }
      case "beginsWith": {
        const value = operand();
        if (!("S" in value || "B" in value)) this.refuse(path, "can only begin with text or bytes");
        return { kind, path, value };
      }
      case "oneOf":
        return { kind, path, values: operands.map((_, place) => operand(place)) };
      case "size":
        return this.size(this.inner(operands[0], kind, path), path);
      case "not":
        return { kind, condition: this.inner(operands[0], kind, path) };
      case "allOf":
      case "anyOf":
        if (operands.length === 0) this.refuse(path, `is asked ${kind} of nothing`);
        return kind === "allOf" ? every(tests()) : some(tests());
      case "nested": {
        const [content] = operands;
        if (!isPlainObject(content))
          this.refuse(path, `is asked nested(${describe(content)}), not an object`);
        return this.fields(content, path);
      }
    }
    return this.refuse(path, `is asked ${kind}, which this version of the library does not know`);
  }

  inner(test: unknown, outer: string, path: AttributePath): Condition {
    if (!isTest(test))
      this.refuse(path, `is asked ${outer}(${describe(test)}), which takes operators, as eq(…)`);
    return this.test(test, path);
  }

  /** What is asked of a number, asked of a size. */
  size(asked: Condition, path: AttributePath): Condition {
    const size = (compare: "eq" | "gte" | "lte", value: AttributeValue): Condition =>
      this.size({ kind: compare, path, value }, path);
    switch (asked.kind) {
      case "and":
      case "or":
        return { kind: asked.kind, conditions: asked.conditions.map((each) => this.size(each, path)) };
      case "not":
        return { kind: "not", condition: this.size(asked.condition, path) };
      case "between":
        return every([size("gte", asked.low), size("lte", asked.high)]);
      case "oneOf":
        return some(asked.values.map((value) => size("eq", value)));
    }
    if (
      !("value" in asked && "N" in asked.value) ||
      asked.kind === "contains" ||
      asked.kind === "beginsWith"
    ) {
      return this.refuse(path, "is asked for its size, which takes a number, or a test of one");
    }
    return { kind: "size", path, compare: asked.kind, size: Number(asked.value.N) };
  }

  ordered(value: AttributeValue, kind: string, path: AttributePath): AttributeValue {
    if (compareValues(value, value) === undefined) {
      this.refuse(path, `is asked ${kind} of what has no order, as text, numbers, Dates and bytes have`);
    }
    return value;
  }

  /** The value in its stored form; the name that it goes by is looked at as well. */
  operand(value: unknown, path: AttributePath): AttributeValue {
    const name = path.at(-1) as string;
    if (value === undefined) this.refuse(path, "is undefined; leave it out, or use missing()");
    try {
      return getOwn(encodeAttributes({ [name]: value }).wire, name) as AttributeValue;
    } catch (cause) {
      return this.refuse(path, `cannot be stored: ${(cause as Error).message.replace(/\.$/, "")}`, cause);
    }
  }

  refuse(path: AttributePath, problem: string, cause?: unknown): never {
    const { name } = this.model;
    const place = path.length > 0 ? `\`${path.join(".")}\` in \`${this.option}\`` : `\`${this.option}\``;
    throw new DynawrapError(
      "condition.invalid",
      `${place} ${problem}`,
      { model: name, field: path[0] },
      cause,
    );
  }
}
