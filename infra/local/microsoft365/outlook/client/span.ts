import type { GraphTime } from './wire.ts'

/** A stretch of time as the grid and the form tell it: `2026-11-20T09:30`, or `2026-11-20` for all-day, end exclusive. */
export interface Span {
  start: string
  end: string
  isAllDay: boolean
}

/** The same as Graph takes it. All-day events are written in UTC: their dates belong to no zone. */
export function graphTimes({ start, end, isAllDay }: Span, timeZone: string) {
  const time = (text: string): GraphTime =>
    isAllDay ? { dateTime: `${text}T00:00:00`, timeZone: 'UTC' } : { dateTime: `${text}:00`, timeZone }
  return { start: time(start), end: time(end), isAllDay }
}

const DAY_MS = 86_400_000

/** `2026-11-20` and so many days further. */
export const addDays = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10)
