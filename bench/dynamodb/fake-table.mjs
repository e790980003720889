/** What a page of DynamoDB holds at most: a thousand small items, or a hundred large ones. */
const pageBytes = 1_250_000;

/** One partition, as wire items in the order of their keys: just enough of DynamoDB to give each contender its answers. */
export class FakeTable {
  /** @type {Record<string, any>[]} */
  rows = [];
  /** What was put since it was emptied last. */
  puts = [];
  /** Requests since then. */
  requests = [];

  respond = (operation, input) => {
    this.requests.push({ operation, input });
    const output = this[operation](input);
    const capacity = { TableName: "stories", CapacityUnits: 1 };
    if (!input.ReturnConsumedCapacity) return output;
    return { ...output, ConsumedCapacity: operation.startsWith("Batch") ? [capacity] : capacity };
  };

  forget() {
    this.puts = [];
    this.requests = [];
  }

  PutItem({ Item }) {
    this.puts.push(Item);
    return {};
  }

  BatchWriteItem({ RequestItems }) {
    for (const { PutRequest } of Object.values(RequestItems).flat()) this.puts.push(PutRequest.Item);
    return { UnprocessedItems: {} };
  }

  GetItem({ Key }) {
    const Item = this.rows.find(({ PK, SK }) => PK.S === Key.PK.S && SK.S === Key.SK.S);
    return { Item };
  }

  Query(input) {
    return this.#page(input);
  }

  Scan(input) {
    return this.#page(input);
  }

  #page({ ExclusiveStartKey, Limit = Number.POSITIVE_INFINITY }) {
    const start = ExclusiveStartKey ? this.rows.findIndex(({ SK }) => SK.S > ExclusiveStartKey.SK.S) : 0;
    const Items = [];
    let bytes = 0;
    for (const row of this.rows.slice(start, start + Math.min(Limit, this.rows.length))) {
      bytes += JSON.stringify(row).length;
      if (bytes > pageBytes) break;
      Items.push(row);
    }
    const { PK, SK } = Items.at(-1);
    const rest = start + Items.length < this.rows.length ? { LastEvaluatedKey: { PK, SK } } : {};
    return { Items, Count: Items.length, ScannedCount: Items.length, ...rest };
  }
}
