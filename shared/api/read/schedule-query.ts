import * as z from 'zod'
import { days, type EpochMs, earlier, later } from '../../core/time.ts'
import { calendarKey } from '../change/ids.ts'
import { custom, type Findings, problem } from '../findings.ts'
import { flag, momentOf, parseQuery, type QueryTime, readQuery, time, Zone } from '../query.ts'

/** A validated request for events, or for the times they take. */
export interface ScheduleQuery {
  readonly zone: string
  /** Events that end at or after `from` and start before `to`; absent where nothing bounds them. */
  readonly from?: EpochMs | undefined
  readonly to?: EpochMs | undefined
  /** Our calendar keys; empty for all. */
  readonly calendars: readonly string[]
  readonly includeDeleted: boolean
  /** Also events that took place between `from` and `to` before they were moved away. */
  readonly includeMoved: boolean
  /** The integrator's own events too, or nothing else. */
  readonly managed: 'without' | 'with' | 'only'
  readonly localizedTimes: boolean
  readonly lastModified?: EpochMs | undefined
  /** Coordinates of places. */
  readonly includeGeo: boolean
  /** Only when the person is free or busy is asked for, and nothing that an event says. */
  readonly freeBusy?: { readonly includeIds: boolean; readonly includeFree: boolean } | undefined
}

const CalendarId = z
  .string()
  .refine((id) => calendarKey(id) !== undefined, custom(problem('invalid_calendar_ids', 'is not a calendar id')))

/** What every reading of a schedule can be asked for. */
const SPAN = {
  tzid: Zone,
  from: time('Events that end at or after this; a date begins in `tzid`. 42 days back when absent.'),
  to: time('Events that start before this; a date begins in `tzid`. 201 days ahead when absent.'),
  'calendar_ids[]': z.array(CalendarId).max(200).optional().meta({ description: 'Only these calendars.' }),
  include_managed: flag("The integrator's own events as well."),
  include_deleted: flag('Deleted events as well, marked `deleted`.'),
  last_modified: time(
    "Only events that somebody else than the integrator has changed since, whenever they take place; take a channel's " +
      '`changes_since`. `from` and `to` bound nothing then, unless they are given.',
  ),
  localized_times: flag('Times as `{time, tzid}`, with the offset of their zone.'),
} as const

export const EventsParameters = z.object({
  ...SPAN,
  only_managed: flag(
    "The integrator's own events only, which takes no scope for reading. `from` and `to` bound nothing then, unless they are given.",
  ),
  include_moved: flag('Also events that took place between `from` and `to` before they were moved.'),
  include_geo: flag('Coordinates of places, where they are known.'),
  google_event_ids: flag('Has no effect: there are no such ids.'),
})

/** The days that are cached, which bound a request without `from` or `to`. */
interface Bounds {
  readonly past: number
  readonly future: number
}

/** Reads the query of `GET /v1/events`. @throws ValidationError naming every bad parameter. */
export const parseEventsQuery = (search: URLSearchParams, bounds: Bounds, now: EpochMs): ScheduleQuery =>
  parseQuery((findings) => {
    const read = readQuery(EventsParameters, search, findings)
    const only = read.only_managed === true
    return {
      ...spanOf(read, findings, only ? undefined : bounds, now),
      managed: only ? 'only' : read.include_managed === true ? 'with' : 'without',
      includeMoved: read.include_moved === true,
      includeGeo: read.include_geo === true,
    }
  })

export const EventParameters = z.object({
  tzid: Zone.default('Etc/UTC'),
  include_deleted: SPAN.include_deleted,
  localized_times: SPAN.localized_times,
  include_geo: flag('Coordinates of places, where they are known.'),
})

/** Reads the query of `GET /v1/events/{event_uid}`: nothing in it bounds what is found. @throws ValidationError. */
export const parseEventQuery = (search: URLSearchParams): ScheduleQuery =>
  parseQuery((findings) => {
    const read = readQuery(EventParameters, search, findings)
    return {
      zone: read.tzid ?? 'Etc/UTC',
      calendars: [],
      includeDeleted: read.include_deleted === true,
      includeMoved: false,
      managed: 'with',
      localizedTimes: read.localized_times === true,
      includeGeo: read.include_geo === true,
    }
  })

export const FreeBusyParameters = z.object({
  ...SPAN,
  include_ids: flag('`event_uid` of each event, and `event_id` of your own ones.'),
  include_free: flag(
    'Also what leaves the person free, such as a declined invitation. ' +
      'With `last_modified` and `include_deleted` that is told in any case: it may have taken time before.',
  ),
})

/** Reads the query of `GET /v1/free_busy`. @throws ValidationError naming every bad parameter. */
export const parseFreeBusyQuery = (search: URLSearchParams, bounds: Bounds, now: EpochMs): ScheduleQuery =>
  parseQuery((findings) => {
    const read = readQuery(FreeBusyParameters, search, findings)
    return {
      ...spanOf(read, findings, bounds, now),
      managed: read.include_managed === true ? 'with' : 'without',
      includeMoved: false,
      includeGeo: false,
      freeBusy: { includeIds: read.include_ids === true, includeFree: read.include_free === true },
    }
  })

type Span = Partial<z.output<z.ZodObject<typeof SPAN>>>

/** @param bounds for a request without `from` or `to`; none for one that has none. */
function spanOf(read: Span, findings: Findings, bounds: Bounds | undefined, now: EpochMs) {
  const zone = read.tzid ?? 'Etc/UTC'
  const moment = (name: 'from' | 'to' | 'last_modified') => momentIn(read[name], name, zone, findings)
  const [from, to, lastModified] = [moment('from'), moment('to'), moment('last_modified')]
  if (from !== undefined && to !== undefined && to <= from)
    findings.refuse('to', problem('invalid_time_pair', 'must be after from'))
  const applied = lastModified === undefined ? bounds : undefined
  return {
    zone,
    from: from ?? (applied && earlier(now, days(applied.past))),
    to: to ?? (applied && later(now, days(applied.future))),
    calendars: (read['calendar_ids[]'] ?? []).flatMap((id) => calendarKey(id) ?? []),
    includeDeleted: read.include_deleted === true,
    localizedTimes: read.localized_times === true,
    lastModified,
  }
}

function momentIn(time: QueryTime | undefined, name: string, zone: string, findings: Findings): EpochMs | undefined {
  if (time === undefined) return undefined
  return momentOf(time, zone) ?? findings.refuse(name, problem('invalid_format', 'is not a date or time'))
}
