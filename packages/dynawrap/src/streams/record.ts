/** The attributes of an image or key, in JSON (as Lambda gets them) or as the SDK's stream client reads them. */
export type StreamImage = { readonly [name: string]: unknown };

/**
 * A record of a DynamoDB stream, as far as it is looked at: Lambda's `DynamoDBRecord`, `@aws-sdk/client-dynamodb-streams`'
 * `_Record`, and what DynamoDB delivers through Kinesis, all have this shape.
 */
export interface StreamRecord {
  readonly eventName?: string | undefined;
  readonly dynamodb?:
    | {
        readonly Keys?: StreamImage | undefined;
        readonly NewImage?: StreamImage | undefined;
        readonly OldImage?: StreamImage | undefined;
        readonly StreamViewType?: string | undefined;
      }
    | undefined;
}
