import type * as z from 'zod'
import { merged, type Span, type Spans } from '../../availability/spans.ts'
import { type DurationMs, days, type EpochMs, earlier, minutes } from '../../core/time.ts'
import { type WindowDays, windowAround } from '../../events/window.ts'
import { isIanaZone } from '../../events/zones.ts'
import type { Fields } from '../change/fields.ts'
import { calendarKey } from '../change/ids.ts'
import { readMoment } from '../change/times.ts'
import { createFindings, type Findings, problem, REQUIRED } from '../findings.ts'
import { readBody } from '../read-body.ts'
import { AvailabilityBody, MAX_ACCOUNTS, type WirePeriods } from './request.ts'

/** A validated request for times. */
export interface AvailabilityQuery {
  readonly groups: readonly { readonly members: readonly AskedMember[]; readonly required: number }[]
  readonly duration: DurationMs
  readonly buffer: { readonly before: DurationMs; readonly after: DurationMs }
  readonly within: Spans
  readonly format: 'periods' | 'slots' | 'overlapping_slots'
  readonly interval: DurationMs
  readonly limit: number
  readonly zone: string | undefined
}

export interface AskedMember {
  /** Where the request names it, such as `participants[0].members[1]`. */
  readonly path: string
  readonly account: string
  /** Our calendar keys; empty for all. */
  readonly calendars: readonly string[]
  readonly workingHours: boolean
  readonly within: Spans | undefined
}

/** From the start of the first period to the end of the last one. */
const LONGEST = days(35)
/** An instance may not have moved a calendar's window on for a night or two. */
const WINDOW_MARGIN = days(2)
/** How far apart overlapping slots begin when nobody says; never further than they are long. */
const OVERLAPPING_INTERVAL = minutes(30)

const TOO_LONG = problem('out_of_range', 'must be at most 35 days from the first start to the last end')
const BAD_TIME = problem('invalid_format', 'must be a time with an offset, or without one where a tzid is given')

/**
 * Reads the body of `POST /v1/availability`.
 * @param window the days that are cached: of other times nothing is known.
 * @throws ValidationError naming every bad field.
 */
export function parseAvailability(fields: Fields, window: WindowDays, now: EpochMs): AvailabilityQuery {
  const findings = createFindings()
  const body = readBody(AvailabilityBody, fields, findings)
  const { tzid: zone, participants, required_duration, start_interval, buffer, response_format: format } = body
  if (zone !== undefined && !isIanaZone(zone))
    findings.refuse('tzid', problem('tzid_unrecognized', 'is not the name of a time zone'))
  const within = periodsOf('', body, zone, findings)
  if (within === undefined) findings.refuse('query_periods', REQUIRED)
  else checkReach(within, window, now, findings)
  const groups = groupsOf(participants, zone, findings)
  findings.end()
  const duration = minutes(required_duration)
  const usual = format === 'slots' ? duration : (Math.min(duration, OVERLAPPING_INTERVAL) as DurationMs)
  return {
    groups,
    duration,
    buffer: { before: minutes(buffer?.before ?? 0), after: minutes(buffer?.after ?? 0) },
    within: within ?? [],
    format,
    interval: start_interval === undefined ? usual : minutes(start_interval),
    limit: body.max_results,
    zone,
  }
}

/** Who is asked, with the paths by which answers name them. */
function groupsOf(
  participants: z.output<typeof AvailabilityBody>['participants'],
  zone: string | undefined,
  findings: Findings,
): AvailabilityQuery['groups'] {
  const groups = participants.map(({ members, required }, at) => ({
    required: required === 'all' ? members.length : required,
    members: members.map((member, number) => {
      const path = `participants[${at}].members[${number}]`
      const { sub: account, managed_availability: workingHours = false } = member
      const within = periodsOf(`${path}.`, member, zone, findings)
      return { path, account, workingHours, within, calendars: calendarsOf(path, member.calendar_ids, findings) }
    }),
  }))
  if (new Set(groups.flatMap(({ members }) => members.map(({ account }) => account))).size > MAX_ACCOUNTS)
    findings.refuse('participants', problem('too_many', `must name at most ${MAX_ACCOUNTS} accounts`))
  return groups
}

interface Periods {
  readonly query_periods?: WirePeriods | undefined
  readonly available_periods?: WirePeriods | undefined
}

/** The periods under the newer or the older name; undefined when there are none. */
function periodsOf(
  path: string,
  { query_periods, available_periods }: Periods,
  zone: string | undefined,
  findings: Findings,
): Spans | undefined {
  const [given, name] = query_periods ? [query_periods, 'query_periods'] : [available_periods, 'available_periods']
  return given && merged(given.flatMap((period, at) => spanOf(`${path}${name}[${at}]`, period, zone, findings) ?? []))
}

function spanOf(
  path: string,
  { start, end }: WirePeriods[number],
  zone: string | undefined,
  findings: Findings,
): Span | undefined {
  const [from, to] = [momentOf(`${path}.start`, start, zone, findings), momentOf(`${path}.end`, end, zone, findings)]
  if (from === undefined || to === undefined) return undefined
  if (to <= from) return findings.refuse(`${path}.end`, problem('invalid_time_pair', 'must be after start'))
  return { from, to }
}

function momentOf(path: string, text: string, zone: string | undefined, findings: Findings): EpochMs | undefined {
  const time = readMoment(path, text, zone !== undefined && isIanaZone(zone) ? zone : undefined, findings)
  if (time?.kind === 'date') return findings.refuse(path, BAD_TIME)
  return time?.at
}

function checkReach(within: Spans, window: WindowDays, now: EpochMs, findings: Findings): void {
  const [first, last] = [within[0]?.from, within.at(-1)?.to]
  if (first === undefined || last === undefined) return
  const { from } = windowAround(now, window)
  const { to } = windowAround(earlier(now, WINDOW_MARGIN), window)
  if (last - first > LONGEST) findings.refuse('query_periods', TOO_LONG)
  else if (first < from || last > to)
    findings.refuse(
      'query_periods',
      problem('out_of_range', `must be within ${window.past} days back and ${window.future - 2} days ahead`),
    )
}

function calendarsOf(path: string, ids: readonly string[] = [], findings: Findings): readonly string[] {
  const keys = ids.flatMap((id) => calendarKey(id) ?? [])
  if (keys.length < ids.length) refuseCalendars(path, findings)
  return keys
}

/** Notes that a member's calendars are not all its own. */
export const refuseCalendars = (path: string, findings: Findings): undefined =>
  findings.refuse(`${path}.calendar_ids`, problem('invalid_calendar_ids', 'holds an id that is not of this account'))
