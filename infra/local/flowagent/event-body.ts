import { Temporal } from 'temporal-polyfill'
import type { Fields, Moment, Repeat, SaveRequest } from './change-request.ts'
import type { EventBody, EventName } from './writes.ts'

/** What the API is sent for a change. @throws RangeError for a zone or a day that does not exist. */
export function bodyOf({ target, basedOn, fields }: Pick<SaveRequest, 'target' | 'basedOn' | 'fields'>): EventBody {
  const { title, start, end, zone, place, notes, repeat, teams } = fields
  const body = {
    ...nameOf(target),
    based_on: basedOn,
    summary: title,
    start: start && inZone(start, zone),
    end: end && inZone(end, zone),
    location: place === undefined ? undefined : { description: place },
    description: notes,
    recurrence: repeat === undefined ? undefined : { rules: repeat === null ? [] : [ruleOf(repeat)] },
    attendees: attendeesOf(fields),
    conferencing: teams && { profile_id: 'integrated' },
  }
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined))
}

export const nameOf = (target: SaveRequest['target']): EventName =>
  'eventId' in target ? { event_id: target.eventId } : { event_uid: target.uid }

/** The same moment on the wall clock of `zone`. */
function inZone(moment: Moment, zone: string | undefined): Moment {
  if (typeof moment === 'string') return moment
  const planned = Temporal.PlainDateTime.from(moment.time).toZonedDateTime(moment.tzid)
  if (zone === undefined || zone === moment.tzid) return moment
  return { time: planned.withTimeZone(zone).toPlainDateTime().toString(), tzid: zone }
}

/** Weeks begin on Monday, which matters to a rule that leaves weeks out. */
const ruleOf = ({ days, ...rule }: Repeat) => ({
  ...rule,
  ...(days && days.length > 0 ? { by_day: days, week_start: 'monday' } : {}),
})

function attendeesOf({ invite = [], remove = [] }: Fields) {
  if (invite.length === 0 && remove.length === 0) return undefined
  return {
    ...(invite.length > 0 ? { invite: invite.map(({ email, name }) => ({ email, display_name: name ?? email })) } : {}),
    ...(remove.length > 0 ? { remove: remove.map((email) => ({ email })) } : {}),
  }
}
