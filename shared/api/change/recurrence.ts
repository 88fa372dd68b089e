import * as z from 'zod'
import type { EpochMs } from '../../core/time.ts'
import type { EventTime } from '../../events/event.ts'
import type { Recurrence } from '../../events/recurrence.ts'
import { dayBefore } from '../../events/weekdays.ts'
import { wallClockWithOffset, windowsZone } from '../../events/zones.ts'
import { type Findings, notSupported, problem } from '../findings.ts'
import type { Fields } from './fields.ts'
import { patternOf } from './pattern.ts'
import { isUnknownPart, Rule } from './rule.ts'
import { readMoment } from './times.ts'

const Rules = z.object({ rules: z.array(z.record(z.string(), z.unknown())) })

/** How an event repeats: one rule, or none, which ends the series. */
export const RecurrenceRules = z.object({ rules: z.array(Rule).max(1) })

const PATH = 'recurrence.rules[0]'
const ONE_RULE = problem('max_recurrence_rules_exceeded', 'must have one rule at most')
const UNKNOWN_ZONE = notSupported('is a time zone in which Microsoft 365 cannot repeat events')
const COUNT_AND_UNTIL = problem('not_supported_count_until_combination', 'is not possible together with count')
const UNTIL_BEFORE_START = problem('invalid_time_pair', 'must not be before start')

/**
 * The recurrence of a new or changed series; null for one that ends it, which is an empty list of rules.
 * @param start the first occurrence; undefined when it could not be read, and then only the form is checked.
 */
export function readRecurrence(
  { recurrence, start: written }: Fields,
  start: EventTime | undefined,
  findings: Findings,
): Recurrence | null | undefined {
  const read = findings.read('recurrence', Rules.optional(), recurrence)
  if (read === undefined) return undefined
  const [first, ...more] = read.rules
  if (more.length > 0) return findings.refuse('recurrence.rules', ONE_RULE)
  if (first === undefined) return null
  for (const name of Object.keys(first).filter(isUnknownPart))
    findings.refuse(`${PATH}.${name.slice(0, 64)}`, notSupported('is not possible'))
  const rule = findings.read(PATH, Rule, first)
  return rule && start && recurrenceOf(rule, start, typeof written === 'string' ? 'tzid' : 'start.tzid', findings)
}

/** Without a zone a series repeats at the same time in UTC. All-day events have no zone to count days in. */
function recurrenceOf(rule: Rule, start: EventTime, zonePath: string, findings: Findings): Recurrence | undefined {
  const zone = (start.kind === 'instant' ? start.zone : undefined) ?? 'UTC'
  if (windowsZone(zone) === undefined) return findings.refuse(zonePath, UNKNOWN_ZONE)
  const startDate = start.kind === 'date' ? start.date : wallClock(start.at, zone).date
  const pattern = patternOf(rule, startDate, (field, message) => findings.refuse(`${PATH}.${field}`, message))
  const untilDate = rule.until === undefined ? undefined : lastDate(rule.until, start, zone, findings)
  if (rule.count !== undefined && rule.until !== undefined) return findings.refuse(`${PATH}.until`, COUNT_AND_UNTIL)
  if (untilDate !== undefined && untilDate < startDate) return findings.refuse(`${PATH}.until`, UNTIL_BEFORE_START)
  const { frequency, interval, count } = rule
  return pattern && { frequency, interval, ...pattern, startDate, untilDate, count, zone }
}

/** The last day an occurrence may begin on. `until` may be a time of day, and is then after the last occurrence begins. */
function lastDate(text: string, start: EventTime, zone: string, findings: Findings): string | undefined {
  const until = readMoment(`${PATH}.until`, text, zone, findings)
  if (until === undefined || until.kind === 'date') return until?.date
  const end = wallClock(until.at, zone)
  const startsLater = start.kind === 'instant' && wallClock(start.at, zone).time > end.time
  return startsLater ? dayBefore(end.date) : end.date
}

function wallClock(at: EpochMs, zone: string): { date: string; time: string } {
  const text = wallClockWithOffset(at, zone)
  return { date: text.slice(0, 10), time: text.slice(11, 19) }
}
