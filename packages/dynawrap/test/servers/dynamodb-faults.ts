import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { seededRandom } from "./random.js";

export interface Exchange {
  /** `"BatchWriteItem"`, from the request's `X-Amz-Target`. */
  readonly operation: string;
  /** The how-manieth request of this operation it is, from 1. */
  readonly count: number;
  /** The request as it was sent; change it, and the server gets it changed. */
  readonly body: any;
  /** Drawn from the proxy's seed. */
  readonly random: () => number;
}

/** What goes wrong with one exchange. */
export type DynamoDbFault =
  /** Answered with this error, and the server never asked. */
  | {
      readonly error: string;
      /** 400 by default, as DynamoDB answers even throttling. */
      readonly status?: number;
      readonly message?: string;
      /** More of the body: `CancellationReasons`, `Item`. */
      readonly details?: Readonly<Record<string, unknown>>;
    }
  /** The entries of a batch, in order of appearance, that come back unprocessed. The others are forwarded. */
  | { readonly unprocessed: (entry: any, index: number) => boolean }
  /** Forwarded, and the reply lost: the line is reset, or nothing ever comes. */
  | { readonly lostReply: "reset" | "silence" }
  /** Forwarded, and the reply changed on its way back. */
  | { readonly reply: (body: any) => unknown }
  /** Forwarded after so many milliseconds. */
  | { readonly delay: number };

export type Trouble = (exchange: Exchange) => DynamoDbFault | undefined;

/** Stands in front of a DynamoDB and spoils exchanges. Until told to, it passes everything on. */
export interface DynamoDbFaults {
  readonly endpoint: string;
  /** Every exchange so far, with the fault it met: assert on it, or a test may pass untroubled. */
  readonly exchanges: readonly (Exchange & { readonly fault: DynamoDbFault | undefined })[];
  /** Asked about every request of this operation, or with `"*"` of all; one trouble at a time for each. */
  on(operation: string, trouble: Trouble): void;
  /** Ends all troubles and forgets the exchanges. */
  calm(): void;
  stop(): Promise<void>;
}

export interface DynamoDbFaultsOptions {
  /** The server behind. */
  readonly endpoint: string;
  readonly seed?: number;
}

export async function startDynamoDbFaults({
  endpoint,
  seed = 1,
}: DynamoDbFaultsOptions): Promise<DynamoDbFaults> {
  const random = seededRandom(seed);
  const troubles = new Map<string, Trouble>();
  const counts = new Map<string, number>();
  const exchanges: (Exchange & { readonly fault: DynamoDbFault | undefined })[] = [];

  const listener = createServer((request, response) => {
    serve(request, response).catch((error) => response.destroy(error));
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const sent = await text(request);
    const operation = String(request.headers["x-amz-target"]).split(".").at(-1) ?? "";
    const count = (counts.get(operation) ?? 0) + 1;
    counts.set(operation, count);
    const exchange: Exchange = { operation, count, body: JSON.parse(sent), random };
    const fault = (troubles.get(operation) ?? troubles.get("*"))?.(exchange);
    exchanges.push({ ...exchange, fault });
    const forward = (body: unknown = exchange.body) => forwardTo(endpoint, request, body);

    if (fault === undefined) return answer(response, await forward());
    if ("error" in fault) return answer(response, refusal(fault));
    if ("unprocessed" in fault)
      return answer(response, await processSome(exchange, fault.unprocessed, forward));
    if ("delay" in fault) {
      await sleep(fault.delay);
      return answer(response, await forward());
    }
    const reply = await forward();
    if ("reply" in fault) return answer(response, { ...reply, body: fault.reply(reply.body) });
    if (fault.lostReply === "reset") response.socket?.resetAndDestroy();
  }

  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  const address = listener.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");

  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    exchanges,
    on(operation, trouble) {
      troubles.set(operation, trouble);
    },
    calm() {
      troubles.clear();
      counts.clear();
      exchanges.length = 0;
    },
    async stop() {
      listener.closeAllConnections();
      listener.close();
    },
  };
}

interface Reply {
  readonly status: number;
  readonly body: any;
}

async function forwardTo(endpoint: string, request: IncomingMessage, body: unknown): Promise<Reply> {
  const passedOn = ["content-type", "x-amz-target", "x-amz-date", "authorization"];
  const headers = passedOn.map((name) => [name, String(request.headers[name] ?? "")]);
  const reply = await fetch(endpoint, {
    method: "POST",
    headers: Object.fromEntries(headers),
    body: JSON.stringify(body),
  });
  return { status: reply.status, body: await reply.json() };
}

/** Without the checksum that DynamoDB sends along: the body may not be the one it was made of. */
function answer(response: ServerResponse, { status, body }: Reply): void {
  response.writeHead(status, { "content-type": "application/x-amz-json-1.0" }).end(JSON.stringify(body));
}

function refusal({
  error,
  status = 400,
  message = "injected",
  details,
}: Extract<DynamoDbFault, { readonly error: string }>): Reply {
  const body = { __type: `com.amazonaws.dynamodb.v20120810#${error}`, message, ...details };
  return { status, body };
}

/** Forwards a batch without the entries that `withhold` picks, and adds them to what comes back undone. */
async function processSome(
  { operation, body }: Exchange,
  withhold: (entry: any, index: number) => boolean,
  forward: (body: unknown) => Promise<Reply>,
): Promise<Reply> {
  const writes = operation === "BatchWriteItem";
  if (!writes && operation !== "BatchGetItem") throw new Error(`${operation} is not a batch`);
  const undone = writes ? "UnprocessedItems" : "UnprocessedKeys";
  const withheld: Record<string, unknown> = {};
  const forwarded: Record<string, unknown> = {};
  let index = 0;
  for (const [table, request] of Object.entries<any>(body.RequestItems)) {
    const [kept, passed]: [unknown[], unknown[]] = [[], []];
    for (const entry of writes ? request : request.Keys) {
      (withhold(entry, index) ? kept : passed).push(entry);
      index += 1;
    }
    if (kept.length > 0) withheld[table] = writes ? kept : { ...request, Keys: kept };
    if (passed.length > 0) forwarded[table] = writes ? passed : { ...request, Keys: passed };
  }
  if (Object.keys(forwarded).length === 0) {
    return { status: 200, body: { ...(writes ? {} : { Responses: {} }), [undone]: withheld } };
  }
  const reply = await forward({ ...body, RequestItems: forwarded });
  return reply.status === 200 ? { ...reply, body: { ...reply.body, [undone]: withheld } } : reply;
}
