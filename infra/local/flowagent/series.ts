import { Temporal } from 'temporal-polyfill'
import type { Fields, Moment } from './change-request.ts'
import type { Event, EventTime } from './wire.ts'

/**
 * The series as its first event: told by any ordinary event of it, else what is known of the earliest one, which is right
 * for a series that is new.
 */
export function firstOfSeries(events: readonly Event[], seriesId: string): Event | undefined {
  const all = events.filter((event) => event.series_event_id === seriesId)
  for (const event of all)
    if (event.series_start && event.series_end) return { ...event, start: event.series_start, end: event.series_end }
  const [earliest] = all.sort((a, b) => Date.parse(textOf(a.start)) - Date.parse(textOf(b.start)))
  return all.find((event) => event.event_id === seriesId) ?? earliest
}

/**
 * Turns the edit of one event of a series into the edit of the whole series. The series keeps what was not edited, as its
 * first event says it; its rule too, which means other days once the series begins on another one.
 */
export function editOfSeries(fields: Fields, from: Moment, first: Event): { fields: Fields; recurrence: unknown } {
  const [start, end] = [momentOf(first.start), momentOf(first.end)]
  const isMoved = fields.start !== undefined && fields.end !== undefined
  const shifted = isMoved ? shiftToSeries(fields, from, start) : { ...fields, start, end }
  const isSameDay = dayOf(shifted.start) === dayOf(start)
  return {
    fields: { ...shifted, title: fields.title ?? first.summary ?? '' },
    recurrence: fields.repeat === undefined && isSameDay ? (first.recurrence ?? undefined) : undefined,
  }
}

/**
 * The edit of one event, carried over to the series: it moves by as many days, to the same time
 * of the wall clock, and lasts as long. Wall clocks only, so that no change to summer time shifts a meeting.
 * @param from where the edited event began before. @param first where the series begins.
 */
function shiftToSeries(fields: Fields, from: Moment, first: Moment): Fields {
  const { start, end } = fields
  if (start === undefined || end === undefined) return fields
  const zone = fields.zone ?? (typeof start === 'string' ? undefined : start.tzid)
  const [was, is, ends] = [wall(from, zone), wall(start, zone), wall(end, zone)]
  const days = was.toPlainDate().until(is.toPlainDate())
  const begins = wall(first, zone).toPlainDate().add(days).toPlainDateTime(is.toPlainTime())
  const finishes = begins.add(is.until(ends))
  if (zone === undefined || typeof start === 'string') {
    return { ...fields, start: begins.toPlainDate().toString(), end: finishes.toPlainDate().toString() }
  }
  const text = (at: Temporal.PlainDateTime) => ({ time: at.toString({ smallestUnit: 'second' }), tzid: zone })
  return { ...fields, start: text(begins), end: text(finishes) }
}

/** What the wall clock of `zone` shows; midnight for a day. */
function wall(moment: Moment, zone: string | undefined): Temporal.PlainDateTime {
  if (typeof moment === 'string') return Temporal.PlainDate.from(moment).toPlainDateTime()
  const local = Temporal.PlainDateTime.from(moment.time)
  if (zone === undefined || zone === moment.tzid) return local
  return local.toZonedDateTime(moment.tzid).withTimeZone(zone).toPlainDateTime()
}

function momentOf(time: EventTime): Moment {
  const text = textOf(time)
  return typeof time === 'string' || text.length === 10 ? text : { time: text.slice(0, 19), tzid: time.tzid }
}

const textOf = (time: EventTime): string => (typeof time === 'string' ? time : time.time)

const dayOf = (moment: Moment | undefined): string | undefined =>
  typeof moment === 'string' ? moment : moment?.time.slice(0, 10)
