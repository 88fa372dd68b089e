import { days, type EpochMs, epochMs, hours } from '../../../shared/core/time.ts'
import { COMMIT_MAX_WRITES, TABLE_NAMES, type TableName } from '../../../shared/storage/table.ts'
import type { Progress } from '../../support/progress.ts'
import { ASSUMED_DELAYS } from '../assumed-delays.ts'
import { type Counts, minus, NOTHING, plus, times } from './counts.ts'
import { type Deployment, startDeployment } from './deployment.ts'
import { bytesOf } from './metered-tables.ts'
import { connectPeople, type PersonOfUse } from './people.ts'
import { DAYS, type DayKind, RUNNING, USE } from './use.ts'

/** What one account asks for in a month, and what a deployment does without any. */
export interface Month {
  readonly account: Counts
  readonly deployment: Counts
  /** Of one account, when it has been there for a year. */
  readonly stored: Stored
  /** Requests to the vault of one instance that does everything, timers included. */
  readonly vaultPerInstanceHour: number
}

export interface Stored {
  readonly rows: number
  readonly bytes: number
}

interface Extent {
  /** How many of each kind are simulated. */
  readonly accounts: number
  /** Every day is a working day, and no mailbox is polled: a third of the time, and not to be relied on. */
  readonly isRough: boolean
}

const DAYS_A_MONTH: Readonly<Record<DayKind, number>> = { working: USE.workingDaysAMonth, quiet: USE.quietDaysAMonth }
const ALL_DAYS = USE.workingDaysAMonth + USE.quietDaysAMonth

export async function countMonth({ accounts, isRough }: Extent, progress: Progress): Promise<Month> {
  const kinds: readonly DayKind[] = isRough ? ['working'] : ['working', 'quiet']
  const modes = isRough ? [false] : [false, true]
  let passed = 0
  const look = () => progress.at(++passed, kinds.length * (modes.length + 1))
  const nobody = await simulate({ accounts: 0, isPolled: false, kinds, look })
  const simulated: Simulated[] = []
  for (const isPolled of modes) simulated.push(await simulate({ accounts, isPolled, kinds, look }))
  const share = (at: number) => (modes.length === 1 ? 1 : at === 0 ? 1 - USE.polledShare : USE.polledShare)
  const mixed = (of: (one: Simulated) => number) =>
    simulated.reduce((sum, one, at) => sum + ((of(one) - of(nobody)) / accounts) * share(at), 0)
  const account = simulated
    .map((one, at) => times(minus(one.month, nobody.month), share(at) / accounts))
    .reduce((sum, one) => plus(sum, one))
  return {
    account: wokenTogether(account),
    deployment: nobody.month,
    stored: { rows: mixed(({ stored }) => stored.rows), bytes: mixed(({ stored }) => stored.bytes) },
    vaultPerInstanceHour: (simulated[0]?.month.vault['requests'] ?? 0) / (ALL_DAYS * 24),
  }
}

/**
 * The timer wakes a hundred accounts of a partition with one commit and one send, where there are so many; the few that
 * are simulated are woken one by one.
 */
export function wokenTogether(account: Counts): Counts {
  const { planned = 0 } = account.queue
  const { commit = 0, ...others } = account.tables
  const wakingMs = ((ASSUMED_DELAYS.table + ASSUMED_DELAYS.queue / 2) * planned) / COMMIT_MAX_WRITES
  return {
    ...account,
    tables: { ...others, commit: commit - planned + planned / COMMIT_MAX_WRITES },
    busyMs: { ...account.busyMs, timer: wakingMs },
  }
}

interface Simulated {
  readonly month: Counts
  readonly stored: Stored
}

interface Simulation {
  readonly accounts: number
  readonly isPolled: boolean
  readonly kinds: readonly DayKind[]
  /** Called after each day. */
  readonly look: () => void
}

/** A day of each kind, made a month of. */
async function simulate({ accounts, isPolled, kinds, look }: Simulation): Promise<Simulated> {
  const deployment = await startDeployment()
  const people = await connectPeople(deployment, accounts, isPolled)
  await deployment.pass(hours(2))
  let month = NOTHING
  let grown: Stored = { rows: 0, bytes: 0 }
  for (const kind of kinds) {
    const before = storedOf(deployment).audit
    const share = kinds.length === 1 ? ALL_DAYS : DAYS_A_MONTH[kind]
    month = plus(month, times(await passDay(deployment, people, kind), share))
    grown = added(grown, growth(before, storedOf(deployment).audit), share * RUNNING.auditMonths)
    look()
  }
  // The trail grows for a year before it forgets anything; what else is kept goes within a month, or is replaced.
  return { month, stored: added(storedOf(deployment).all, grown, 1) }
}

const growth = (before: Stored, after: Stored): Stored => ({
  rows: after.rows - before.rows,
  bytes: after.bytes - before.bytes,
})

const added = (one: Stored, other: Stored, times: number): Stored => ({
  rows: one.rows + other.rows * times,
  bytes: one.bytes + other.bytes * times,
})

async function passDay(deployment: Deployment, people: readonly PersonOfUse[], kind: DayKind): Promise<Counts> {
  const { fixture, meter } = deployment
  const midnight: EpochMs = epochMs(fixture.clock.now())
  const before = meter.now()
  await deployment.pass(days(1), async () => {
    for (const person of people) await person.act(DAYS[kind], midnight)
  })
  return minus(meter.now(), before)
}

function storedOf({ fixture }: Deployment): { readonly all: Stored; readonly audit: Stored } {
  const of = (names: readonly TableName[]): Stored => {
    const rows = names.flatMap((name) => fixture.tables.rows(name))
    return { rows: rows.length, bytes: rows.reduce((sum, row) => sum + bytesOf(row), 0) }
  }
  return { all: of(TABLE_NAMES), audit: of(['audit']) }
}
