import { invalidTable, type TableIndex, type TableLayout } from "../core/layout.js";
import type { Call, Page, PageRequest } from "../engine/driver.js";
import type { Statement } from "./client.js";
import type { Connection } from "./connection.js";
import { lacksColumn, postgresError } from "./errors.js";
import { type FoundPage, readPage } from "./found-page.js";
import type { PageSource } from "./pages.js";
import type { PostgresRow } from "./row.js";

/** A page is made of as many rows as are likely to have about this size, as DynamoDB's pages do. */
const pageBytes = 1_000_000;
/** The size of rows is learned from those before: few enough that a page of the longest items of all can be held. */
const mostRows = 500;
/** How long it is taken for granted that a table lacks the columns of an index, in milliseconds. */
const remembered = 60_000;

/** Runs one statement of a page. */
type Read = (statement: (source: PageSource) => Statement) => Promise<FoundPage>;

/** Reads pages of a size that suits the rows, from indexes with and without columns. */
export class PageReader {
  readonly #connection: Connection;
  /** About how many rows make a page of each kind, from the pages read so far. */
  readonly #rows = new Map<string, number>();
  /** Until when an index is read without columns, by table and index. */
  readonly #columnless = new Map<string, number>();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** @param work reads the pieces of the page, which together have at most the given number of rows. */
  async read(
    source: Omit<PageSource, "derive">,
    { rows: wanted, filter, attributes }: PageRequest,
    call: Call,
    work: (read: Read, most: number) => Promise<readonly (FoundPage | undefined)[]>,
  ): Promise<Page<PostgresRow>> {
    // Rows that a filter leaves out cost nothing to bring, and neither do attributes that nobody needs.
    const kind = JSON.stringify([source.layout.name, source.index?.name, filter !== undefined, attributes]);
    const most = Math.min(wanted, this.#rows.get(kind) ?? 100);
    const pages = (await work((statement) => this.#run(source, statement, call), most)).filter(
      (page) => page !== undefined,
    );
    const [first] = pages;
    const rows = first && pages.length === 1 ? first.rows : pages.flatMap((page) => page.rows);
    const examined = pages.reduce((sum, page) => sum + page.examined, 0);
    const bytes = pages.reduce((sum, page) => sum + page.bytes, 0);
    call.meter.rows += examined;
    call.meter.bytes += bytes;
    if (examined > 0) {
      const fitting = Math.floor((pageBytes / (bytes + 1)) * examined);
      this.#rows.set(kind, Math.min(mostRows, Math.max(4, fitting)));
    }
    return { rows, next: examined === most ? pages.at(-1)?.last : undefined, examined };
  }

  /** Forgets what tables lack, after one has changed. */
  forget(): void {
    this.#columnless.clear();
  }

  async #run(
    from: Omit<PageSource, "derive">,
    statement: (source: PageSource) => Statement,
    call: Call,
  ): Promise<FoundPage> {
    const { layout, index } = from;
    const name = JSON.stringify([layout.name, index?.name]);
    const derive = layout.bare && (this.#columnless.get(name) ?? 0) > Date.now();
    const source = { ...from, derive };
    try {
      return readPage(await this.#connection.run(statement(source), call), source);
    } catch (error) {
      if (index === undefined || derive || !lacksColumn(error)) {
        throw postgresError(error, [layout.name], call);
      }
      if (!layout.bare) throw lackingIndex(layout, index, error);
      this.#columnless.set(name, Date.now() + remembered);
      return this.#run(from, statement, call);
    }
  }
}

function lackingIndex({ name }: TableLayout, index: TableIndex, cause: unknown): unknown {
  const problem = `lacks the columns of the index ${index.name}, which createTable adds, or is not one of this library's tables`;
  return invalidTable(name, problem, cause);
}
