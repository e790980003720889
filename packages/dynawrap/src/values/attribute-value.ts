/**
 * DynamoDB's form of a value: one member, which names its type. Bytes are a `Uint8Array`, or base64 in JSON.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
 */
export type AttributeValue =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly BOOL: boolean }
  | { readonly NULL: true }
  | { readonly B: Uint8Array }
  | { readonly SS: string[] }
  | { readonly NS: string[] }
  | { readonly BS: Uint8Array[] }
  | { readonly L: AttributeValue[] }
  | { readonly M: AttributeMap };

/** Attribute values by name: an item, a key, or the content of a map. */
export type AttributeMap = { [name: string]: AttributeValue };
