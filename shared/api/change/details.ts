import * as z from 'zod'
import type { Location, Sensitivity } from '../../events/event.ts'
import type { Description, Wanted } from '../../push/wanted.ts'
import { custom, type Findings, notSupported, problem, REQUIRED } from '../findings.ts'
import { nearestCategory } from './colors.ts'
import type { Fields } from './fields.ts'
import { Flag, HexColor, line, text, WebAddress } from './texts.ts'

/**
 * Existing clients send up to 4,096 characters. We take more, so that what Outlook holds can be edited here too; the size
 * of the body bounds it as well.
 */
export const DescriptionText = text(50_000)

const BOTH = problem('invalid_format', 'is not possible together with description')

/** Plain text, or our own addition `description_html`. */
export function readDescription(fields: Fields, findings: Findings): Description | undefined {
  const plain = findings.read('description', DescriptionText.optional(), fields['description'])
  const html = findings.read('description_html', DescriptionText.optional(), fields['description_html'])
  if (plain !== undefined && html !== undefined) return findings.refuse('description_html', BOTH)
  if (html !== undefined) return { format: 'html', content: html }
  return plain === undefined ? undefined : { format: 'text', content: plain }
}

const degrees = (max: number) =>
  z
    .preprocess((value) => (typeof value === 'number' ? String(value) : value), z.string().max(32))
    .meta({ also: z.number(), examples: ['55.6761'] })
    .refine(
      (value) => /^[+-]?\d{1,3}(\.\d+)?$/.test(value) && Math.abs(Number(value)) <= max,
      custom(problem('invalid_format', `must be degrees from -${max} to ${max}`)),
    )
    .transform(Number)

export const Place = z
  .object({ description: line(255), lat: degrees(90).optional(), long: degrees(180).optional() })
  .refine(({ lat, long }) => (lat === undefined) === (long === undefined), {
    error: problem('invalid_format', 'must have both of lat and long, or neither'),
  })
  .nullable()

/** A place without a name and coordinates is none. */
export function readLocation({ location }: Fields, findings: Findings): Location | null | undefined {
  const place = findings.read('location', Place.optional(), location)
  if (!place) return place
  const { description, lat: latitude, long: longitude } = place
  if (latitude === undefined || longitude === undefined) return description === '' ? null : { description }
  return { description, latitude, longitude }
}

/** Four weeks. */
const MAX_MINUTES = 40_320

export const Reminders = z.array(z.object({ minutes: z.int().min(0).max(MAX_MINUTES) }))

/** The first of the reminders, which is the most important one; Microsoft 365 has one. None of them takes it away. */
export function readReminder(
  fields: Fields,
  findings: Findings,
): Pick<Wanted, 'reminderMinutes' | 'reminderOnCreateOnly'> {
  const reminders = findings.read('reminders', Reminders.optional(), fields['reminders'])
  const onCreateOnly = findings.read('reminders_create_only', Flag.optional(), fields['reminders_create_only'])
  if (reminders === undefined) return {}
  return { reminderMinutes: reminders[0]?.minutes ?? null, ...(onCreateOnly && { reminderOnCreateOnly: true }) }
}

export const Coarse = z.enum(['opaque', 'transparent'])
export const Extended = z.enum(['opaque', 'transparent', 'tentative', 'out_of_office', 'working_elsewhere'])

/** The finer of the two wins. */
export function readTransparency(fields: Fields, findings: Findings): Wanted['transparency'] {
  const coarse = findings.read('transparency', Coarse.optional(), fields['transparency'])
  return findings.read('extended_transparency', Extended.optional(), fields['extended_transparency']) ?? coarse
}

/** Whether others see what the event says. */
export function readSensitivity(fields: Fields, findings: Findings): Sensitivity | undefined {
  const isPrivate = findings.read('event_private', Flag.optional(), fields['event_private'])
  return isPrivate === undefined ? undefined : isPrivate ? 'private' : 'normal'
}

/** Null takes it away. */
export const readUrl = ({ url }: Fields, findings: Findings): string | null | undefined =>
  findings.read('url', WebAddress.nullable().optional(), url)

/** The category that looks most like it; null takes it away. */
export function readColor({ color }: Fields, findings: Findings): Wanted['color'] {
  const read = findings.read('color', HexColor.nullable().optional(), color)
  return typeof read === 'string' ? nearestCategory(read) : read
}

const CONFERENCING = { integrated: 'teams', default: 'teams', none: 'none' } as const

const OTHER_PROFILE = notSupported('must be integrated, default or none')
const NO_TEXT = problem('invalid_format', 'must be text')

export const Conferencing = z.object({
  profile_id: z.enum(['integrated', 'default', 'none'], {
    error: ({ input }) => (input === undefined ? REQUIRED : typeof input === 'string' ? OTHER_PROFILE : NO_TEXT),
  }),
})

/** Teams, as far as the calendar has it. Microsoft 365 makes the meeting itself, so no other service can be named. */
export function readConferencing({ conferencing }: Fields, findings: Findings): Wanted['conferencing'] {
  const read = findings.read('conferencing', Conferencing.optional(), conferencing)
  return read && CONFERENCING[read.profile_id]
}

/** What was asked for and cannot be had is refused, never left out. */
export function refuseUnsupported(fields: Fields, findings: Findings): void {
  for (const name of ['attachments', 'subscriptions']) {
    const value = fields[name]
    const asksNothing = value === undefined || value === null || (Array.isArray(value) && value.length === 0)
    if (!asksNothing) findings.refuse(name, notSupported('is not possible'))
  }
}
