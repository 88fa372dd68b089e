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

const isOf = (kind: string) => (write: Write) => write.rowKey.startsWith(`${kind}.`)

/** A service that remembers a creation after the call only: the agreement goes with the action's outcome, or not at all. */
export const withoutAttempts = withCommit((commit) => async (partitionKey, writes) => {
  if (writes.some(isOf('action'))) return commit(partitionKey, writes)
  const kept = writes.filter((write) => !isOf('agreement')(write))
  const etags = await commit(partitionKey, kept)
  return writes.map((write) => etags[kept.indexOf(write)] ?? '')
})

/** A service whose cache learns nothing from what it writes to Microsoft 365. */
export const withoutLessons = withCommit((commit) => async (partitionKey, writes) => {
  if (!writes.some(isOf('action')) || !writes.some(isOf('state'))) return commit(partitionKey, writes)
  const kept = writes.filter((write) => ['action', 'agreement', 'state'].some((kind) => isOf(kind)(write)))
  const etags = await commit(partitionKey, kept)
  return writes.map((write) => etags[kept.indexOf(write)] ?? '')
})

/** Tables in which some writes are not done. */
const withoutWrites =
  (isLost: (table: string, write: Write) => boolean) =>
  (tables: Tables): Tables => ({
    table(name) {
      const table = tables.table(name)
      return {
        ...table,
        async commit(partitionKey, writes) {
          const kept = writes.filter((write) => !isLost(name, write))
          const etags = kept.length === 0 ? [] : await table.commit(partitionKey, kept)
          return writes.map((write) => etags[kept.indexOf(write)] ?? '')
        },
      }
    },
  })

/** A service that keeps whoever has left on the list of their organisation. */
export const withoutFarewell = withoutWrites(
  (table, { kind, rowKey }) => table === 'organisations' && kind === 'delete' && rowKey.startsWith('member.'),
)

/** A service that writes down nowhere what it has changed. */
export const withoutChangeLog = withoutWrites((table, write) => table === 'accounts' && isOf('change')(write))
