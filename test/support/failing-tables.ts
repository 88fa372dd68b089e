import type { Table, TableName, Tables, Write } from '../../shared/storage/table.ts'

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

type Commit = () => ReturnType<Table['commit']>

/** Tables of which `act` carries out each commit, and whatever it likes besides. */
export const aroundCommit = (
  tables: Tables,
  act: (table: TableName, writes: readonly Write[], commit: Commit) => ReturnType<Table['commit']>,
): Tables => ({
  table(name) {
    const table = tables.table(name)
    const commit: Table['commit'] = (partition, writes) => act(name, writes, () => table.commit(partition, writes))
    return { ...table, commit }
  },
})

/** Tables of which each read waits for `act`. */
export const beforeRead = (tables: Tables, act: (table: TableName, partition: string) => Promise<unknown>): Tables => ({
  table(name) {
    const table = tables.table(name)
    const get: Table['get'] = async (partition, rowKey) => {
      await act(name, partition)
      return table.get(partition, rowKey)
    }
    const range: Table['range'] = async function* (partition, ...rest) {
      await act(name, partition)
      yield* table.range(partition, ...rest)
    }
    return { ...table, get, range }
  },
})
