import { days, type EpochMs, earlier, later, parseInstant } from '../../core/time.ts'
import { isIanaZone, startOfDayInZone } from '../../events/zones.ts'
import { type Problem, type Problems, ValidationError } from '../failure.ts'

/** A validated request for events. */
export interface EventsQuery {
  readonly zone: string
  /** Events that end at or after `from` and start before `to`; absent when only changes are asked for. */
  readonly from?: EpochMs | undefined
  readonly to?: EpochMs | undefined
  /** Our calendar keys; empty for all. */
  readonly calendars: readonly string[]
  readonly includeDeleted: boolean
  /** The integrator's own events too, or nothing else. */
  readonly managed: 'without' | 'with' | 'only'
  readonly localizedTimes: boolean
  readonly lastModified?: EpochMs | undefined
}

const CALENDAR_ID = /^cal_([A-Za-z0-9_-]{22})$/

/**
 * Reads the query of `GET /v1/events`. Booleans are also taken as `True`/`False`, instants also with a space for the T,
 * as existing clients write them.
 * @param defaults the window that is cached, which bounds a request without `from` or `to`.
 * @throws ValidationError naming every bad parameter.
 */
export function parseEventsQuery(
  search: URLSearchParams,
  defaults: { past: number; future: number },
  now: EpochMs,
): EventsQuery {
  const problems: Record<string, readonly Problem[]> = {}
  refuseOtherArrays(search, problems)
  const zone = zoneOf(search, problems)
  const time = (name: string) => timeOf(search, name, zone, problems)
  const [from, to, lastModified] = [time('from'), time('to'), time('last_modified')]
  if (from !== undefined && to !== undefined && to <= from)
    problems['to'] = [{ key: 'errors.invalid_time_pair', description: 'to must be after from' }]
  const query = {
    zone,
    calendars: calendarsOf(search, problems),
    includeDeleted: booleanOf(search, 'include_deleted', problems),
    managed: managedOf(search, problems),
    localizedTimes: booleanOf(search, 'localized_times', problems),
    lastModified,
    from: from ?? (lastModified === undefined ? earlier(now, days(defaults.past)) : undefined),
    to: to ?? (lastModified === undefined ? later(now, days(defaults.future)) : undefined),
  }
  if (Object.keys(problems).length > 0) throw new ValidationError(problems)
  return query
}

function managedOf(search: URLSearchParams, problems: Found): EventsQuery['managed'] {
  const [included, only] = [booleanOf(search, 'include_managed', problems), booleanOf(search, 'only_managed', problems)]
  if (only) return 'only'
  return included ? 'with' : 'without'
}

/** A filter in a notation we do not read must not be taken for no filter: the answer would show what was not asked for. */
function refuseOtherArrays(search: URLSearchParams, problems: Found): void {
  for (const name of search.keys())
    if (name.includes('[') && name !== 'calendar_ids[]')
      problems[name.slice(0, 64)] = [
        { key: 'errors.not_supported', description: 'write lists as calendar_ids[]=a&calendar_ids[]=b' },
      ]
}

type Found = Record<string, readonly Problem[]> & Problems

function single(search: URLSearchParams, name: string, problems: Found): string | undefined {
  const values = search.getAll(name)
  if (values.length > 1) problems[name] = [{ key: 'errors.not_supported', description: `${name} may be given once` }]
  return values[0] === '' ? undefined : values[0]
}

function zoneOf(search: URLSearchParams, problems: Found): string {
  const zone = single(search, 'tzid', problems)
  if (zone !== undefined && isIanaZone(zone)) return zone
  problems['tzid'] ??= [{ key: 'errors.tzid_unrecognized', description: 'TZID not recognized' }]
  return 'Etc/UTC'
}

function timeOf(search: URLSearchParams, name: string, zone: string, problems: Found): EpochMs | undefined {
  const text = single(search, name, problems)
  if (text === undefined) return undefined
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? dayOf(text, zone) : instantOf(text)
  if (at === undefined)
    problems[name] = [{ key: 'errors.invalid_format', description: `${name} is not a date or time` }]
  return at
}

function dayOf(date: string, zone: string): EpochMs | undefined {
  try {
    return startOfDayInZone(date, zone)
  } catch {
    return undefined
  }
}

/** A `+` of an offset that was not encoded arrives as a space: `2026-11-20T09:00:00 01:00`. */
const INSTANT = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+ -]\d{2}:\d{2})$/

function instantOf(text: string): EpochMs | undefined {
  const [, date, time, offset] = INSTANT.exec(text) ?? []
  return offset === undefined ? undefined : parseInstant(`${date}T${time}${offset.replace(' ', '+')}`)
}

function calendarsOf(search: URLSearchParams, problems: Found): readonly string[] {
  const ids = [...search.getAll('calendar_ids[]'), ...search.getAll('calendar_ids')]
  const keys = ids.flatMap((id) => CALENDAR_ID.exec(id)?.[1] ?? [])
  if (keys.length < ids.length)
    problems['calendar_ids'] = [{ key: 'errors.invalid_calendar_ids', description: 'a calendar id is not one of ours' }]
  return keys
}

function booleanOf(search: URLSearchParams, name: string, problems: Found): boolean {
  const text = single(search, name, problems)?.toLowerCase()
  if (text === undefined || text === 'false') return false
  if (text === 'true') return true
  problems[name] = [{ key: 'errors.must_be_boolean', description: `${name} must be true or false` }]
  return false
}
