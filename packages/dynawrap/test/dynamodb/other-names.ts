import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Stack } from "../../src/dynamodb/middleware.js";

/** Has the SDK's own middleware called otherwise, as another version of it might, so that none of it is replaced. */
export function callOtherwise(client: DynamoDBClient): void {
  const stack = client.middlewareStack as unknown as Stack;
  const { concat } = stack;
  stack.concat = (other) => {
    const whole = concat(other);
    const { applyToStack } = whole;
    whole.applyToStack = (to) =>
      applyToStack({ ...to, add: (middleware, entry) => to.add(middleware, { ...entry, name: "other" }) });
    return whole;
  };
}
