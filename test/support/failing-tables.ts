import type { Table, Tables, Write } from '../../shared/storage/table.ts'

/** Tables of which `look` sees each commit beforehand: when it throws, nothing is written. */
export const beforeCommit = (tables: Tables, look: (writes: readonly Write[], table: string) => void): Tables => ({
  table(name) {
    const table = tables.table(name)
    const commit: Table['commit'] = async (partition, writes) => {
      look(writes, name)
      return table.commit(partition, writes)
    }
    return { ...table, commit }
  },
})
