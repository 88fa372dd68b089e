import type { Fields, Moment, Repeat } from '../../../change-request.ts'
import type { CalendarItem, Person } from '../../../messages.ts'
import { addDays, dateOf, momentAt, type Span, spanOf, timeOf, toMoment } from './wall.ts'

/** What the form says. */
export interface Values {
  calendarId: string
  title: string
  allDay: boolean
  startDate: string
  startTime: string
  /** The last day, for an all-day event too. */
  endDate: string
  endTime: string
  /** Null: in a way that the form cannot show, which stays as it is. */
  repeat: Repeat | null | undefined
  guests: Person[]
  teams: boolean
  place: string
  notes: string
}

/** An empty form for `span`. */
export const newValues = (calendarId: string, span: Span): Values => ({
  calendarId,
  title: '',
  ...timesOf(span),
  repeat: undefined,
  guests: [],
  teams: false,
  place: '',
  notes: '',
})

export const valuesOf = (item: CalendarItem): Values => ({
  calendarId: item.calendarId,
  title: item.title,
  ...timesOf(spanOf(item)),
  repeat: item.repeat,
  guests: item.guests.map(({ name, email }) => ({ name, email })),
  teams: item.joinUrl !== undefined,
  place: item.place,
  notes: item.description,
})

/** What a refused creation had asked for. */
export function valuesAgain(calendarId: string, fields: Fields): Values {
  const allDay = typeof fields.start === 'string'
  const at = (moment: Moment | undefined) =>
    typeof moment === 'object' ? new Date(moment.time) : momentAt(moment ?? dateOf(new Date()))
  return {
    ...newValues(calendarId, { start: at(fields.start), end: at(fields.end), allDay }),
    title: fields.title ?? '',
    repeat: fields.repeat,
    guests: (fields.invite ?? []).map(({ email, name }) => ({ email, name: name ?? email })),
    teams: fields.teams ?? false,
    place: fields.place ?? '',
    notes: fields.notes ?? '',
  }
}

function timesOf({ start, end, allDay }: Span) {
  if (!allDay)
    return { allDay, startDate: dateOf(start), startTime: timeOf(start), endDate: dateOf(end), endTime: timeOf(end) }
  return { allDay, startDate: dateOf(start), startTime: '09:00', endDate: addDays(dateOf(end), -1), endTime: '10:00' }
}

export const spanOfValues = ({ allDay, startDate, startTime, endDate, endTime }: Values): Span =>
  allDay
    ? { allDay, start: momentAt(startDate), end: momentAt(endDate && addDays(endDate, 1)) }
    : { allDay, start: momentAt(startDate, startTime), end: momentAt(endDate, endTime) }

/** What is to be said to the server: everything of a new event, of a known one what differs. */
export function fieldsOf(values: Values, before: Values | undefined, item: CalendarItem | undefined): Fields {
  const changed = (...names: (keyof Values)[]) =>
    before === undefined || names.some((name) => JSON.stringify(values[name]) !== JSON.stringify(before[name]))
  const isMoved = changed('allDay', 'startDate', 'startTime', 'endDate', 'endTime')
  return {
    ...(changed('title') ? { title: values.title } : {}),
    ...(isMoved ? timeFields(spanOfValues(values), item) : {}),
    ...(changed('place') && (values.place || before) ? { place: values.place } : {}),
    ...(changed('notes') && (values.notes || before) ? { notes: values.notes } : {}),
    ...(changed('repeat') && values.repeat !== null && (values.repeat || before)
      ? { repeat: values.repeat ?? null }
      : {}),
    ...(values.teams && !before?.teams ? { teams: true as const } : {}),
    ...guestFields(values.guests, before?.guests ?? []),
  }
}

/** A timed event stays planned in its zone. */
export const timeFields = ({ start, end, allDay }: Span, item: CalendarItem | undefined): Fields => ({
  start: toMoment(start, allDay),
  end: toMoment(end, allDay),
  ...(!allDay && item?.start.zone !== undefined && !item.allDay ? { zone: item.start.zone } : {}),
})

function guestFields(now: Person[], before: Person[]): Fields {
  const has = (guests: Person[], { email }: Person) => guests.some((guest) => sameAddress(guest.email, email))
  const invite = now.filter((guest) => !has(before, guest))
  const remove = before.filter((guest) => !has(now, guest)).map(({ email }) => email)
  return { ...(invite.length > 0 ? { invite } : {}), ...(remove.length > 0 ? { remove } : {}) }
}

export const sameAddress = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()
