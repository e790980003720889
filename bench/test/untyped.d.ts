declare module "*/stub-suite.mjs" {
  interface Job {
    before?(): void;
    start(): unknown;
    after?(count: number): void;
  }
  export function prepare(
    contender: object,
    settings: { size: string; longest: number },
  ): Promise<Record<string, Job>>;
}
