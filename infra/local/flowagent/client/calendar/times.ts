import type { CalendarItem, ItemTime } from '../../messages.ts'
import { locale, text, timeZone } from '../language.ts'

const DAY_MS = 86_400_000

const days = new Intl.DateTimeFormat(locale, {
  weekday: 'short',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  timeZone: 'UTC',
})

const timesIn = (zone: string) =>
  new Intl.DateTimeFormat(locale, {
    weekday: 'short',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZone: zone,
  })

const here = timesIn(timeZone)

/** When an item is, in this person's zone: `Fri 20 November 2026, 10:00 – 11:00`. */
export function whenOf(item: CalendarItem): string {
  if (item.allDay) return days.formatRange(dayOf(item.start), lastDayOf(item))
  return here.formatRange(new Date(item.start.time), new Date(item.end.time))
}

/** The zone that `whenOf` means, and the planned time where its clock differs from ours. An all-day item has no zone. */
export function zonesOf(item: CalendarItem): string[] {
  if (item.allDay) return []
  const planned = plannedElsewhere(item)
  return planned === undefined ? [readable(timeZone)] : [readable(timeZone), planned]
}

function plannedElsewhere(item: CalendarItem): string | undefined {
  const { zone } = item.start
  if (zone === undefined || !isKnown(zone)) return undefined
  const [start, end] = [new Date(item.start.time), new Date(item.end.time)]
  const there = timesIn(zone)
  if (there.format(start) === here.format(start)) return undefined
  return text.details.elsewhere(there.formatRange(start, end), readable(zone))
}

function isKnown(zone: string): boolean {
  try {
    timesIn(zone)
    return true
  } catch (error) {
    if (error instanceof RangeError) return false // ECMA-402: the browser does not know this zone
    throw error
  }
}

/** `2026-11-20` as that day in UTC, so that no zone moves it. */
const dayOf = (time: ItemTime): Date => new Date(`${time.time}T00:00:00Z`)

const lastDayOf = (item: CalendarItem): Date =>
  new Date(Math.max(dayOf(item.end).getTime() - DAY_MS, dayOf(item.start).getTime()))

const readable = (zone: string): string => zone.replaceAll('_', ' ')
