import type { AttributeValue, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";

type Image = { [name: string]: AttributeValue };

/** A record as Lambda delivers it: JSON, with the sequence number as a string of digits. */
export function record(
  eventName: "INSERT" | "MODIFY" | "REMOVE",
  sequence: string,
  keys: { readonly PK: string; readonly SK: string },
  images: { readonly before?: Image; readonly after?: Image },
): DynamoDBRecord {
  const Keys = { PK: { S: keys.PK }, SK: { S: keys.SK } };
  return {
    eventID: `event-${sequence}`,
    eventName,
    eventVersion: "1.1",
    eventSource: "aws:dynamodb",
    awsRegion: "eu-west-1",
    eventSourceARN: "arn:aws:dynamodb:eu-west-1:123456789012:table/stories/stream/2026-01-31T00:00:00.000",
    dynamodb: {
      ApproximateCreationDateTime: 1769860800,
      Keys,
      ...(images.before ? { OldImage: { ...Keys, ...images.before } } : {}),
      ...(images.after ? { NewImage: { ...Keys, ...images.after } } : {}),
      SequenceNumber: sequence,
      SizeBytes: 100,
      StreamViewType: "NEW_AND_OLD_IMAGES",
    },
  };
}

export function eventOf(...Records: DynamoDBRecord[]): DynamoDBStreamEvent {
  return { Records };
}

export function storyImage(owner: string, story_id: string, title: string): Image {
  return { owner: { S: owner }, story_id: { S: story_id }, title: { S: title }, content: { S: "" } };
}

export function commentImage(owner: string, story_id: string, text: string): Image {
  return {
    owner: { S: owner },
    story_id: { S: story_id },
    written_at: { S: "2026-01-31T12:00:00.000Z" },
    comment_id: { S: "c1" },
    author: { S: "jane" },
    text: { S: text },
  };
}
