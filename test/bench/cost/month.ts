import { days, type EpochMs, epochMs, hours } from '../../../shared/core/time.ts'
import { TABLE_NAMES, type TableName } from '../../../shared/storage/table.ts'
import type { Progress } from '../../support/progress.ts'
import { type Counts, minus, plus, times } from './counts.ts'
import { type Deployment, startDeployment } from './deployment.ts'
import { bytesOf } from './metered-tables.ts'
import { connectPeople } from './people.ts'
import { DAYS, type DayKind, RUNNING, USE } from './use.ts'

/** What one account asks for in a month, and what a deployment does without any. */
export interface Month {
  readonly account: Counts
  readonly deployment: Counts
  /** Of one account, when it has been there for a year. */
  readonly stored: Stored
  /** What one instance that visits accounts asks the vault for. */
  readonly vaultPerInstanceHour: number
}

export interface Stored {
  readonly rows: number
  readonly bytes: number
}

/** @param accounts how many of each kind are simulated */
export async function countMonth(accounts: number, progress: Progress): Promise<Month> {
  let simulated = 0
  const look = () => progress.at(++simulated, 6)
  const nobody = await simulate(0, false, look)
  const [notified, polled] = [await simulate(accounts, false, look), await simulate(accounts, true, look)]
  const each = (one: Simulated): Counts => times(minus(one.month, nobody.month), 1 / accounts)
  const { polledShare } = USE
  return {
    account: plus(times(each(notified), 1 - polledShare), times(each(polled), polledShare)),
    deployment: nobody.month,
    stored: {
      rows: mixed((stored) => stored.rows),
      bytes: mixed((stored) => stored.bytes),
    },
    vaultPerInstanceHour: (notified.month.vault['operations'] ?? 0) / HOURS_A_MONTH,
  }

  function mixed(of: (stored: Stored) => number): number {
    const own = (one: Simulated) => (of(one.stored) - of(nobody.stored)) / accounts
    return own(notified) * (1 - polledShare) + own(polled) * polledShare
  }
}

const HOURS_A_MONTH = (USE.workingDaysAMonth + USE.quietDaysAMonth) * 24

interface Simulated {
  readonly month: Counts
  readonly stored: Stored
}

/** A working day and a quiet one, made a month of. */
async function simulate(accounts: number, isPolled: boolean, look: () => void): Promise<Simulated> {
  const deployment = await startDeployment()
  const people = await connectPeople(deployment, accounts, isPolled)
  await deployment.pass(hours(2))
  const begin = storedOf(deployment)
  const working = await passDay(deployment, people, 'working')
  look()
  const middle = storedOf(deployment)
  const quiet = await passDay(deployment, people, 'quiet')
  look()
  const end = storedOf(deployment)
  return {
    month: plus(times(working, USE.workingDaysAMonth), times(quiet, USE.quietDaysAMonth)),
    stored: afterYear(end.all, growth(begin.audit, middle.audit), growth(middle.audit, end.audit)),
  }
}

const growth = (before: Stored, after: Stored): Stored => ({
  rows: after.rows - before.rows,
  bytes: after.bytes - before.bytes,
})

/** The trail grows for a year before it forgets anything; what else is kept goes within a month, or is replaced. */
function afterYear(now: Stored, working: Stored, quiet: Stored): Stored {
  const [more, less] = [USE.workingDaysAMonth, USE.quietDaysAMonth].map((some) => some * RUNNING.auditMonths)
  const grown = (of: (stored: Stored) => number) => of(now) + of(working) * (more ?? 0) + of(quiet) * (less ?? 0)
  return { rows: grown(({ rows }) => rows), bytes: grown(({ bytes }) => bytes) }
}

async function passDay(deployment: Deployment, people: Awaited<ReturnType<typeof connectPeople>>, kind: DayKind) {
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
