import * as z from 'zod'
import type { EventName } from '../../push/changes.ts'
import { createFindings, custom, type Findings, problem, REQUIRED } from '../findings.ts'
import type { Fields } from './fields.ts'
import { EVENT_UID, eventKey } from './ids.ts'
import { line } from './texts.ts'

/** An integrator's own name of an event, one in each calendar. */
export const EventId = line(256).min(1)

/** Our name of an event, as a read gave it; read as our key. */
export const EventUid = z
  .string()
  .regex(EVENT_UID, custom(problem('must_be_external_event_uid', 'must be an event_uid that a read gave')))
  .transform((uid) => eventKey(uid) ?? '')

const BOTH = problem('invalid_format', 'is not possible together with event_id')

/** Which event a request is about: exactly one of `event_id` and `event_uid`. An empty name stands for a bad one. */
export function readEventName(fields: Fields, findings: Findings): EventName {
  const { event_id: id, event_uid: uid } = fields
  if (id !== undefined && uid !== undefined) findings.refuse('event_uid', BOTH)
  if (uid !== undefined) return { key: findings.read('event_uid', EventUid, uid) ?? '' }
  if (id === undefined) findings.refuse('event_id', REQUIRED)
  return { eventId: (id !== undefined && findings.read('event_id', EventId, id)) || '' }
}

/** Reads what `DELETE /v1/calendars/{calendar_id}/events` is to delete. @throws ValidationError. */
export function parseEventName(fields: Fields): EventName {
  const findings = createFindings()
  const name = readEventName(fields, findings)
  findings.end()
  return name
}
