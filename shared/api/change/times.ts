import * as z from 'zod'
import { parseInstant } from '../../core/time.ts'
import type { EventTime } from '../../events/event.ts'
import { instantInZone, isIanaZone, spelledZone } from '../../events/zones.ts'
import type { Times } from '../../push/wanted.ts'
import { type Findings, notSupported, problem, REQUIRED } from '../findings.ts'
import type { Fields } from './fields.ts'

const BAD_TIME = problem('invalid_format', 'must be a date, or a time with an offset or a tzid')
const UNKNOWN_ZONE = problem('tzid_unrecognized', 'is not the name of a time zone')
const MILLISECONDS = notSupported('must be in whole seconds')
const YEARS = notSupported('must be in the years 1900 to 2200')
const END_BEFORE_START = problem('invalid_time_pair', 'must be after start')
const OTHER_KIND = problem('invalid_time_pair', 'must be a date where start is one, and a time where start is one')

/**
 * Start and end of an event: each a date, a time, or `{time, tzid}`; a `tzid` beside them is the zone of both.
 * @param required whether they must be there. One never goes without the other.
 */
export function readTimes(fields: Fields, required: boolean, findings: Findings): Times | undefined {
  const zone = readZone('tzid', fields['tzid'], findings)
  const given = (['start', 'end'] as const).filter((name) => fields[name] !== undefined)
  if (given.length === 0 && !required) return undefined
  const start = readTime('start', fields['start'], zone, findings)
  const end = readTime('end', fields['end'], zone, findings)
  if (start === undefined || end === undefined) return undefined
  if (start.kind !== end.kind) return findings.refuse('end', OTHER_KIND)
  if (!isAfter(end, start)) return findings.refuse('end', END_BEFORE_START)
  return { start, end }
}

/** An event may take no time at all; an all-day event takes at least one day, and its end is not part of it. */
function isAfter(end: EventTime, start: EventTime): boolean {
  if (end.kind === 'date') return start.kind === 'date' && end.date > start.date
  return start.kind === 'instant' && end.at >= start.at
}

function readTime(path: string, value: unknown, zone: string | undefined, findings: Findings): EventTime | undefined {
  if (value === undefined) return findings.refuse(path, REQUIRED)
  if (typeof value === 'string') return readMoment(path, value, zone, findings)
  if (typeof value !== 'object' || value === null) return findings.refuse(path, BAD_TIME)
  const { time, tzid } = value as Fields
  const own = readZone(`${path}.tzid`, tzid, findings)
  if (typeof time !== 'string') return findings.refuse(`${path}.time`, time === undefined ? REQUIRED : BAD_TIME)
  return readMoment(`${path}.time`, time, own ?? zone, findings)
}

/**
 * @returns the zone with the letters the way the IANA database has them; undefined when none is given. In place of a bad
 * one UTC, so that the times are not called bad for it as well.
 */
function readZone(path: string, value: unknown, findings: Findings): string | undefined {
  if (value === undefined) return undefined
  if (typeof value !== 'string' || !isIanaZone(value)) {
    findings.refuse(path, UNKNOWN_ZONE)
    return 'UTC'
  }
  return spelledZone(value)
}

/** The name of a time zone in the IANA database. */
export const ZoneName = z.string().meta({ examples: ['Europe/Copenhagen'] })

/** `2026-11-03`, `2026-11-03T14:30:00Z`, `2026-11-03 14:30:00Z`, `2026-11-03T14:30:00+01:00`, `2026-11-03T14:30`. */
const MOMENT =
  /^(\d{4}-\d{2}-\d{2})(?:[Tt ]((?:[01]\d|2[0-3]):[0-5]\d)(?::([0-5]\d)(?:\.(\d{1,9}))?)?([Zz]|[+-]\d{2}:\d{2})?)?$/

const Moment = z
  .string()
  .regex(MOMENT)
  .meta({ examples: ['2026-11-27', '2026-11-27T09:00:00Z', '2026-11-27T09:00:00'] })

/** A date, a time, or a time with the zone that it is meant in. */
export const MomentOrInZone = z
  .union([Moment, z.object({ time: Moment, tzid: ZoneName.optional() })])
  .meta({ id: 'EventTime', examples: ['2026-11-27T09:00:00Z'] })

/**
 * A date or time that a text stands for. A time without an offset is a wall-clock time in `zone`; one that a change of
 * clocks skips is moved on by as much, and of a doubled one the first is meant.
 */
export function readMoment(
  path: string,
  value: string,
  zone: string | undefined,
  findings: Findings,
): EventTime | undefined {
  const [, date, minute, second = '00', fraction = '0', offset] = MOMENT.exec(value) ?? []
  if (date === undefined || parseInstant(`${date}T00:00Z`) === undefined) return findings.refuse(path, BAD_TIME)
  const year = Number(date.slice(0, 4))
  if (year < 1900 || year > 2200) return findings.refuse(path, YEARS)
  if (minute === undefined) return { kind: 'date', date }
  if (Number(fraction) !== 0) return findings.refuse(path, MILLISECONDS)
  const wallClock = `${date}T${minute}:${second}`
  const at = offset === undefined ? zone && instantInZone(wallClock, zone) : parseInstant(wallClock + offset)
  return at === undefined || at === '' ? findings.refuse(path, BAD_TIME) : { kind: 'instant', at, zone }
}
