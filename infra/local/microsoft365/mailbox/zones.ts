import { Temporal } from 'temporal-polyfill'
import { WINDOWS_TO_IANA_MAP } from 'windows-iana'
import { zoneNotSupported } from './failures.ts'

/** `2026-11-20T09:30:00.0000000`: a wall-clock time as Graph writes it, always with seven fractional digits. */
export type LocalTime = string

/** Of these names, whose main place has gone over to another one since the list was made: a place that has stayed. */
const RULES_NOW: ReadonlyMap<string, string> = new Map([
  ['Central Asia Standard Time', 'Asia/Bishkek'],
  ['Mountain Standard Time (Mexico)', 'America/Mazatlan'],
])

/** The names a mailbox takes for a zone, each with the IANA zone whose rules it follows. */
const zones = new Map<string, string>([
  ['tzone://microsoft/utc', 'UTC'],
  ...worldwideZones().flatMap(({ windows, iana }): [string, string][] => [
    [windows.toLowerCase(), iana],
    [iana.toLowerCase(), iana],
  ]),
  ['utc', 'UTC'],
])

/** Windows names and, as the real service, only the main IANA name of each, not every IANA name. */
function worldwideZones(): { windows: string; iana: string }[] {
  return WINDOWS_TO_IANA_MAP.filter(({ territory }) => territory === '001').map(({ windowsName, iana }) => ({
    windows: windowsName,
    iana: RULES_NOW.get(windowsName) ?? iana[0],
  }))
}

export const windowsZoneNames = (): string[] => worldwideZones().map(({ windows }) => windows)
export const ianaZoneNames = (): string[] => [...new Set(worldwideZones().map(({ iana }) => iana))]

/** The IANA zone behind a zone name. @throws MailboxFailure `TimeZoneNotSupportedException` for an unknown name. */
export function ianaZone(name: string): string {
  const zone = zones.get(name.toLowerCase())
  if (zone === undefined) throw zoneNotSupported(name)
  return zone
}

const instants = new Map<string, number>()
const MOST_REMEMBERED = 200_000

/** Milliseconds since the epoch of a wall-clock time; a time that a clock change skips moves forward by the gap. */
export function toInstant(local: LocalTime, zone: string): number {
  if (zone === 'UTC') return Date.parse(`${local.slice(0, 23)}Z`)
  const key = `${local} ${zone}`
  const known = instants.get(key)
  if (known !== undefined) return known
  const instant = Temporal.PlainDateTime.from(local).toZonedDateTime(zone).epochMilliseconds
  if (instants.size >= MOST_REMEMBERED) instants.clear()
  instants.set(key, instant)
  return instant
}

/** The wall-clock time in `zone` at an instant. */
export function toLocal(instant: number, zone: string): LocalTime {
  if (zone === 'UTC') return `${new Date(instant).toISOString().slice(0, 23)}0000`
  const zoned = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone)
  return zoned.toPlainDateTime().toString({ fractionalSecondDigits: 7 })
}

const DAY = 86_400_000

/** `2026-11-20` as the number of days since 1970. */
export const dayNumber = (date: string): number => Date.parse(`${date}T00:00:00Z`) / DAY

export const addDays = (date: string, days: number): string =>
  new Date((dayNumber(date) + days) * DAY).toISOString().slice(0, 10)
