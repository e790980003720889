/** A request as the SDK sends it. */
export interface Request {
  body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: object;
}

/** A command on its way through the SDK. */
export interface Step {
  readonly input: object;
  readonly request?: Request;
}

/** What came back, and what has been read from it. */
export interface Answer {
  readonly response: {
    readonly statusCode?: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: unknown;
  };
  readonly output?: object;
}

export type Handler = (step: Step) => Promise<Answer>;

/** What the SDK's middleware knows of a command beside its input. */
export interface Context {
  readonly endpointV2?: { readonly url?: URL };
}

export type Middleware = (next: Handler, context: Context) => Handler;

/** Where in its stack a middleware stands. */
export interface Entry {
  readonly name?: string;
  readonly step?: string;
  readonly priority?: string;
  readonly middleware?: Middleware;
}

/** What the SDK's stacks of middleware can do, in all versions. */
export interface Stack {
  add(middleware: Middleware, entry: Entry): void;
  remove(name: string): boolean;
  concat(other: Stack): Stack;
  applyToStack(other: {
    add(middleware: Middleware, entry: Entry): void;
    addRelativeTo(middleware: Middleware, entry: Entry): void;
  }): void;
}

/** The middleware of a stack, in any order. */
export function entriesOf(stack: Stack): readonly (readonly [Middleware, Entry])[] {
  const found: (readonly [Middleware, Entry])[] = [];
  const add = (middleware: Middleware, entry: Entry): void => {
    found.push([middleware, entry]);
  };
  stack.applyToStack({ add, addRelativeTo: add });
  return found;
}
