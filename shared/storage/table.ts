/** A value of a table property. `Uint8Array` is Edm.Binary (at most 64 KiB each), `number` is Edm.Int32 or Edm.Double. */
export type Property = string | number | boolean | Uint8Array

export type Properties = Readonly<Record<string, Property>>

export interface StoredRow {
  readonly partitionKey: string
  readonly rowKey: string
  /** Changes with every write; opaque. */
  readonly etag: string
  readonly properties: Properties
}

/**
 * One write of a commit. `insert` fails with `ROW_EXISTS` when the row is there; `replace` and `delete` with an etag fail
 * with `ROW_CHANGED` when the row is not there or has another etag; `upsert` always writes; `delete` without etag of a
 * row that is not there fails the commit with `ROW_CHANGED` too (the service answers 404 for the whole transaction).
 */
export type Write =
  | { readonly kind: 'insert'; readonly rowKey: string; readonly properties: Properties }
  | { readonly kind: 'upsert'; readonly rowKey: string; readonly properties: Properties }
  | { readonly kind: 'replace'; readonly rowKey: string; readonly properties: Properties; readonly etag: string }
  | { readonly kind: 'delete'; readonly rowKey: string; readonly etag?: string | undefined }

/** The write of a row that was read before: `etag` is that of what was there, undefined when there was nothing. */
export const insertOrReplace = (rowKey: string, properties: Properties, etag: string | undefined): Write =>
  etag === undefined ? { kind: 'insert', rowKey, properties } : { kind: 'replace', rowKey, properties, etag }

/** The service's limits for one commit (entity-group transaction). */
export const COMMIT_MAX_WRITES = 100
export const COMMIT_MAX_BYTES = 4 * 1024 * 1024

/** Rows that a range leaves out: those with `from <= rowKey < to`, all but one. */
export interface Gap {
  readonly from: string
  readonly to: string
  readonly but: string
}

/** One table of the data account. Every method is one request, except `range`, which is one request per page. */
export interface Table {
  readonly name: string
  /** @returns undefined only when the service answered 404. @throws SyncError `STORAGE_UNAVAILABLE`. */
  get(partitionKey: string, rowKey: string): Promise<StoredRow | undefined>
  /** Rows of one partition with `from <= rowKey < to`, in row key order, in pages of at most 1,000; without the gap. */
  range(partitionKey: string, from: string, to: string, gap?: Gap): AsyncIterable<readonly StoredRow[]>
  /**
   * All writes or none, in one partition, each row at most once. At most `COMMIT_MAX_WRITES` writes.
   * @returns the new etag of each write, in order (empty for deletes).
   * @throws SyncError `ROW_CHANGED`, `ROW_EXISTS`: nothing was written, read again and decide again.
   * @throws SyncError `STORAGE_UNAVAILABLE`: nothing was written, for certain.
   * @throws SyncError `OUTCOME_UNKNOWN`: written or not; read again before doing anything else.
   */
  commit(partitionKey: string, writes: readonly Write[]): Promise<readonly string[]>
}

/** The tables of the data account, by name. @see schema.md for what each holds. */
export interface Tables {
  table(name: TableName): Table
}

export const TABLE_NAMES = [
  'accounts',
  'audit',
  'keys',
  'ledger',
  'oauth',
  'operations',
  'organisations',
  'rates',
  'schedule',
] as const
export type TableName = (typeof TABLE_NAMES)[number]
