import type { Log } from '../core/log.ts'
import { type EpochMs, epochMs } from '../core/time.ts'
import type { Wake } from '../pull/due.ts'
import { withoutCursor } from '../pull/round.ts'
import type { AccountSession } from '../pull/session.ts'
import type { CalendarState } from '../pull/state.ts'

/**
 * Has calendars read again from the beginning because an operator asked for it: once for each request, however often its
 * wake-up comes. Nothing is deleted by it: the fresh rounds compare, and the guard against mass deletions watches them.
 * A calendar in which that guard waits for its second look goes on waiting.
 */
export async function resyncAsked({ log }: { readonly log: Log }, session: AccountSession, wake: Wake) {
  const anew = session.calendars.flatMap((calendar) => {
    const askedAt = askedFor(calendar, wake)
    return askedAt === undefined ? [] : [readAnew(calendar, askedAt)]
  })
  if (anew.length === 0) return
  await session.save({ calendars: anew })
  log('info', 'calendars-read-anew', { account: session.account, calendars: anew.length })
}

/** When it was asked for, unless that has been done. */
function askedFor({ key, deleted, resyncedFor }: CalendarState, wake: Wake): EpochMs | undefined {
  const { reason, calendar = key, askedAt = epochMs(0) } = wake
  return !deleted && reason === 'resync' && calendar === key && askedAt > (resyncedFor ?? 0) ? askedAt : undefined
}

const readAnew = (calendar: CalendarState, askedAt: EpochMs): CalendarState => ({
  ...withoutCursor(calendar),
  ...{ endless: false, dirty: true, resyncedFor: askedAt },
  pullAfter: calendar.confirming ? calendar.pullAfter : undefined,
})
