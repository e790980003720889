/*
 * The SDK walks its schema through every value on its way out and in, which is most of what a request costs. What this
 * library sends and reads is DynamoDB's JSON already: it is written and parsed as such. All else stays the SDK's:
 * endpoint, signing, retries, the caller's middleware, and everything about replies that are errors.
 */

interface Step {
  readonly input: object;
  readonly request?: { body?: unknown };
}

interface Answer {
  readonly response: {
    readonly statusCode?: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: unknown;
  };
  readonly output?: object;
}

type Handler = (step: Step) => Promise<Answer>;
type Middleware = (next: Handler, context: object) => Handler;

/** How a client of the SDK reads the body of a reply to its end. */
type Collect = (body: unknown) => Promise<Uint8Array>;

/** What the SDK's stack of middleware can do, in all versions. */
interface Stack {
  add(middleware: Middleware, options: Entry): void;
  concat(other: Stack): Stack;
  applyToStack(other: Pick<Stack, "add"> & { addRelativeTo(): void }): void;
}

interface Entry {
  readonly name?: string;
  readonly middleware?: Middleware;
}

interface SdkCommand {
  resolveMiddleware?(stack: Stack, config: object, options: object): unknown;
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * A command that is sent and read without the SDK's walk through its schema. The command stays what it is, with an
 * ordinary `input`; its output has bytes in base64. Where the SDK, of whichever version, does not fill its stack as it
 * does now, nothing is replaced.
 */
export function asJson<Command extends object>(command: Command): Command {
  const sdk = command as SdkCommand;
  const resolve = sdk.resolveMiddleware;
  if (typeof resolve !== "function") return command;
  sdk.resolveMiddleware = (stack, config, options) => {
    const { streamCollector } = config as { readonly streamCollector?: Collect };
    if (typeof streamCollector !== "function") return resolve.call(command, stack, config, options);
    const concat = (other: Stack): Stack => replaceSerde(stack.concat(other), streamCollector);
    return resolve.call(command, { ...stack, concat }, config, options);
  };
  return command;
}

/** Puts ours in the place of the SDK's own two, or neither. */
function replaceSerde(stack: Stack, collect: Collect): Stack {
  const found = new Map<string, readonly [Middleware, Entry]>();
  // What the stack gives has the middleware in it as well, and would put it before the one that is added.
  const add = (middleware: Middleware, { middleware: _, ...entry }: Entry): void => {
    if (entry.name !== undefined) found.set(entry.name, [middleware, entry]);
  };
  stack.applyToStack({ add, addRelativeTo() {} });
  const [write, writeEntry] = found.get("serializerMiddleware") ?? [];
  const [read, readEntry] = found.get("deserializerMiddleware") ?? [];
  if (write && writeEntry && read && readEntry) {
    stack.add(writeJson(write), writeEntry);
    stack.add(readJson(read, collect), readEntry);
  }
  return stack;
}

/** The SDK makes the request of an empty input, and the body is put in. */
function writeJson(original: Middleware): Middleware {
  return (next, context) => (step) => {
    const send: Handler = ({ request = {} }) => {
      request.body = JSON.stringify(step.input);
      return next({ ...step, request });
    };
    return original(send, context)({ ...step, input: {} });
  };
}

/** The body of a reply is parsed; the SDK reads those that are errors, and makes its own of them. */
function readJson(original: Middleware, collect: Collect): Middleware {
  return (next, context) => async (step) => {
    const answer = await next(step);
    const { response } = answer;
    if (response.statusCode !== 200) return original(async () => answer, context)(step);
    const $metadata = metadataOf(response);
    try {
      return { response, output: { ...parse(await collect(response.body)), $metadata } };
    } catch (error) {
      throw Object.assign(error as Error, { $metadata });
    }
  };
}

/** @throws SyntaxError for bytes that are no JSON, or not even text, as those of a reply are that was cut off. */
function parse(bytes: Uint8Array): object {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch (cause) {
    throw new SyntaxError("the reply is no UTF-8", { cause });
  }
  const output: unknown = JSON.parse(text);
  if (typeof output !== "object" || output === null) throw new SyntaxError("the reply is no JSON object");
  return output;
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
