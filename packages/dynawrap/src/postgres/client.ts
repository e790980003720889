/** One statement with its parameters; values never stand in the text. */
export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

export type ResultRow = { readonly [column: string]: unknown };

/** What a client answers a statement with. */
export interface Answer {
  readonly rows: ResultRow[];
  /** Its columns, each with the number of its type in the catalog; clients of pg say them. */
  readonly fields?: readonly { readonly name: string; readonly dataTypeID: number }[];
}

/** A `Client` of pg, connected, or one that a pool has lent. */
export interface PgClient {
  query(statement: { text: string; values: unknown[]; name?: string }): Promise<Answer>;
  release?(destroy?: boolean): void;
  on?(event: "error", listener: () => void): unknown;
  off?(event: "error", listener: () => void): unknown;
  end?(): Promise<void>;
}

/** A `Pool` of pg. */
export interface PgPool {
  readonly totalCount: number;
  connect(): Promise<PgClient>;
  end(): Promise<void>;
}

/** A `PGlite`: PostgreSQL in this process. */
export interface PGliteClient {
  readonly waitReady: Promise<void>;
  query(text: string, values?: unknown[]): Promise<{ rows: ResultRow[] }>;
  transaction<Result>(work: (transaction: Pick<PGliteClient, "query">) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

/** What `PostgresBackend` takes; only the shape counts, so that no driver package is needed for another. */
export type PostgresClient = PgClient | PgPool | PGliteClient;
