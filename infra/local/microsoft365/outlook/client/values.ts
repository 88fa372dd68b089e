import { ownNotes } from './notes.ts'
import { noRepeat, type Repeat, recurrenceOf, repeatOf } from './repeat.ts'
import { addDays, graphTimes, type Span } from './span.ts'
import type { GraphEvent } from './wire.ts'

/** An event as the form holds it. The last day of an all-day event is included, as people say it. */
export interface Values {
  subject: string
  calendarId: string
  isAllDay: boolean
  startDate: string
  startTime: string
  endDate: string
  endTime: string
  timeZone: string
  repeat: Repeat
  attendees: string[]
  location: string
  showAs: string
  /** Minutes before the start; '' is no reminder. */
  reminder: string
  isPrivate: boolean
  isOnlineMeeting: boolean
  body: string
}

/** The form for something new. */
export function newValues({ start, end, isAllDay }: Span, calendarId: string, timeZone: string): Values {
  const startDate = start.slice(0, 10)
  return {
    subject: '',
    calendarId,
    isAllDay,
    startDate,
    startTime: isAllDay ? '09:00' : start.slice(11),
    endDate: isAllDay ? addDays(end, -1) : end.slice(0, 10),
    endTime: isAllDay ? '10:00' : end.slice(11),
    timeZone,
    repeat: noRepeat(startDate),
    attendees: [],
    location: '',
    showAs: 'busy',
    reminder: '15',
    isPrivate: false,
    isOnlineMeeting: false,
    body: '',
  }
}

/** The form for an event that exists; its times must be in `timeZone`. */
export function valuesOf(event: GraphEvent, calendarId: string, timeZone: string): Values {
  const { start, end, isAllDay } = event
  const length = isAllDay ? 10 : 16
  const span = { start: start.dateTime.slice(0, length), end: end.dateTime.slice(0, length), isAllDay }
  return {
    ...newValues(span, calendarId, timeZone),
    subject: event.subject ?? '',
    repeat: repeatOf(event.recurrence, start.dateTime.slice(0, 10)),
    attendees: event.attendees.map(({ emailAddress }) => emailAddress.address),
    location: event.location.displayName,
    showAs: event.showAs,
    reminder: event.isReminderOn ? String(event.reminderMinutesBeforeStart) : '',
    isPrivate: event.sensitivity === 'private',
    isOnlineMeeting: event.isOnlineMeeting,
    body: ownNotes(event.body.content),
  }
}

const TIMES = ['isAllDay', 'startDate', 'startTime', 'endDate', 'endTime', 'timeZone'] as const

/** What to send to Graph to get from `before` to `after`: what did not change is left out, so nothing else is touched. */
export function changesOf(before: Values | undefined, after: Values): Record<string, unknown> {
  const changed = (...names: readonly (keyof Values)[]) =>
    names.some((name) => JSON.stringify(before?.[name]) !== JSON.stringify(after[name]))
  const moved = changed(...TIMES)
  const repeats = after.repeat.kind !== 'none' || (before !== undefined && before.repeat.kind !== 'none')
  return {
    ...(changed('subject') && { subject: after.subject }),
    ...(moved && timesOf(after)),
    ...(repeats && recurrenceChange(after, changed('repeat') || moved)),
    ...(changed('attendees') && { attendees: after.attendees.map(attendee) }),
    ...(changed('location') && { location: { displayName: after.location } }),
    ...(changed('showAs') && { showAs: after.showAs }),
    ...(changed('reminder') && reminderOf(after)),
    ...(changed('isPrivate') && { sensitivity: after.isPrivate ? 'private' : 'normal' }),
    ...(after.isOnlineMeeting && !before?.isOnlineMeeting && ONLINE),
    ...(changed('body') && { body: { contentType: 'text', content: after.body } }),
  }
}

/** A Teams meeting is made once and cannot be taken back. */
const ONLINE = { isOnlineMeeting: true, onlineMeetingProvider: 'teamsForBusiness' }

const recurrenceChange = ({ repeat, startDate }: Values, isChanged: boolean) =>
  isChanged && repeat.kind !== 'kept' ? { recurrence: recurrenceOf(repeat, startDate) } : {}

const attendee = (address: string) => ({ type: 'required', emailAddress: { address, name: address } })

const reminderOf = ({ reminder }: Values) =>
  reminder === '' ? { isReminderOn: false } : { isReminderOn: true, reminderMinutesBeforeStart: Number(reminder) }

/** The span that the form's dates and times mean. */
export function spanOfValues({ isAllDay, startDate, startTime, endDate, endTime }: Values): Span {
  if (isAllDay) return { start: startDate, end: addDays(endDate, 1), isAllDay }
  return { start: `${startDate}T${startTime}`, end: `${endDate}T${endTime}`, isAllDay }
}

const timesOf = (values: Values) => graphTimes(spanOfValues(values), values.timeZone)
