import * as z from 'zod'
import { createFindings, custom, problem, REQUIRED } from '../findings.ts'
import type { Fields } from './fields.ts'
import { CALENDAR_ID, calendarKey } from './ids.ts'
import { Flag } from './texts.ts'

const INVALID_IDS = custom(problem('invalid_calendar_ids', 'must be a list of calendar ids'))
const BOTH = problem('invalid_format', 'is not possible together with delete_all')

/** Ids of calendars, or a single one; read as our keys. */
export const CalendarIds = z.preprocess(
  (value) => (typeof value === 'string' ? [value] : value),
  z
    .array(z.string(INVALID_IDS).regex(CALENDAR_ID, INVALID_IDS), INVALID_IDS)
    .min(1, INVALID_IDS)
    .transform((ids) => [...new Set(ids.flatMap((id) => calendarKey(id) ?? []))]),
)

/**
 * Reads what `DELETE /v1/events` is to delete: the managed events of all calendars, or of those that are named.
 * @returns our keys of the calendars; undefined for all.
 * @throws ValidationError when it says neither, or both: a list that was lost on the way must not mean all.
 */
export function parseDeleteMany({ delete_all: everything, calendar_ids: ids }: Fields): readonly string[] | undefined {
  const findings = createFindings()
  const isAll = findings.read('delete_all', Flag.optional(), everything)
  const calendars = ids === undefined ? undefined : findings.read('calendar_ids', CalendarIds, ids)
  if (isAll && ids !== undefined) findings.refuse('calendar_ids', BOTH)
  findings.end()
  if (!isAll && calendars === undefined) findings.refuse('delete_all', REQUIRED)
  findings.end()
  return calendars
}
