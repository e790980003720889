import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynawrapError } from "../core/errors.js";
import type { ItemOf, Model } from "../core/model.js";
import { DriverBackend } from "../engine/driver-backend.js";
import { fromStreamRecord, type StreamRecord } from "../streams/index.js";
import type { WireItem } from "../values/wire-item.js";
import { DynamoDBDriver } from "./driver.js";

export interface DynamoDBOptions {
  /** Whether `close` destroys the client too; `false` unless given. */
  readonly closeClient?: boolean;
}

/**
 * DynamoDB, through a client of `@aws-sdk/client-dynamodb` v3 that the caller has made: its endpoint, credentials,
 * retries and middleware are in force.
 *
 * @example
 * const backend = new DynamoDBBackend(new DynamoDBClient({ region: "eu-west-1" }));
 *
 * @throws DynawrapError `option.invalid` for a DocumentClient, which translates values in its own way.
 */
export class DynamoDBBackend extends DriverBackend<WireItem> {
  constructor(client: DynamoDBClient, { closeClient = false }: DynamoDBOptions = {}) {
    if (typeof client?.send !== "function" || /^DynamoDBDocument/.test(client.constructor.name)) {
      const message = "DynamoDBBackend takes a DynamoDBClient of @aws-sdk/client-dynamodb, not a DocumentClient or anything else.";
      throw new DynawrapError("option.invalid", message, { option: "client" });
    }
    super(new DynamoDBDriver(client, () => (closeClient ? client.destroy() : undefined)));
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
