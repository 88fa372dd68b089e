import { Temporal } from 'temporal-polyfill'
import { findIana, findWindows } from 'windows-iana'
import { type EpochMs, epochMs } from '../core/time.ts'

/** More than there are zones. */
const MOST_REMEMBERED = 1_000
const LONGEST_REMEMBERED = 64

/**
 * The package's list is of 2022; Windows has followed these places since. Whoever writes a wall-clock time under the old name
 * is an hour off.
 * @see https://github.com/unicode-org/cldr/pull/2716 (Mexico)
 * @see https://github.com/unicode-org/cldr/pull/3498 (Kazakhstan)
 */
const WINDOWS_NOW: ReadonlyMap<string, string> = new Map([
  ['America/Chihuahua', 'Central Standard Time (Mexico)'],
  ['America/Ciudad_Juarez', 'Mountain Standard Time'],
  ['America/Coyhaique', 'Magallanes Standard Time'],
  ['America/Ojinaga', 'Central Standard Time'],
  ['America/Scoresbysund', 'Greenland Standard Time'],
  ['Asia/Almaty', 'Qyzylorda Standard Time'],
  ['Asia/Qostanay', 'Qyzylorda Standard Time'],
])

/** The places that the names have stayed with which were best known for others. */
const IANA_NOW: ReadonlyMap<string, string> = new Map([
  ['Central Asia Standard Time', 'Asia/Bishkek'],
  ['Mountain Standard Time (Mexico)', 'America/Mazatlan'],
])

/**
 * The IANA name of a zone given by its IANA or Windows name; undefined for names that map to none.
 * @param locale such as `da-DK`: of the places that share a Windows zone, people read the one of their own country.
 */
export function ianaZone(name: string | null | undefined, locale?: string | null): string | undefined {
  if (!name) return undefined
  if (isIanaZone(name)) return name
  return ianaOfWindows(`${regionOf(locale) ?? ''}|${name}`)
}

/** The Windows name of an IANA zone; undefined for the zones Windows does not know. */
export const windowsZone = (zone: string): string | undefined => windowsOf(zone) ?? windowsOf(oldName(zone))

const windowsOf = (zone: string): string | undefined => WINDOWS_NOW.get(zone) ?? findWindows(zone)[0]

/**
 * The name a zone is best known by: places are renamed, such as Kiev to Kyiv, and lists know one name only. What is no zone
 * here, because another release has stored it, has no other name.
 */
function oldName(zone: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone
  } catch {
    return zone
  }
}

const regionOf = (locale: string | null | undefined): string | undefined => locale?.match(/-([A-Z]{2})$/)?.[1]

/**
 * Whether a text names a zone of the IANA database. Fixed offsets such as `+02:00` do not count, and neither do names such as
 * `PST` and `IST`, which `Intl` knows besides: nobody can tell which place they mean, and Temporal refuses them.
 */
export const isIanaZone = remembered((name) => {
  if (!/^[A-Za-z]/.test(name)) return false
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name)
    return true
  } catch {
    return false
  }
})

/** A zone with the letters the way the IANA database has them; as it is where the database names it otherwise. */
export const spelledZone = remembered((zone) => {
  const name = oldName(zone)
  return name.toLowerCase() === zone.toLowerCase() ? name : zone
})

/** The IANA name of a Windows name, which stands behind the region it is wanted for. */
const ianaOfWindows = remembered((regionAndName) => {
  const [region = '', ...parts] = regionAndName.split('|')
  const name = parts.join('|')
  const ofRegion = region === '' ? [] : findIana(name, region)
  return ofRegion.find((zone) => windowsOf(zone) === name) ?? IANA_NOW.get(name) ?? findIana(name)[0]
})

/** The instant of a wall-clock time in a zone. A time a DST change skips is moved on, a doubled one is the earlier. */
export const instantInZone = (wallClock: string, zone: string): EpochMs =>
  epochMs(Temporal.PlainDateTime.from(wallClock).toZonedDateTime(zone).epochMilliseconds)

/** The instant at which a calendar day begins in a zone. */
export const startOfDayInZone = (date: string, zone: string): EpochMs =>
  epochMs(Temporal.PlainDate.from(date).toZonedDateTime(zone).epochMilliseconds)

/** `2026-11-03T14:30:00+01:00`: the instant as a clock on the wall in that zone shows it. */
export const wallClockWithOffset = (at: EpochMs, zone: string): string =>
  Temporal.Instant.fromEpochMilliseconds(at)
    .toZonedDateTimeISO(zone)
    .toString({ smallestUnit: 'second', timeZoneName: 'never' })

/** The same without the offset, which leaves open which of two hours of one name it is: `2026-11-03T14:30:00`. */
export const wallClock = (at: EpochMs, zone: string): string => wallClockWithOffset(at, zone).slice(0, 19)

/** The calendar day an instant falls on in a zone. */
export const dateInZone = (at: EpochMs, zone: string): string => wallClockWithOffset(at, zone).slice(0, 10)

/**
 * Looks a name up once. A lookup takes as long as much of the rest of an event, and all events of a mailbox name the same
 * few zones. Names come from outside, so that neither their number nor their length has an end.
 */
function remembered<Value>(look: (name: string) => Value): (name: string) => Value {
  const known = new Map<string, Value>()
  return (name) => {
    if (known.has(name)) return known.get(name) as Value
    const value = look(name)
    if (known.size >= MOST_REMEMBERED) known.clear()
    if (name.length <= LONGEST_REMEMBERED) known.set(name, value)
    return value
  }
}
