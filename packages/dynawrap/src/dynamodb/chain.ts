import { entriesOf, type Handler, type Middleware, type Stack } from "./middleware.js";
import { hearSilence } from "./silence.js";
import { type Collect, replaceSerde } from "./wire.js";

/** A command of the SDK, as its client sends it. */
interface SdkCommand {
  readonly constructor: new (input: object) => SdkCommand;
  resolveMiddleware?: Resolve;
}

type Resolve = (this: SdkCommand, stack: Stack, config: Config, options: object | undefined) => Handler;

/** What of a client's configuration is looked at here. */
interface Config {
  readonly streamCollector?: Collect;
  readonly requestHandler?: unknown;
  readonly logger?: object;
}

/** The SDK's middleware and ours, resolved to one handler, and what it was made of. */
interface Chain {
  readonly handler: Handler;
  readonly parts: readonly unknown[];
}

/** Chains by the configuration of their client, and by the class of the command. */
const chains = new WeakMap<Config, Map<unknown, Chain>>();

/**
 * A command that goes through the SDK's middleware with our own reading and writing of JSON in it, and shares the chain
 * of them with the commands of its class, where the SDK would make one for each. The chain is made anew when the
 * caller has changed the client's middleware, and for a call that has options of its own, as one with a signal has.
 *
 * The command stays what it is, with an ordinary `input`; its output has bytes in base64. What only looks like a command
 * or a client of the SDK is left alone.
 */
export function chained<Command extends object>(command: Command): Command {
  const sdk = command as SdkCommand;
  if (typeof resolverOf(sdk) === "function") sdk.resolveMiddleware = resolveShared;
  return command;
}

/** One function for all commands: one of its own for each is a closure that V8 takes for long-lived, with all it reaches. */
function resolveShared(this: SdkCommand, stack: Stack, config: Config, options: object | undefined): Handler {
  if (options !== undefined) return resolve(this, stack, config, options);
  const parts = partsOf(stack, config);
  const known = chains.get(config) ?? new Map<unknown, Chain>();
  chains.set(config, known);
  const chain = known.get(this.constructor);
  if (chain && isSame(chain.parts, parts)) return chain.handler;
  // A command without input stands for all: the chain outlives the one that it was made for.
  const handler = resolve(new this.constructor({}), stack, config, undefined);
  known.set(this.constructor, { handler, parts });
  return handler;
}

/** Has the SDK put its middleware together, with what is ours in the stack. */
function resolve(command: SdkCommand, stack: Stack, config: Config, options: object | undefined): Handler {
  const concat = (other: Stack): Stack => {
    const whole = stack.concat(other);
    // Input and output are walked through for the logger, even where it throws away all that it is told.
    if (config.logger?.constructor.name === "NoOpLogger") whole.remove("loggerMiddleware");
    replaceSerde(whole, config.streamCollector);
    hearSilence(whole);
    return whole;
  };
  return (resolverOf(command) as Resolve).call(command, { ...stack, concat }, config, options);
}

/** The SDK's own method, which every command has from its class. */
function resolverOf(command: SdkCommand): Resolve | undefined {
  return (Object.getPrototypeOf(command) as SdkCommand).resolveMiddleware;
}

function partsOf(stack: Stack, { requestHandler, logger }: Config): readonly unknown[] {
  return [requestHandler, logger, ...entriesOf(stack).map(([middleware]): Middleware => middleware)];
}

function isSame(left: readonly unknown[], right: readonly unknown[]): boolean {
  return left.length === right.length && left.every((part, place) => part === right[place]);
}
