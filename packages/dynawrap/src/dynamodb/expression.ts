import type { KeyRange } from "../core/range.js";
import type { AttributeMap } from "../values/attribute-value.js";

/** A key condition as DynamoDB takes it: every name is an alias, every value a parameter. */
export interface KeyConditionInput {
  readonly KeyConditionExpression: string;
  readonly ExpressionAttributeNames: { [alias: string]: string };
  readonly ExpressionAttributeValues: AttributeMap;
}

export function keyCondition({ pk, sk }: KeyRange): KeyConditionInput {
  const whole = sk.kind === "prefix" && sk.text === "";
  const sort = sk.kind === "equal" ? "#sk = :sk" : "begins_with(#sk, :sk)";
  return {
    KeyConditionExpression: whole ? "#pk = :pk" : `#pk = :pk AND ${sort}`,
    ExpressionAttributeNames: { "#pk": "PK", ...(whole ? {} : { "#sk": "SK" }) },
    ExpressionAttributeValues: { ":pk": { S: pk }, ...(whole ? {} : { ":sk": { S: sk.text } }) },
  };
}
