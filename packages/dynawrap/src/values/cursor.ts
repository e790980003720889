import { DynawrapError } from "../core/errors.js";
import { fingerprint } from "../core/version.js";
import { base64, fromBase64 } from "./bytes.js";

/** What a cursor is bound to: whatever text tells one query from another, and the secret that signs it. */
export interface CursorBinding {
  readonly query: string;
  readonly secret: string | undefined;
  /** What errors call the model. */
  readonly model: string;
}

/** A cursor that leads on from these texts: URL-safe, bound to its query, and signed where there is a secret. */
export async function writeCursor(
  texts: readonly string[],
  { query, secret }: CursorBinding,
): Promise<string> {
  const payload = new TextEncoder().encode(JSON.stringify([fingerprint(query), ...texts]));
  const parts = secret === undefined ? [payload] : [payload, await sign(payload, secret)];
  return parts.map(urlSafe).join(".");
}

/**
 * The texts of a cursor.
 *
 * @throws DynawrapError `cursor.invalid` for one of another query, of another secret, or of nobody's making.
 */
export async function readCursor(
  cursor: unknown,
  { query, secret, model }: CursorBinding,
): Promise<readonly string[]> {
  const refuse = (problem: string): never => {
    throw new DynawrapError("cursor.invalid", `the cursor ${problem}; begin again without one`, { model });
  };
  if (typeof cursor !== "string" || !/^[\w.-]{1,10000}$/.test(cursor)) return refuse("is not one");
  const [payload, signature, more] = cursor.split(".").map(fromUrlSafe);
  if (!payload || more) return refuse("is not one");
  if (secret !== undefined && !(signature && (await isSigned(payload, signature, secret)))) {
    return refuse("is not signed by this backend's secret");
  }
  let texts: unknown;
  try {
    texts = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload));
  } catch {
    return refuse("is not one");
  }
  if (!Array.isArray(texts) || texts.some((text) => typeof text !== "string")) return refuse("is not one");
  const [bound, ...rest] = texts as readonly string[];
  return bound === fingerprint(query) ? rest : refuse("is of another query");
}

function urlSafe(bytes: Uint8Array): string {
  return base64(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function fromUrlSafe(text: string): Uint8Array | undefined {
  const plain = text.replaceAll("-", "+").replaceAll("_", "/");
  return fromBase64(plain.padEnd(Math.ceil(plain.length / 4) * 4, "="));
}

const algorithm = { name: "HMAC", hash: "SHA-256" };

function secretKey(secret: string) {
  return crypto.subtle.importKey("raw", new TextEncoder().encode(secret), algorithm, false, [
    "sign",
    "verify",
  ]);
}

async function sign(payload: Uint8Array, secret: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.sign(algorithm, await secretKey(secret), payload));
}

async function isSigned(payload: Uint8Array, signature: Uint8Array, secret: string): Promise<boolean> {
  return crypto.subtle.verify(algorithm, await secretKey(secret), signature, payload);
}
