import * as z from 'zod'
import { FAILURES, type FailureCode } from '../../../core/errors.ts'

const CODES = Object.keys(FAILURES) as [FailureCode, ...FailureCode[]]

/** Why a request was not carried out. */
export const Failure = z
  .object({
    error: z.enum(CODES).meta({ description: 'A stable code; new ones may be added.' }),
    description: z.string().optional().meta({ description: 'What the caller can do about it.' }),
  })
  .meta({
    id: 'Failure',
    examples: [{ error: 'NOT_FOUND', description: 'The person has nothing under this address.' }],
  })

const Problem = z.object({
  key: z.string().meta({ description: 'For programs.', examples: ['errors.required'] }),
  description: z.string().meta({ description: 'For people.', examples: ['summary must be specified'] }),
})

/** What is wrong with the fields of a request. */
export const InvalidFields = z
  .object({
    errors: z
      .record(z.string(), z.array(Problem))
      .meta({ description: 'By the field, such as `attendees.invite[0].email`; `base` is the request as a whole.' }),
  })
  .meta({
    id: 'InvalidFields',
    examples: [{ errors: { summary: [{ key: 'errors.required', description: 'summary must be specified' }] } }],
  })

/** @see RFC 6749 section 5.2 */
export const OAuthFailure = z
  .object({ error: z.string().meta({ description: 'A code of RFC 6749.', examples: ['invalid_grant'] }) })
  .meta({ id: 'OAuthFailure' })
