import { readBody } from "./body.js";
import {
  type Answer,
  entriesOf,
  type Handler,
  type Middleware,
  type Request,
  type Stack,
} from "./middleware.js";

/*
 * The SDK walks its schema through every value on its way out and in, which is most of what a request costs. What this
 * library sends and reads is DynamoDB's JSON already: it is written and parsed as such. All else stays the SDK's:
 * endpoint, signing, retries, the caller's middleware, and everything about replies that are errors.
 */

/** How a client of the SDK reads the body of a reply to its end. */
export type Collect = (body: unknown) => Promise<Uint8Array>;

/** Puts ours in the place of the SDK's own two, or neither where it does not have both. */
export function replaceSerde(stack: Stack, collect: Collect | undefined): void {
  const entries = entriesOf(stack);
  const named = (name: string) => entries.find(([, entry]) => entry.name === name);
  const writer = named("serializerMiddleware");
  const reader = named("deserializerMiddleware");
  if (!writer || !reader || typeof collect !== "function") return;
  for (const [ours, { middleware: _, ...entry }] of [
    [writeJson(writer[0]), writer[1]],
    [readJson(reader[0], collect), reader[1]],
  ] as const) {
    stack.add(ours, entry);
  }
}

/**
 * The SDK makes the request of an empty input, and the body is put in. Of one endpoint all requests of a chain are the
 * same until then, and are copies of the first.
 */
function writeJson(original: Middleware): Middleware {
  return (next, context) => {
    let model: { readonly endpoint: string; readonly request: Request } | undefined;
    return (step) => {
      const send = (request: Request): Promise<Answer> => {
        request.body = JSON.stringify(step.input);
        return next({ ...step, request });
      };
      const endpoint = context.endpointV2?.url?.href;
      if (endpoint !== undefined && model?.endpoint === endpoint) return send(copy(model.request));
      const first: Handler = ({ request = {} }) => {
        if (endpoint !== undefined) model = { endpoint, request: copy(request) };
        return send(request);
      };
      return original(first, context)({ ...step, input: {} });
    };
  };
}

/** A request of the same class whose headers are its own, since what signs it adds to them. */
function copy(request: Request): Request {
  const { headers, query } = request;
  return Object.assign(Object.create(Object.getPrototypeOf(request)), request, {
    headers: { ...headers },
    query: { ...query },
  });
}

/** The body of a reply is parsed; the SDK reads those that are errors, and makes its own of them. */
function readJson(original: Middleware, collect: Collect): Middleware {
  return (next, context) => async (step) => {
    const answer = await next(step);
    const { response } = answer;
    if (response.statusCode !== 200) return original(async () => answer, context)(step);
    const $metadata = metadataOf(response);
    try {
      const output = readBody(await collectBytes(response.body, collect));
      return { response, output: Object.assign(output, { $metadata }) };
    } catch (error) {
      throw Object.assign(error as Error, { $metadata });
    }
  };
}

/** The bytes of a reply: of Node's streams as they come, of what other clients have as the SDK reads it. */
function collectBytes(body: unknown, collect: Collect): Promise<Uint8Array> {
  const stream = body as NodeStream | undefined;
  if (typeof stream?.on !== "function" || stream.readableFlowing !== null) return collect(body);
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let ended = false;
    stream.on("data", (chunk) => chunks.push(chunk));
    stream.on("end", () => {
      ended = true;
      resolve(chunks.length === 1 ? (chunks[0] as Uint8Array) : joined(chunks));
    });
    stream.on("error", reject);
    stream.on("close", () => {
      // Every stream is closed at last, and an error that nobody sees costs as much as two items.
      if (!ended) reject(new Error("the connection was closed within the reply"));
    });
  });
}

/** What is used of a stream of Node. */
interface NodeStream {
  /** `null` as long as nobody reads it. */
  readonly readableFlowing?: boolean | null;
  on(event: "data", heard: (chunk: Uint8Array) => void): unknown;
  on(event: "end" | "close", heard: () => void): unknown;
  on(event: "error", heard: (error: unknown) => void): unknown;
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0));
  let length = 0;
  for (const chunk of chunks) {
    whole.set(chunk, length);
    length += chunk.length;
  }
  return whole;
}

/** What the SDK says of every reply, retries aside. */
function metadataOf({ statusCode, headers = {} }: Answer["response"]): object {
  return {
    httpStatusCode: statusCode,
    requestId: headers["x-amzn-requestid"] ?? headers["x-amzn-request-id"] ?? headers["x-amz-request-id"],
    extendedRequestId: headers["x-amz-id-2"],
    cfId: headers["x-amz-cf-id"],
  };
}
