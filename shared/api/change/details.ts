import * as z from 'zod'
import type { Location, Sensitivity } from '../../events/event.ts'
import type { Description, Wanted } from '../../push/wanted.ts'
import { custom, type Findings, notSupported, problem } from '../findings.ts'
import { nearestCategory } from './colors.ts'
import type { Fields } from './fields.ts'
import { Flag, line, text, WebAddress } from './texts.ts'

/**
 * Existing clients send up to 4,096 characters. We take more, so that what Outlook holds can be edited here too; the size
 * of the body bounds it as well.
 */
const DESCRIPTION_MAX = 50_000

const BOTH = problem('invalid_format', 'is not possible together with description')

/** Plain text, or our own addition `description_html`. */
export function readDescription(fields: Fields, findings: Findings): Description | undefined {
  const Text = text(DESCRIPTION_MAX).optional()
  const plain = findings.read('description', Text, fields['description'])
  const html = findings.read('description_html', Text, fields['description_html'])
  if (plain !== undefined && html !== undefined) return findings.refuse('description_html', BOTH)
  if (html !== undefined) return { format: 'html', content: html }
  return plain === undefined ? undefined : { format: 'text', content: plain }
}

const degrees = (max: number) =>
  z
    .preprocess((value) => (typeof value === 'number' ? String(value) : value), z.string().max(32))
    .refine(
      (value) => /^[+-]?\d{1,3}(\.\d+)?$/.test(value) && Math.abs(Number(value)) <= max,
      custom(problem('invalid_format', `must be degrees from -${max} to ${max}`)),
    )
    .transform(Number)

const Place = z
  .object({ description: line(255), lat: degrees(90).optional(), long: degrees(180).optional() })
  .refine(({ lat, long }) => (lat === undefined) === (long === undefined), {
    error: problem('invalid_format', 'must have both of lat and long, or neither'),
  })
  .nullable()
  .optional()

/** A place without a name and coordinates is none. */
export function readLocation({ location }: Fields, findings: Findings): Location | null | undefined {
  const place = findings.read('location', Place, location)
  if (!place) return place
  const { description, lat: latitude, long: longitude } = place
  if (latitude === undefined || longitude === undefined) return description === '' ? null : { description }
  return { description, latitude, longitude }
}

/** Four weeks. */
const MAX_MINUTES = 40_320

const Reminders = z.array(z.object({ minutes: z.int().min(0).max(MAX_MINUTES) })).optional()

/** The first of the reminders, which is the most important one; Microsoft 365 has one. None of them takes it away. */
export function readReminder(
  fields: Fields,
  findings: Findings,
): Pick<Wanted, 'reminderMinutes' | 'reminderOnCreateOnly'> {
  const reminders = findings.read('reminders', Reminders, fields['reminders'])
  const onCreateOnly = findings.read('reminders_create_only', Flag.optional(), fields['reminders_create_only'])
  if (reminders === undefined) return {}
  return { reminderMinutes: reminders[0]?.minutes ?? null, ...(onCreateOnly && { reminderOnCreateOnly: true }) }
}

const Coarse = z.enum(['opaque', 'transparent']).optional()
const Extended = z.enum(['opaque', 'transparent', 'tentative', 'out_of_office', 'working_elsewhere']).optional()

/** The finer of the two wins. */
export function readTransparency(fields: Fields, findings: Findings): Wanted['transparency'] {
  const coarse = findings.read('transparency', Coarse, fields['transparency'])
  return findings.read('extended_transparency', Extended, fields['extended_transparency']) ?? coarse
}

export function readSensitivity(fields: Fields, findings: Findings): Sensitivity | undefined {
  const isPrivate = findings.read('event_private', Flag.optional(), fields['event_private'])
  return isPrivate === undefined ? undefined : isPrivate ? 'private' : 'normal'
}

export const readUrl = ({ url }: Fields, findings: Findings): string | null | undefined =>
  findings.read('url', WebAddress.nullable().optional(), url)

const Color = z
  .string()
  .regex(/^#[0-9A-Fa-f]{6}$/, custom(problem('invalid_format', 'must be a color such as #49BED8')))
  .nullable()
  .optional()

export function readColor({ color }: Fields, findings: Findings): Wanted['color'] {
  const read = findings.read('color', Color, color)
  return typeof read === 'string' ? nearestCategory(read) : read
}

const CONFERENCING: Readonly<Record<string, 'teams' | 'none'>> = { integrated: 'teams', default: 'teams', none: 'none' }

/** Teams, as far as the calendar has it. Microsoft 365 makes the meeting itself, so no other service can be named. */
export function readConferencing({ conferencing }: Fields, findings: Findings): Wanted['conferencing'] {
  const read = findings.read('conferencing', z.object({ profile_id: z.string() }).optional(), conferencing)
  if (read === undefined) return undefined
  if (!Object.hasOwn(CONFERENCING, read.profile_id))
    return findings.refuse('conferencing.profile_id', notSupported('must be integrated, default or none'))
  return CONFERENCING[read.profile_id]
}

/** What was asked for and cannot be had is refused, never left out. */
export function refuseUnsupported(fields: Fields, findings: Findings): void {
  for (const name of ['attachments', 'subscriptions']) {
    const value = fields[name]
    const asksNothing = value === undefined || value === null || (Array.isArray(value) && value.length === 0)
    if (!asksNothing) findings.refuse(name, notSupported('is not possible'))
  }
}
