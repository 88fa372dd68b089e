import { type Recurrence, WEEKDAYS } from './wire.ts'

interface Timed {
  start: { dateTime: string }
  end: { dateTime: string }
  isAllDay: boolean
}

// Wall-clock times are read and written as if they were UTC, so that the browser's own zone cannot move them.
const options = { timeZone: 'UTC' } as const
const day = new Intl.DateTimeFormat('en-GB', {
  ...options,
  weekday: 'short',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
})
const time = new Intl.DateTimeFormat('en-GB', { ...options, hour: '2-digit', minute: '2-digit' })

const wallClock = (dateTime: string): Date => new Date(`${dateTime.slice(0, 19)}Z`)

/** `Fri 20 November 2026, 10:00 – 11:00`, or only the days of an all-day event. */
export function spokenWhen({ start, end, isAllDay }: Timed): string {
  const [from, to] = [wallClock(start.dateTime), wallClock(end.dateTime)]
  if (isAllDay) return `${day.formatRange(from, new Date(to.getTime() - 1))}, all day`
  if (day.format(from) === day.format(to)) return `${day.format(from)}, ${time.format(from)} – ${time.format(to)}`
  return `${day.format(from)}, ${time.format(from)} – ${day.format(to)}, ${time.format(to)}`
}

const UNITS = {
  daily: 'day',
  weekly: 'week',
  absoluteMonthly: 'month',
  relativeMonthly: 'month',
  absoluteYearly: 'year',
  relativeYearly: 'year',
}

/** `Every 2 weeks on Monday and Friday until 3 March 2027`. */
export function spokenRecurrence({ pattern, range }: Recurrence): string {
  const unit = UNITS[pattern.type]
  const every = pattern.interval === 1 ? `Every ${unit}` : `Every ${pattern.interval} ${unit}s`
  const days =
    pattern.type === 'weekly' || pattern.type.startsWith('relative')
      ? ` on ${nth(pattern)}${spokenDays(pattern.daysOfWeek ?? [])}`
      : ''
  return `${every}${days}${spokenEnd(range)}`
}

const nth = ({ type, index }: Recurrence['pattern']): string => (type.startsWith('relative') ? `the ${index} ` : '')

function spokenDays(days: readonly string[]): string {
  const names = WEEKDAYS.filter((name) => days.includes(name)).map(
    (name) => `${name[0]?.toUpperCase()}${name.slice(1)}`,
  )
  return new Intl.ListFormat('en-GB').format(names)
}

function spokenEnd(range: Recurrence['range']): string {
  if (range.type === 'endDate') return ` until ${day.format(wallClock(`${range.endDate}T00:00:00`))}`
  return range.type === 'numbered' ? `, ${range.numberOfOccurrences} times` : ''
}
