/**
 * The globals that the pure floors may use: what Node, Deno, Bun, Lambda and every browser have alike.
 * Only the parts in use are declared, so that a new one is a decision and not an accident.
 */

interface AbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  throwIfAborted(): void;
  addEventListener(type: "abort", listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: "abort", listener: () => void): void;
}
declare const AbortSignal: {
  any(signals: readonly AbortSignal[]): AbortSignal;
  timeout(milliseconds: number): AbortSignal;
};

interface AbortController {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
}
declare const AbortController: { new (): AbortController };

/** A browser's timer is a number and Node's an object: neither is looked into, save for `unref?.()`. */
interface Timer {
  unref?(): unknown;
}
declare function setTimeout(callback: () => void, milliseconds?: number): Timer;
declare function clearTimeout(timer: Timer | undefined): void;
declare function queueMicrotask(callback: () => void): void;

declare class TextEncoder {
  encode(text?: string): Uint8Array;
}
declare class TextDecoder {
  constructor(label?: "utf-8", options?: { fatal?: boolean; ignoreBOM?: boolean });
  decode(bytes?: Uint8Array): string;
}

declare function atob(base64: string): string;
declare function btoa(binary: string): string;
declare function structuredClone<Value>(value: Value): Value;

declare const performance: { now(): number };
/** A key of the web's cryptography; nobody looks into it. */
interface WebKey {
  readonly type: string;
}
interface HmacAlgorithm {
  readonly name: string;
  readonly hash: string;
}
declare const crypto: {
  randomUUID(): string;
  getRandomValues(bytes: Uint8Array): Uint8Array;
  readonly subtle: {
    importKey(
      format: "raw",
      key: Uint8Array,
      algorithm: HmacAlgorithm,
      extractable: boolean,
      uses: ("sign" | "verify")[],
    ): Promise<WebKey>;
    sign(algorithm: HmacAlgorithm, key: WebKey, data: Uint8Array): Promise<ArrayBuffer>;
    verify(algorithm: HmacAlgorithm, key: WebKey, signature: Uint8Array, data: Uint8Array): Promise<boolean>;
  };
};
declare const console: { warn(...message: readonly unknown[]): void };
