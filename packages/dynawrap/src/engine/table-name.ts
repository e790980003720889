import { DynawrapError } from "../core/errors.js";

/**
 * Refuses what is no DynamoDB table name: 3 to 255 letters, digits, `_`, `-` and `.`.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
 *
 * @param longest for a backend that holds shorter names.
 * @throws DynawrapError `table.invalid`
 */
export function checkTableName(table: string, longest = 255): void {
  if (typeof table === "string" && /^[A-Za-z0-9_.-]{3,255}$/.test(table) && table.length <= longest) return;
  const message = `${JSON.stringify(String(table))} is no table name of 3 to ${longest} characters A-Z a-z 0-9 . _ -`;
  throw new DynawrapError("table.invalid", message, { table: String(table) });
}
