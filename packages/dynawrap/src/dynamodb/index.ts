import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { invalidOption } from "../core/errors.js";
import type { ItemOf, Model } from "../core/model.js";
import type { BackendOptions } from "../core/options.js";
import { DriverBackend } from "../engine/driver-backend.js";
import { fromStreamRecord, type StreamRecord } from "../streams/index.js";
import { DynamoDBDriver } from "./driver.js";
import type { Row } from "./reply.js";

export interface DynamoDBOptions extends BackendOptions {
  /** Whether `close` destroys the client too; `false` unless given. */
  readonly closeClient?: boolean;
  /**
   * Whether the server knows indexes whose key has several attributes on a side, as DynamoDB does since November 2025;
   * `true` unless given. `false` has them refused as `backend.unsupported` before any I/O.
   */
  readonly multiAttributeKeys?: boolean;
}

/** To the types a DocumentClient has all that a DynamoDBClient has; this is what only a DocumentClient has. */
type NoDocumentClient = { readonly config: { readonly translateConfig?: never } };

/**
 * DynamoDB, through a client of `@aws-sdk/client-dynamodb` v3 that the caller has made: its endpoint, credentials,
 * retries and middleware are in force.
 *
 * @example
 * const backend = new DynamoDBBackend(new DynamoDBClient({ region: "eu-west-1" }));
 *
 * @throws DynawrapError `option.invalid` for a DocumentClient, which translates values in its own way.
 */
export class DynamoDBBackend extends DriverBackend<Row> {
  constructor(client: DynamoDBClient & NoDocumentClient, options: DynamoDBOptions = {}) {
    const { closeClient = false, multiAttributeKeys = true } = options;
    if (typeof client?.send !== "function" || /^DynamoDBDocument/.test(client.constructor.name)) {
      throw invalidOption("client", "is no DynamoDBClient, which a DocumentClient is not");
    }
    const close = (): void => (closeClient ? client.destroy() : undefined);
    super(new DynamoDBDriver(client, close, multiAttributeKeys), options);
  }

  /**
   * The instance that a stream record tells of: the new image, or the old one of a REMOVE.
   *
   * @throws DynawrapError `stream.mismatch` for a record of another model, or one without the image; `item.invalid`.
   */
  fromStreamRecord<AModel extends Model>(record: StreamRecord, model: AModel): ItemOf<AModel> {
    return fromStreamRecord(record, model);
  }
}
