import { expectOthers, headsIn } from '../../../shared/backup/put-back.ts'
import { type DurationMs, hours, minutes } from '../../../shared/core/time.ts'
import type { Dice } from '../../support/dice.ts'
import { RESTORED } from '../../support/erasing.ts'
import type { MemoryTables } from '../../support/memory-tables.ts'
import type { User } from '../people/users.ts'
import { beginAnew } from '../people/wish.ts'
import type { Owner, Scheduler } from '../scheduler.ts'
import type { Cluster } from './cluster.ts'
import type { NewerRelease } from './newer-release.ts'

interface Dependencies {
  readonly scheduler: Scheduler
  readonly dice: Dice
  readonly tables: MemoryTables
  readonly cluster: Cluster
  readonly users: readonly User[]
  readonly newer: NewerRelease
  /** What the tables are not lost before. */
  readonly after: Promise<unknown> | undefined
}

/** The keys stand first and last in a backup, so that no row is without its key. */
const ORDER = [...RESTORED.filter((name) => name !== 'keys'), 'keys'] as const

/**
 * Copies the tables, one after the other while they change, and later puts them back, as an operator does who has lost
 * them: with the service stopped, and the ledger and the trail as they are (S6, G9).
 */
export async function restoreOnce(dependencies: Dependencies): Promise<void> {
  const { scheduler, dice, tables, cluster, users, newer, after } = dependencies
  const clock = scheduler.clock({ name: 'operator', alive: true } satisfies Owner)
  const some = (most: DurationMs) => clock.sleep(dice.below(most) as DurationMs)
  await some(dice.pick([minutes(2), minutes(30)]))
  // The service makes its backups itself, and has a key record since its first start.
  while (tables.rows('keys').length === 0) await clock.sleep(minutes(1))
  const backup = scheduler.now()
  const copies: (() => void)[] = []
  for (const name of ORDER) {
    scheduler.note(`  BACKUP of ${name}`)
    copies.push(tables.backup(name))
    await some(minutes(1))
  }
  // Longer than the ledger's beat: what was restored at once is not older than it.
  await clock.sleep((minutes(3) + dice.below(dice.pick([minutes(5), hours(2)]))) as DurationMs)
  await after
  scheduler.note('THE TABLES ARE RESTORED')
  const start = cluster.stop()
  for (const restore of copies) restore()
  newer.forgetKeys()
  cluster.microsoft.emptyRounds.forgotten()
  const putting = { tables, clock: { ...clock, now: scheduler.now } }
  await expectOthers(putting, tables.rows('organisations'), new Set(headsIn(tables.rows('accounts'))))
  for (const { notebook, ledger, integrators } of users) {
    beginAnew(notebook, ledger.tick())
    for (const { client, follower } of integrators) if (!client.isRetired) follower?.startOver()
  }
  start()
  const clients = users.flatMap(({ integrators }) => integrators.map(({ client }) => client))
  await Promise.all(clients.map((client) => client.connectAfter(backup)))
}
