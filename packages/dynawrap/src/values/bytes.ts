/** One character for each byte: such texts compare, and contain each other, as the bytes do. */
export function binaryText(bytes: Uint8Array): string {
  let binary = "";
  for (let start = 0; start < bytes.length; start += 8192) {
    binary += String.fromCharCode(...bytes.subarray(start, start + 8192));
  }
  return binary;
}

/** Bytes as padded base64. */
export function base64(bytes: Uint8Array): string {
  return btoa(binaryText(bytes));
}

/** The bytes of padded base64, or `undefined` when the text is none. */
export function fromBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}
