import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { seededRandom } from "./random.js";

export interface Cut {
  /** Bytes of the reply that still get through. By default 0: the server acted, and the reply is lost. */
  readonly replyBytes?: number;
  /** Waits for a request that holds this text: `"COMMIT"`, a table's name. By default the next request. */
  readonly after?: string;
  /** A reset (the default), an orderly close, or silence: the line stays open and nothing ever comes. */
  readonly how?: "reset" | "close" | "silence";
  /** How many requests it happens to, 1 by default. */
  readonly times?: number;
}

export interface Storm {
  /** One new connection in this many is reset. */
  readonly cutOneIn: number;
  /** … after so many bytes of replies at the most. */
  readonly withinBytes: number;
}

/** Stands in front of a TCP server and spoils the line. Until told to, it passes everything on. */
export interface TcpFaults {
  /** The server's URL by way of the proxy. */
  readonly url: string;
  /** Cuts that have happened: assert on it, or a test may pass because nothing went wrong. */
  readonly cuts: number;
  /** Cuts the line while the reply to a coming request is under way. */
  cut(cut?: Cut): void;
  /** Holds every reply back for so many milliseconds, and up to `jitter` more. */
  delay(milliseconds: number, jitter?: number): void;
  /** Resets new connections by chance: by the seed, the same ones in every run. */
  storm(storm: Storm): void;
  /** Resets every open connection. */
  resetAll(): void;
  /** Refuses new connections until `accept`. */
  refuse(): void;
  accept(): Promise<void>;
  /** Ends storms and delays and forgets the cuts that have not happened. */
  calm(): void;
  stop(): Promise<void>;
}

export interface TcpFaultsOptions {
  /** The URL of the server behind, with a port. */
  readonly url: string;
  readonly seed?: number;
}

interface Fate {
  bytesLeft: number;
  readonly how: "reset" | "close" | "silence";
}

export async function startTcpFaults({ url, seed = 1 }: TcpFaultsOptions): Promise<TcpFaults> {
  const target = new URL(url);
  const random = seededRandom(seed);
  const lines = new Set<{ readonly client: Socket; readonly server: Socket }>();
  let pending: Required<Cut>[] = [];
  let storm: Storm | undefined;
  let delays = { milliseconds: 0, jitter: 0 };
  let cuts = 0;

  const listener = createServer((client) => {
    const server = connect(Number(target.port), target.hostname);
    const line = { client, server };
    lines.add(line);
    let fate = storm && stormFate(storm);
    let silent = false;
    let lastSent = "";
    let replies: Promise<void> = Promise.resolve();

    client.on("data", (request) => {
      lastSent = lastSent.slice(-200) + request.toString("latin1");
      const claimed = pending.find((cut) => lastSent.includes(cut.after));
      if (claimed) {
        fate = { bytesLeft: claimed.replyBytes, how: claimed.how };
        lastSent = "";
        pending = pending
          .map((cut) => (cut === claimed ? { ...cut, times: cut.times - 1 } : cut))
          .filter((cut) => cut.times > 0);
      }
      server.write(request);
    });
    server.on("data", (reply) => {
      const wait = delays.milliseconds + random() * delays.jitter;
      replies = replies.then(async () => {
        if (wait > 0) await sleep(wait);
        if (silent) return;
        if (fate === undefined || reply.length < fate.bytesLeft) {
          if (fate) fate.bytesLeft -= reply.length;
          client.write(reply);
          return;
        }
        cuts += 1;
        if (fate.bytesLeft > 0) await written(client, reply.subarray(0, fate.bytesLeft));
        if (fate.how === "silence") silent = true;
        else end(line, fate.how);
        fate = undefined;
      });
    });
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      one.on("error", () => other.destroy());
      one.on("close", () => {
        lines.delete(line);
        void replies.then(() => other.end());
      });
    }
  });

  function stormFate({ cutOneIn, withinBytes }: Storm): Fate | undefined {
    const [drawn, bytes] = [random(), random()];
    return drawn * cutOneIn < 1 ? { bytesLeft: Math.floor(bytes * withinBytes), how: "reset" } : undefined;
  }
  function end(line: { readonly client: Socket; readonly server: Socket }, how: "reset" | "close"): void {
    if (how === "reset") line.client.resetAndDestroy();
    else line.client.end();
    line.server.destroy();
  }
  const listen = async (port: number) => {
    listener.listen(port, "127.0.0.1");
    await once(listener, "listening");
  };

  await listen(0);
  const address = listener.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  const entrance = new URL(url);
  entrance.host = `127.0.0.1:${address.port}`;

  return {
    url: entrance.href,
    get cuts() {
      return cuts;
    },
    cut({ replyBytes = 0, after = "", how = "reset", times = 1 } = {}) {
      pending.push({ replyBytes, after, how, times });
    },
    delay(milliseconds, jitter = 0) {
      delays = { milliseconds, jitter };
    },
    storm(coming) {
      storm = coming;
    },
    resetAll() {
      for (const line of lines) end(line, "reset");
    },
    refuse() {
      listener.close();
    },
    accept: () => listen(address.port),
    calm() {
      pending = [];
      storm = undefined;
      delays = { milliseconds: 0, jitter: 0 };
    },
    async stop() {
      for (const line of lines) end(line, "reset");
      listener.close();
    },
  };
}

function written(socket: Socket, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    socket.write(bytes, () => resolve());
  });
}
