import * as z from 'zod'
import type { AttendeeDelta } from '../../push/wanted.ts'
import { type Findings, problem } from '../findings.ts'
import type { Fields } from './fields.ts'
import { Email, line } from './texts.ts'

/** As many as one event may have. @see https://learn.microsoft.com/graph/api/event-update (attendees) */
const MAX_ATTENDEES = 500

/** Whom to invite and whom to take off the list; everybody else stays. */
export const Attendees = z.object({
  invite: z
    .array(z.object({ email: Email, display_name: line(255).optional() }))
    .max(MAX_ATTENDEES)
    .default([]),
  remove: z
    .array(z.object({ email: Email }))
    .max(MAX_ATTENDEES)
    .default([]),
})

const BOTH = problem('invalid_format', 'must not be somebody who is invited by the same request')

/** Whom to invite and whom to take off the list, each person once; undefined when that is nobody. */
export function readAttendees({ attendees }: Fields, findings: Findings): AttendeeDelta | undefined {
  const read = findings.read('attendees', Attendees.optional(), attendees)
  if (read === undefined || read.invite.length + read.remove.length === 0) return undefined
  const invite = new Map(read.invite.map(({ email, display_name: name }) => [folded(email), { email, ...named(name) }]))
  const remove = new Map(read.remove.map(({ email }) => [folded(email), email]))
  for (const [at, { email }] of read.remove.entries())
    if (invite.has(folded(email))) findings.refuse(`attendees.remove[${at}].email`, BOTH)
  return { invite: [...invite.values()], remove: [...remove.values()] }
}

const folded = (email: string): string => email.toLowerCase()

const named = (name: string | undefined) => (name ? { name } : {})
