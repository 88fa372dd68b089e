import type { Moment } from '../../../change-request.ts'
import type { CalendarItem, ItemTime } from '../../../messages.ts'
import { timeZone } from '../../language.ts'

/** Days and times of day as this person's clock shows them: `2026-11-20` and `09:30`. */

const DAY_MS = 86_400_000
const pad = (n: number): string => String(n).padStart(2, '0')

export const dateOf = (at: Date): string => `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`

export const timeOf = (at: Date): string => `${pad(at.getHours())}:${pad(at.getMinutes())}`

/** The moment of a date and a time of day here; an invalid one when either is missing. */
export const momentAt = (date: string, time = '00:00'): Date => new Date(`${date}T${time}`)

/** `days` may be negative. */
export const addDays = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10)

export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS)

/** 0 is Monday. */
export const weekdayOf = (date: string): number => (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7

/** A span of time; of whole days, whose `end` is the day after the last one, when `allDay`. */
export interface Span {
  start: Date
  end: Date
  allDay: boolean
}

export const spanOf = ({ start, end, allDay }: CalendarItem): Span =>
  allDay
    ? { start: momentAt(start.time), end: momentAt(end.time), allDay }
    : { start: new Date(start.time), end: new Date(end.time), allDay }

/** A time of a span as the server takes it. */
export const toMoment = (at: Date, allDay: boolean): Moment =>
  allDay ? dateOf(at) : { time: `${dateOf(at)}T${timeOf(at)}:00`, tzid: timeZone }

/** A time of a span as an item has it, planned in `zone`. */
export const toItemTime = (at: Date, allDay: boolean, zone: string | undefined): ItemTime =>
  allDay ? { time: dateOf(at) } : { time: at.toISOString(), zone: zone ?? timeZone }
