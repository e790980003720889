import { newRecord } from "./record.js";

/** A key as it is stored: the texts of the partition key and the sort key. */
export interface StoredKey {
  readonly PK: string;
  readonly SK?: string;
}

/** A key of a partition key, and of a sort key if there is one. */
export function storedKey(PK: string, SK: string | undefined): StoredKey {
  const key = newRecord();
  key.PK = PK;
  if (SK !== undefined) key.SK = SK;
  return key as unknown as StoredKey;
}

/** A key as one text, to know it by: equal for equal keys, and for no others. */
export function keyText({ PK, SK }: StoredKey): string {
  return JSON.stringify([PK, SK]);
}
