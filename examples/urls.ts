import { inject } from "vitest";

const server = (url: string | undefined): string => url ?? "";

const all = {
  memory: () => "memory:",
  pglite: () => "pglite:",
  postgres: () => server(inject("postgres")),
  dynamodb: () => server(inject("dynamodb")?.endpoint.replace(/^http/, "dynamodb")),
};

/** The backends of this test run, as the URLs that `connect` takes: `BACKENDS=memory,pglite` chooses among them. */
export const urls: readonly (readonly [name: string, url: string])[] = inject("backends").map(
  (name) => [name, all[name]()] as const,
);
