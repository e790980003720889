/**
 * A fingerprint of 16 hexadecimal digits (FNV-1a, 64 bits, over percent-encoded UTF-8): equal on every machine and in every
 * runtime. It tells versions apart; it is no protection against anyone who wants two to be equal.
 */
export function fingerprint(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const char of encodeURIComponent(text)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(char.charCodeAt(0))) * 0x100000001b3n);
  }
  return hash.toString(16).padStart(16, "0");
}
