import type { StoredRow, TableName } from '../storage/table.ts'

/** Some rows of a table, in the order of their keys. */
export interface Page {
  readonly rows: readonly StoredRow[]
  /** Where the next page begins; absent after the last one. Opaque, ASCII, and good for days. */
  readonly next: string | undefined
}

/** Reads a whole table, a page at a time. @throws SyncError `STORAGE_UNAVAILABLE`. */
export type ScanTable = (name: TableName, from: string | undefined) => Promise<Page>

/** A file of a backup, without its content. */
export interface FileEntry {
  readonly name: string
  /** What was written beside the content. */
  readonly facts: string
}

/** Where backups are. Files are made once and never changed. Every method may fail with `STORAGE_UNAVAILABLE`. */
export interface BackupStore {
  /** Of all backups, oldest first, whether or not they are complete. */
  ids(): Promise<readonly string[]>
  /** The files of one backup, in the order of their names. */
  files(id: string): Promise<readonly FileEntry[]>
  /** @param facts short, ASCII. @returns false when there is a file of this name; it stays as it is. */
  write(id: string, file: FileEntry, content: Uint8Array): Promise<boolean>
  /** @returns undefined when there is no such file. */
  read(id: string, name: string): Promise<Uint8Array | undefined>
}

/** What copying the tables takes. */
export interface Backups {
  readonly scan: ScanTable
  readonly store: BackupStore
}
