import type { VisibleDays } from '../grid.ts'
import type { Span } from './wall.ts'

const HOUR_MS = 3_600_000
/** When nothing says another time, an event begins at nine. */
const MORNING = 9

/** An hour of `day` for a new event: the next full one today, the first of the morning on another day. */
export function hourAt(day: Date): Span {
  const now = new Date()
  const isToday = day.toDateString() === now.toDateString()
  const start = new Date(day)
  start.setHours(isToday ? Math.min(now.getHours() + 1, 23) : MORNING, 0, 0, 0)
  return { start, end: new Date(start.getTime() + HOUR_MS), allDay: false }
}

/** The same for the days on show: today when it is one of them, else the first. */
export function nextHour(days: VisibleDays | undefined): Span {
  const now = new Date()
  const isShown = days === undefined || (days.from <= now && now < days.to)
  return hourAt(isShown ? now : firstOf(days))
}

/** A month is shown with days of its neighbours around it. */
function firstOf({ from, view }: VisibleDays): Date {
  const isMonth = view === 'month' && from.getDate() !== 1
  return isMonth ? new Date(from.getFullYear(), from.getMonth() + 1, 1) : from
}
