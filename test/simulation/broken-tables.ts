import type { Tables, Write } from '../../shared/storage/table.ts'

type Commit = (partitionKey: string, writes: readonly Write[]) => Promise<readonly string[]>

/** Tables whose commits to accounts' partitions are done in another way. */
const withCommit =
  (change: (commit: Commit) => Commit) =>
  (tables: Tables): Tables => ({
    table(name) {
      const table = tables.table(name)
      return name === 'accounts' ? { ...table, commit: change(table.commit) } : table
    },
  })

/** A service without the fence: the head row is written whatever another handler has done meanwhile. */
export const withoutFence = withCommit(
  (commit) => (partitionKey, writes) =>
    commit(
      partitionKey,
      writes.map((write) => (write.kind === 'replace' ? { ...write, kind: 'upsert' } : write)),
    ),
)

const isState = ({ rowKey }: Write) => rowKey.startsWith('state.')

/** A service that moves the cursor first, and writes what it read afterwards. */
export const withCursorFirst = withCommit((commit) => async (partitionKey, writes) => {
  const [state, rest] = [writes.filter(isState), writes.filter((write) => !isState(write))]
  if (state.length === 0 || rest.length === 0) return commit(partitionKey, writes)
  const etags = await commit(partitionKey, state)
  await commit(partitionKey, rest)
  return [...rest.map(() => ''), ...etags]
})
