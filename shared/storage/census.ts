import { type EpochMs, epochMs } from '../core/time.ts'
import type { Census } from '../operations/ports.ts'
import type { NotedStanding } from '../pull/standing.ts'
import type { StoredRow } from './table.ts'

export interface PlannedVisit {
  readonly account: string
  readonly plannedFor: EpochMs
}

/** Whose a row of the schedule is, and for when. */
export function planOf({ rowKey }: StoredRow): PlannedVisit {
  const [at = '', account = ''] = rowKey.split('.')
  return { account, plannedFor: epochMs(Number(at)) }
}

/** Counts the accounts of one shard: of two plans of an account the one that was noted later tells how it does. */
export async function countShard(pages: AsyncIterable<readonly StoredRow[]>, now: EpochMs): Promise<Census> {
  const standings = new Map<string, NotedStanding>()
  let oldestDue: EpochMs | undefined
  for await (const page of pages)
    for (const row of page) {
      const { account, plannedFor } = planOf(row)
      // Rows come in the order of their time.
      if (plannedFor <= now) oldestDue ??= plannedFor
      const standing = row.properties as Partial<NotedStanding>
      if (isNoted(standing) && standing.notedAt >= (standings.get(account)?.notedAt ?? 0))
        standings.set(account, standing)
    }
  return { ...counted([...standings.values()]), oldestDue }
}

/** A further plan, beside the one that the head names, tells nothing. */
const isNoted = (standing: Partial<NotedStanding>): standing is NotedStanding => standing.state !== undefined

function counted(standings: readonly NotedStanding[]): Omit<Census, 'oldestDue'> {
  const accounts = { active: 0, 'needs-reconnect': 0, disconnected: 0 }
  const calendars = { notified: 0, polled: 0, deaf: 0 }
  for (const { state, notified, polled, deaf } of standings) {
    accounts[state] += 1
    calendars.notified += notified
    calendars.polled += polled
    calendars.deaf += deaf
  }
  return { accounts, calendars }
}

export function sumOfCensuses(one: Census, other: Census): Census {
  const due = [one.oldestDue, other.oldestDue].flatMap((at) => at ?? [])
  return {
    accounts: added(one.accounts, other.accounts),
    calendars: added(one.calendars, other.calendars),
    oldestDue: due.length === 0 ? undefined : epochMs(Math.min(...due)),
  }
}

const added = (one: Readonly<Record<string, number>>, other: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(one).map(([name, count]) => [name, count + (other[name] ?? 0)]))
