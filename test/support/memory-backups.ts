import type { Backups, FileEntry } from '../../shared/backup/ports.ts'
import { SyncError } from '../../shared/core/errors.ts'
import type { MemoryTables } from './memory-tables.ts'

interface File extends FileEntry {
  content: Uint8Array
}

/** Backups in memory; `test/contract/backups.test.ts` holds them to Azurite's behaviour. */
export interface MemoryBackups extends Backups {
  readonly contents: Map<string, File[]>
  /** How many rows a page has. */
  rowsPerPage: number
  /** Whether files can be written no more. */
  isFull: boolean
  /** What happens after each page. */
  afterPage: () => unknown
}

export function createMemoryBackups(tables: Pick<MemoryTables, 'rows'>): MemoryBackups {
  const contents = new Map<string, File[]>()
  const backups: MemoryBackups = {
    contents,
    rowsPerPage: 1000,
    isFull: false,
    afterPage: () => undefined,
    async scan(name, from = '') {
      const place = ({ partitionKey, rowKey }: { partitionKey: string; rowKey: string }) => `${partitionKey}\n${rowKey}`
      const rows = tables
        .rows(name)
        .filter((row) => place(row) > from)
        .sort((one, other) => (place(one) < place(other) ? -1 : 1))
      const page = rows.slice(0, backups.rowsPerPage)
      await backups.afterPage()
      const last = page.at(-1)
      return { rows: page, next: rows.length > page.length && last !== undefined ? place(last) : undefined }
    },
    store: {
      ids: async () => [...contents.keys()].sort(),
      files: async (id) =>
        (contents.get(id) ?? [])
          .map(({ name, facts }) => ({ name, facts }))
          .sort((one, other) => (one.name < other.name ? -1 : 1)),
      async write(id, file, content) {
        if (backups.isFull) throw new SyncError('STORAGE_UNAVAILABLE', 'full')
        const files = contents.get(id) ?? []
        if (files.some(({ name }) => name === file.name)) return false
        contents.set(id, [...files, { ...file, content }])
        return true
      },
      read: async (id, name) => contents.get(id)?.find((file) => file.name === name)?.content,
    },
  }
  return backups
}
