import type { KeyRange } from "../core/range.js";
import type { AttributeMap } from "../values/attribute-value.js";

/** A key condition as DynamoDB takes it: every name is an alias, every value a parameter. */
export interface KeyConditionInput {
  readonly KeyConditionExpression: string;
  readonly ExpressionAttributeNames: { [alias: string]: string };
  readonly ExpressionAttributeValues: AttributeMap;
}

export function keyCondition({ pk, sk: { kind, text } }: KeyRange): KeyConditionInput {
  const input = {
    KeyConditionExpression: "#pk = :pk",
    ExpressionAttributeNames: { "#pk": "PK" },
    ExpressionAttributeValues: { ":pk": { S: pk } },
  };
  if (text === "") return input;
  const sort = kind === "equal" ? "#sk = :sk" : "begins_with(#sk, :sk)";
  return {
    KeyConditionExpression: `#pk = :pk AND ${sort}`,
    ExpressionAttributeNames: { "#pk": "PK", "#sk": "SK" },
    ExpressionAttributeValues: { ":pk": { S: pk }, ":sk": { S: text } },
  };
}
