import { asSyncError } from '../../../shared/core/errors.ts'
import type { MemoryTables } from '../../support/memory-tables.ts'
import type { User } from '../people/users.ts'
import type { Cluster } from '../service/cluster.ts'
import { grantsOf, openErasures, plansOf, rowsOf } from './erasures.ts'
import type { Inspector } from './inspector.ts'

/** What is there of somebody who has erased everything (K7); empty when nothing is. */
export async function remains(
  { person, leaver }: User,
  { tables, cluster, inspector }: { tables: MemoryTables; cluster: Cluster; inspector: Inspector },
): Promise<readonly string[]> {
  const { account } = await inspector.inspect(person).catch(unreadable(inspector, person))
  // A plan that a backup has brought back goes when it is due and leads to nobody.
  const isLost = cluster.logged.some(isRestored)
  const plans = isLost ? [] : plansOf(tables, account)
  const left = [...rowsOf(tables, account), ...plans, ...grantsOf(tables, inspector.blind, account)]
  // A key that the backup has without its account opens nothing, and nobody names it.
  const isOrphan = (row: string) => isLost && leaver.fate === 'disconnected' && row.startsWith('keys ')
  const isOpen = openErasures(tables).includes(account)
  // Of a disconnected account that the backup did not have there was nothing to erase.
  const isEntered =
    (isLost && leaver.fate === 'disconnected') ||
    tables.rows('ledger').some(({ properties }) => properties['account'] === account)
  return [
    ...left
      .filter((row) => !isOrphan(row))
      .slice(0, 4)
      .map((row) => `K7: an erased account has left ${row}`),
    ...(isOpen ? ['K7: an erasure does not come to its end'] : []),
    ...(isEntered ? [] : ['K7: an erasure is not in the ledger']),
    ...leftAtMicrosoft(cluster, person, account).map((what) => `K7: an erased account has left ${what}`),
  ]
}

/**
 * Subscriptions of somebody who has left. Some may last until they end by themselves: of a mailbox that could not be asked,
 * and those which only tables or rows knew that were lost. So do those that were asked for before and came about after it.
 */
export function leftAtMicrosoft({ logged, microsoft }: Cluster, { oid }: User['person'], account: string): string[] {
  const isExcused = (line: string) =>
    isRestored(line) || (/"(subscription(s-left|-unnoted)|account-repaired)"/.test(line) && line.includes(account))
  const subscriptions = microsoft.graph.subscriptions
    .list()
    .filter((one) => one.oid === oid && !microsoft.lateSubscriptions.has(one.id))
  return subscriptions.length > 0 && !logged.some(isExcused) ? ['a subscription'] : []
}

const isRestored = (line: string): boolean => line.includes('"restore-noticed"')

const unreadable =
  ({ accountOf }: Inspector, person: User['person']) =>
  (error: unknown) => {
    if (asSyncError(error).code !== 'KEY_MISSING') throw error
    return { account: accountOf(person) }
  }
