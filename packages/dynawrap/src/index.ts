export type { Backend, Capabilities, CollectionQuery, ReadOf } from "./core/backend.js";
export {
  type Alternatives,
  allOf,
  anyOf,
  type BeginningOfText,
  beginsWith,
  between,
  contains,
  eq,
  exists,
  gt,
  gte,
  type InsideOf,
  lt,
  lte,
  missing,
  ne,
  nested,
  not,
  oneOf,
  type PartOf,
  type Range,
  type RangeKind,
  type SizeOf,
  size,
  type Test,
  type TestKind,
  type Where,
  type WhereFields,
} from "./core/condition.js";
export type { Upcast } from "./core/description.js";
export {
  type AnyDynawrapError,
  DynawrapError,
  type ErrorCode,
  type ErrorDetails,
  type Issue,
  isDynawrapError,
  type TransactionFailure,
} from "./core/errors.js";
export type { IndexDefinition, IndexDefinitions, IndexNamesIn, SideOf } from "./core/index-key.js";
export type { ItemBase } from "./core/item.js";
export type { KeyValue } from "./core/key-value.js";
export type { KeyAttribute, Projection, TableIndex, TableLayout } from "./core/layout.js";
export {
  type AnyItem,
  type CollectionKeyOf,
  DBItem,
  type DefinedModel,
  type FieldOfModel,
  type IndexOf,
  type InputOf,
  type ItemOf,
  type KeyOf,
  type Model,
  type ModelClass,
  type ModelDefinition,
  type ModelTypes,
  type PickedOf,
  type QueryKeyOf,
  type ResultOf,
  type TypesOf,
  type WhereOf,
} from "./core/model.js";
export type { Consumed, Observer, OperationEvent } from "./core/observer.js";
export type {
  BackendOptions,
  BatchChanges,
  BatchOptions,
  CallOptions,
  CollectionOptions,
  DeleteOptions,
  GetOptions,
  Items,
  OnError,
  QueryOptions,
  ReadOptions,
  SaveOptions,
  ScanOptions,
  UnknownRow,
} from "./core/options.js";
export type { Explanation, ItemPage, PageOptions, Query } from "./core/query.js";
export type {
  CollectionKey,
  KeySides,
  OnlyAfterExact,
  ParsedKey,
  PrefixKey,
  QueryKey,
  SidesOf,
} from "./core/query-key.js";
export type { StoredKey } from "./core/stored-key.js";
export {
  type AnyTable,
  type ItemIn,
  type KeyAttributeDefinition,
  type ModelIn,
  Table,
  type TableDefinition,
  type TableIndexDefinition,
  type TableIndexDefinitions,
  type TableOf,
} from "./core/table.js";
export type { Transaction } from "./core/transaction.js";
