import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const patience = 60_000;

export interface ServerProcess {
  stop(): Promise<void>;
}

export interface ServerCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly options?: SpawnOptions;
  /** Removed by the guard when the run ends without `stop`. */
  readonly directory?: string;
  /** Whether the server answers; asked again and again until it does. */
  readonly answers: () => Promise<boolean>;
}

/** Starts a server and waits until it answers. It never outlives this process. */
export async function startServer({
  command,
  args,
  options,
  directory,
  answers,
}: ServerCommand): Promise<ServerProcess> {
  const server = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  const output = tail(server);
  const exit = new Promise<string>((resolve) => {
    server.once("error", (error) => resolve(error.message));
    server.once("exit", (code, signal) => resolve(`it exited with ${signal ?? code}`));
  });
  if (server.pid === undefined) throw new Error(`${command} cannot start: ${await exit}`);
  const guard = spawn(
    process.execPath,
    [fileURLToPath(new URL("guard.mjs", import.meta.url)), String(server.pid), directory ?? ""],
    { detached: true, stdio: ["pipe", "ignore", "ignore"] },
  );
  const stop = async () => {
    // SIGINT is PostgreSQL's "fast" shutdown, which does not wait for clients.
    server.kill("SIGINT");
    const late = setTimeout(() => server.kill("SIGKILL"), 10_000);
    await exit;
    clearTimeout(late);
    guard.kill("SIGKILL");
  };

  let exited: string | undefined;
  void exit.then((reason) => {
    exited = reason;
  });
  const deadline = Date.now() + patience;
  while (!(await answers())) {
    const failure = exited ?? (Date.now() > deadline ? `it did not answer in ${patience} ms` : undefined);
    if (failure !== undefined) {
      await stop();
      throw new Error(`${command} did not start: ${failure}\n${output()}`);
    }
    await sleep(30);
  }
  return { stop };
}

/** A TCP port on the loopback interface that was free a moment ago. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}

/** What the process printed last, for the message of a failure. */
function tail(child: ChildProcess): () => string {
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (chunk: string) => {
      text = (text + chunk).slice(-4000);
    });
  }
  return () => text;
}
