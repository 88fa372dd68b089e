import { type Instance, type Item, overlaps, type Span, type Window } from './event.ts'
import { crossingBoundary, itemNotFound } from './failures.ts'
import { datesAround, patternDates } from './recurrence.ts'
import { addDays, dayNumber, ianaZone, type LocalTime, toInstant } from './zones.ts'

/** The item itself: the single event, or the master of the series. */
export const whole = (item: Item): Instance => ({
  item,
  type: item.recurrence === undefined ? 'singleInstance' : 'seriesMaster',
  span: item.span,
  fields: item.fields,
})

/** The occurrences and exceptions of a series that touch the window, in order of start. */
export function occurrencesIn(item: Item, window: Window): Instance[] {
  const { recurrence } = item
  if (recurrence === undefined) return []
  const length = daysLong(item.span)
  const from = dateOf(Math.max(window.from, item.span.startAt), -2 - length)
  const regular = patternDates(recurrence, from, dateOf(window.to, 1))
    .filter((date) => !item.cancelled.has(date) && !item.exceptions.has(date))
    .map((date) => onDate(item, date))
  const exceptional = [...item.exceptions.keys()].map((date) => onDate(item, date))
  return [...regular, ...exceptional]
    .filter(({ span }) => overlaps(span, window))
    .sort((one, other) => one.span.startAt - other.span.startAt)
}

/** What a calendar view shows of an item: itself, or the occurrences of the series. */
export function shownIn(item: Item, window: Window): Instance[] {
  if (item.recurrence !== undefined) return occurrencesIn(item, window)
  return overlaps(item.span, window) ? [whole(item)] : []
}

/** Whether the series has an occurrence on that date, and still has it. */
export const hasOccurrence = ({ recurrence, cancelled }: Item, date: string): boolean =>
  recurrence !== undefined && patternDates(recurrence, date, date).includes(date) && !cancelled.has(date)

/** One occurrence. @throws MailboxFailure `ErrorItemNotFound` when the series has none on that date, or no longer. */
export function occurrenceOn(item: Item, date: string): Instance {
  if (!hasOccurrence(item, date)) throw itemNotFound()
  return onDate(item, date)
}

function onDate(item: Item, date: string): Instance {
  const exception = item.exceptions.get(date)
  const span = exception?.span ?? spanOn(item.span, date)
  const type = exception === undefined ? 'occurrence' : 'exception'
  return {
    item,
    type,
    span,
    date,
    fields: exception === undefined ? item.fields : { ...item.fields, ...exception.fields },
  }
}

/** The span of the occurrence that the pattern puts on `date`: the same wall-clock time as the first one. */
export function spanOn(first: Span, date: string): Span {
  const start = `${date}${first.start.slice(10)}`
  const end = `${addDays(date, daysLong(first))}${first.end.slice(10)}`
  return spanFrom(start, end, first.startZone, first.endZone, first.isAllDay)
}

/** @throws MailboxFailure `TimeZoneNotSupportedException` for a zone the mailbox does not know. */
export function spanFrom(
  start: LocalTime,
  end: LocalTime,
  startZone: string,
  endZone: string,
  isAllDay: boolean,
): Span {
  const [from, to] = [ianaZone(startZone), ianaZone(endZone)]
  // The dates of an all-day event are no instants of any zone; UTC midnight stands for them.
  const startAt = toInstant(start, isAllDay ? 'UTC' : from)
  const endAt = toInstant(end, isAllDay ? 'UTC' : to)
  return { start, end, startZone, endZone, startAt, endAt, isAllDay }
}

const daysLong = (span: Span): number => dayNumber(span.end.slice(0, 10)) - dayNumber(span.start.slice(0, 10))

const dateOf = (at: number, days: number): string => addDays(new Date(at).toISOString().slice(0, 10), days)

/**
 * Outlook keeps the occurrences of a series in their order: one may not move to or past the day of a neighbour.
 * @throws MailboxFailure `ErrorOccurrenceCrossingBoundary`
 */
export function checkNeighbours(item: Item, date: string, moved: Span): void {
  if (item.recurrence === undefined) return
  const dates = datesAround(item.recurrence, date).filter((each) => !item.cancelled.has(each))
  const at = dates.indexOf(date)
  const [before, after] = [dates[at - 1], dates[at + 1]].map((each) => each && onDate(item, each).span)
  if (before && (day(moved) <= day(before) || moved.startAt < before.endAt)) throw crossingBoundary()
  if (after && (day(moved) >= day(after) || moved.endAt > after.startAt)) throw crossingBoundary()
}

const day = (span: Span): string => span.start.slice(0, 10)
