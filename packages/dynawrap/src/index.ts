export type {
  Backend,
  BatchChanges,
  BatchOptions,
  CallOptions,
  Capabilities,
  GetOptions,
  Items,
  OnError,
  Query,
  QueryOptions,
} from "./core/backend.js";
export type { Upcast } from "./core/description.js";
export {
  type AnyDynawrapError,
  DynawrapError,
  type ErrorCode,
  type ErrorDetails,
  type Issue,
  isDynawrapError,
} from "./core/errors.js";
export type { IndexDefinition, IndexDefinitions } from "./core/index-key.js";
export type { ItemBase } from "./core/item.js";
export type { OnlyAfterExact, ParsedKey, QueryKey } from "./core/key.js";
export type { KeyValue } from "./core/key-value.js";
export {
  type AnyItem,
  DBItem,
  type DefinedModel,
  type IndexOf,
  type InputOf,
  type ItemOf,
  type KeyOf,
  type Model,
  type ModelClass,
  type ModelDefinition,
  type ModelTypes,
  type QueryKeyOf,
  type TypesOf,
} from "./core/model.js";
export type { StoredKey } from "./core/stored-key.js";
