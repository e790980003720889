/** A key as it is stored: the texts of the partition key and the sort key. */
export interface StoredKey {
  readonly PK: string;
  readonly SK?: string;
}

/** A key as one text, to know it by: equal for equal keys, and for no others. */
export function keyText({ PK, SK }: StoredKey): string {
  return JSON.stringify([PK, SK]);
}
