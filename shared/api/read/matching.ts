import type { EpochMs } from '../../core/time.ts'
import type { CalendarEvent, EventTime } from '../../events/event.ts'
import { startOfDayInZone } from '../../events/zones.ts'
import type { ToldEvent } from './overlay.ts'
import type { ScheduleQuery } from './schedule-query.ts'

/** Whether a query asks for an event. */
export function isWanted(row: ToldEvent, query: ScheduleQuery, clientId: string): boolean {
  const { calendars, includeDeleted, managed, freeBusy } = query
  const isOwn = row.managed?.integrator === clientId
  if (managed !== 'with' && isOwn !== (managed === 'only')) return false
  if (row.deleted && !includeDeleted) return false
  if (calendars.length > 0 && !calendars.includes(row.calendar)) return false
  if (freeBusy !== undefined && freeBusyStatus(row.event) === 'free' && !isFreeTold(query)) return false
  return isWithin(row, query)
}

/** Who follows changes, and is told what is no more, has to be told too that a time is taken no more. */
const isFreeTold = ({ freeBusy, includeDeleted, lastModified }: ScheduleQuery): boolean =>
  freeBusy?.includeFree === true || (includeDeleted && lastModified !== undefined)

function isWithin({ event, reach }: ToldEvent, { from, to, zone, includeMoved }: ScheduleQuery): boolean {
  const [starts, ends] = [instantIn(event.start, zone), instantIn(event.end, zone)]
  const isNow = (from === undefined || ends >= from) && (to === undefined || starts < to)
  if (isNow || !includeMoved || reach === undefined) return isNow
  return (from === undefined || reach.to >= from) && (to === undefined || reach.from < to)
}

const instantIn = (time: EventTime, zone: string): EpochMs =>
  time.kind === 'date' ? startOfDayInZone(time.date, zone) : time.at

export type FreeBusyStatus = 'busy' | 'tentative' | 'free' | 'unknown'

/** What an event does to the person's time. What was declined or called off takes none of it. */
export function freeBusyStatus({ transparency, participation, status }: CalendarEvent): FreeBusyStatus {
  if (participation === 'declined' || status === 'cancelled' || transparency === 'transparent') return 'free'
  if (transparency === 'tentative' || transparency === 'unknown') return transparency
  return 'busy'
}
