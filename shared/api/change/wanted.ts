import * as z from 'zod'
import type { EventName } from '../../push/changes.ts'
import type { Wanted } from '../../push/wanted.ts'
import { createFindings, type Findings, notSupported, problem } from '../findings.ts'
import { readAttendees } from './attendees.ts'
import {
  readColor,
  readConferencing,
  readDescription,
  readLocation,
  readReminder,
  readSensitivity,
  readTransparency,
  readUrl,
  refuseUnsupported,
} from './details.ts'
import { readEventName } from './event-name.ts'
import type { Fields } from './fields.ts'
import { readRecurrence } from './recurrence.ts'
import { line } from './texts.ts'
import { readTimes } from './times.ts'

/** A checked request to bring one event into a state. */
export interface UpsertRequest {
  readonly event: EventName
  readonly wanted: Wanted
  /** The version of the event that the integrator has seen. */
  readonly basedOn?: string | undefined
}

/** What the wire format allows. Outlook takes less: what Microsoft refuses of it ends as a rejected action. */
export const Summary = line(1024)

/** A version that a read gave. */
export const Version = line(64)

const NOTHING = problem('required', 'must have at least one field to change')

/**
 * Reads the body of `POST /v1/calendars/{calendar_id}/events`. Fields with no meaning here are left alone.
 * @throws ValidationError naming every bad field.
 */
export function parseUpsert(fields: Fields): UpsertRequest {
  const findings = createFindings()
  const isExternal = fields['event_uid'] !== undefined
  const event = readEventName(fields, findings)
  const basedOn = findings.read('based_on', Version.optional(), fields['based_on'])
  const isThere = isExternal || basedOn !== undefined
  const wanted = stated(readWanted(fields, { isExternal, isThere }, findings))
  findings.end()
  if (Object.keys(wanted).length === 0) findings.refuse('base', NOTHING)
  findings.end()
  return { event, wanted, basedOn }
}

interface About {
  /** Named by its uid. */
  readonly isExternal: boolean
  /** Whoever says so has seen it, and has to name only what is to change. */
  readonly isThere: boolean
}

function readWanted(fields: Fields, { isExternal, isThere }: About, findings: Findings): Wanted {
  const times = readTimes(fields, !isThere || (!isExternal && fields['recurrence'] !== undefined), findings)
  refuseUnsupported(fields, findings)
  return {
    summary: findings.read('summary', isThere ? Summary.optional() : Summary, fields['summary']),
    description: readDescription(fields, findings),
    times,
    location: readLocation(fields, findings),
    attendees: readAttendees(fields, findings),
    ...readReminder(fields, findings),
    transparency: readTransparency(fields, findings),
    sensitivity: readSensitivity(fields, findings),
    url: readUrl(fields, findings),
    color: readColor(fields, findings),
    conferencing: readConferencing(fields, findings),
    recurrence: isExternal ? noRecurrence(fields, findings) : readRecurrence(fields, times?.start, findings),
  }
}

function noRecurrence({ recurrence }: Fields, findings: Findings): undefined {
  if (recurrence !== undefined)
    findings.refuse('recurrence', notSupported('is possible for events with an event_id only'))
}

/** Without the fields that say nothing. */
const stated = (wanted: Wanted): Wanted =>
  Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined))

/** An answer to an invitation. */
export const Status = z.enum(['accepted', 'tentative', 'declined'])

/** Reads the body of `POST .../participation_status`. @throws ValidationError. */
export function parseResponse({ status }: Fields): z.infer<typeof Status> {
  const findings = createFindings()
  const response = findings.read('status', Status, status)
  findings.end()
  return response ?? 'tentative'
}
