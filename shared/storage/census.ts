import * as z from 'zod'
import { type EpochMs, epochMs } from '../core/time.ts'
import type { Census } from '../operations/ports.ts'
import type { NotedStanding } from '../pull/standing.ts'
import { Instant } from './instant.ts'
import type { StoredRow } from './table.ts'

export interface PlannedVisit {
  readonly account: string
  readonly plannedFor: EpochMs
}

/** Whose rows of the schedule are, and for when. What is no plan wakes nobody, and keeps nobody from being woken. */
export function plansIn(rows: readonly StoredRow[]): readonly PlannedVisit[] {
  return rows.flatMap(({ rowKey }) => {
    const [, at, account] = /^(\d{15})\.([\w-]+)$/.exec(rowKey) ?? []
    return account === undefined ? [] : [{ account, plannedFor: epochMs(Number(at)) }]
  })
}

/** What stands beside a plan in plain; a further plan, beside the one that the head names, tells nothing. */
const Noted = z.object({
  state: z.enum(['active', 'needs-reconnect', 'disconnected']),
  notified: z.int().min(0),
  polled: z.int().min(0),
  deaf: z.int().min(0),
  notedAt: Instant,
}) satisfies z.ZodType<NotedStanding>

/** Counts the accounts of one shard: of two plans of an account the one that was noted later tells how it does. */
export async function countShard(pages: AsyncIterable<readonly StoredRow[]>, now: EpochMs): Promise<Census> {
  const standings = new Map<string, NotedStanding>()
  let oldestDue: EpochMs | undefined
  for await (const page of pages)
    for (const row of page) {
      const [plan] = plansIn([row])
      if (plan === undefined) continue
      const { account, plannedFor } = plan
      // Rows come in the order of their time.
      if (plannedFor <= now) oldestDue ??= plannedFor
      const { data: standing } = Noted.safeParse(row.properties)
      if (standing !== undefined && standing.notedAt >= (standings.get(account)?.notedAt ?? 0))
        standings.set(account, standing)
    }
  return { ...counted([...standings.values()]), oldestDue }
}

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
