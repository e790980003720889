import type { KeyRange } from "../core/range.js";
import type { WireItem } from "../values/wire-item.js";

/** A key condition as DynamoDB takes it: every name is an alias, every value a parameter. */
export interface KeyConditionInput {
  readonly KeyConditionExpression: string;
  readonly ExpressionAttributeNames: { [alias: string]: string };
  readonly ExpressionAttributeValues: WireItem;
}

export function keyCondition({ pk, sk }: KeyRange): KeyConditionInput {
  if (sk.text === "") {
    return {
      KeyConditionExpression: "#pk = :pk",
      ExpressionAttributeNames: { "#pk": "PK" },
      ExpressionAttributeValues: { ":pk": { S: pk } },
    };
  }
  return {
    KeyConditionExpression: `#pk = :pk AND ${sk.kind === "equal" ? "#sk = :sk" : "begins_with(#sk, :sk)"}`,
    ExpressionAttributeNames: { "#pk": "PK", "#sk": "SK" },
    ExpressionAttributeValues: { ":pk": { S: pk }, ":sk": { S: sk.text } },
  };
}
