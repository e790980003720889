/**
 * Whether a time of expiry has come, at a time in milliseconds: epoch seconds as a number, or a Date or its text. What is
 * neither never expires, as in DynamoDB.
 */
export function isExpired(expiry: unknown, now: number): boolean {
  if (typeof expiry === "number" || typeof expiry === "bigint")
    return expiry > 0 && Number(expiry) * 1000 <= now;
  const date = expiry instanceof Date ? expiry : typeof expiry === "string" ? new Date(expiry) : undefined;
  return date !== undefined && date.getTime() <= now;
}
