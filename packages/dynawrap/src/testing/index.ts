import { batchCases } from "./cases/batches.js";
import { collectionCases } from "./cases/collections.js";
import { conditionCases } from "./cases/conditions.js";
import { expiryCases } from "./cases/expiry.js";
import { explanationCases } from "./cases/explanations.js";
import { fieldCases } from "./cases/fields.js";
import { indexCases } from "./cases/indexes.js";
import { keyRefusalCases } from "./cases/key-refusals.js";
import { keyCases } from "./cases/keys.js";
import { layoutCases } from "./cases/layouts.js";
import { multiReadCases } from "./cases/multi-reads.js";
import { neighbourCases } from "./cases/neighbours.js";
import { optionCases } from "./cases/options.js";
import { ownershipCases } from "./cases/ownership.js";
import { pagingCases } from "./cases/paging.js";
import { prefixCases } from "./cases/prefixes.js";
import { projectionCases } from "./cases/projections.js";
import { queryCases } from "./cases/queries.js";
import { rangeBoundCases } from "./cases/range-bounds.js";
import { rangeCases } from "./cases/ranges.js";
import { scanCases } from "./cases/scans.js";
import { tableCases } from "./cases/tables.js";
import { transactionCases } from "./cases/transactions.js";
import { updateCases } from "./cases/updates.js";
import { valueRefusalCases } from "./cases/value-refusals.js";
import { valueCases } from "./cases/values.js";
import { versionCases } from "./cases/versions.js";
import { writeOptionCases } from "./cases/write-options.js";
import { writeCases } from "./cases/writes.js";
import type { ConformanceCase } from "./conformance-case.js";

export type { ConformanceCase, Needs } from "./conformance-case.js";

/**
 * What every backend must do, whatever it stores in: hold your own to it, under any test runner. The cases need a
 * table that exists, new or in use, and may run in any order or at once. They leave their items behind, and a few
 * create tables whose names begin with that of the given one.
 *
 * @example
 * for (const { subject, title, run } of conformanceCases) {
 *   test(`${subject}: ${title}`, () => run(backend, table));
 * }
 */
export const conformanceCases: readonly ConformanceCase[] = [
  ...keyCases,
  ...keyRefusalCases,
  ...prefixCases,
  ...neighbourCases,
  ...queryCases,
  ...valueCases,
  ...fieldCases,
  ...valueRefusalCases,
  ...writeCases,
  ...batchCases,
  ...tableCases,
  ...layoutCases,
  ...indexCases,
  ...projectionCases,
  ...rangeCases,
  ...rangeBoundCases,
  ...ownershipCases,
  ...collectionCases,
  ...pagingCases,
  ...conditionCases,
  ...writeOptionCases,
  ...explanationCases,
  ...expiryCases,
  ...multiReadCases,
  ...scanCases,
  ...transactionCases,
  ...updateCases,
  ...versionCases,
  ...optionCases,
];
