import type { AnswerRequest, Fields, Moment } from '../../../change-request.ts'
import type { CalendarItem, Guest } from '../../../messages.ts'
import { sameAddress, spanOfValues, type Values } from './values.ts'
import { momentAt, type Span, spanOf, toItemTime } from './wall.ts'

/** Items as they will look once a change is accepted, so that nobody waits for it. */

export function draftOf(id: string, values: Values): CalendarItem {
  const span = spanOfValues(values)
  return {
    id,
    ownId: id,
    calendarId: values.calendarId,
    isOwnSeries: false,
    isPending: true,
    mayEdit: true,
    mayDelete: true,
    mayAnswer: false,
    repeat: values.repeat,
    title: values.title,
    ...timesOf(span, undefined),
    description: values.notes,
    place: values.place,
    guests: values.guests.map((guest) => ({ ...guest, answer: 'needs_action' as const })),
    status: 'confirmed',
    answer: 'unknown',
    isPrivate: false,
    isRecurring: values.repeat !== undefined,
  }
}

/** @param moved how far the change moves an item in time, for each event of a series. */
export function withFields(item: CalendarItem, fields: Fields, span: Span | undefined): CalendarItem {
  const { title = item.title, place = item.place, notes = item.description } = fields
  return {
    ...item,
    ...(span ? timesOf(span, item.start.zone) : {}),
    title,
    place,
    description: notes,
    guests: guestsOf(item.guests, fields),
    isPending: true,
  }
}

/** The span that a change asks for. */
export function spanOfFields({ start, end }: Fields): Span | undefined {
  if (start === undefined || end === undefined) return undefined
  return { start: dateOf(start), end: dateOf(end), allDay: typeof start === 'string' }
}

/** The same change to another event of the series: as far as the one that was changed. */
export function shifted(item: CalendarItem, from: Span, to: Span): Span {
  const by = to.start.getTime() - from.start.getTime()
  const start = new Date(spanOf(item).start.getTime() + by)
  return { start, end: new Date(start.getTime() + to.end.getTime() - to.start.getTime()), allDay: to.allDay }
}

export const withAnswer = (item: CalendarItem, answer: AnswerRequest['answer']): CalendarItem => ({
  ...item,
  answer,
  isPending: true,
})

const dateOf = (moment: Moment): Date => (typeof moment === 'string' ? momentAt(moment) : new Date(moment.time))

const timesOf = ({ start, end, allDay }: Span, zone: string | undefined) => ({
  start: toItemTime(start, allDay, zone),
  end: toItemTime(end, allDay, zone),
  allDay,
})

function guestsOf(guests: Guest[], { invite = [], remove = [] }: Fields): Guest[] {
  const kept = guests.filter(({ email }) => !remove.some((gone) => sameAddress(gone, email)))
  return [
    ...kept,
    ...invite.map(({ email, name }) => ({ email, name: name ?? email, answer: 'needs_action' as const })),
  ]
}
