import * as z from 'zod'
import { orderedFields } from '../graph/faulty-answer.ts'
import { isRefusalCode, type RefusalCode } from './refusal.ts'

const refusalFields = {
  code: z
    .int()
    .refine((code): code is RefusalCode => isRefusalCode(code), 'not a refusal this stand-in knows')
    .describe('an AADSTS number, with the `error` and `suberror` that Entra sends with it'),
  suberror: z.string().optional().describe("replaces the usual suberror; '' leaves it out"),
}

/** Entra says no, or is away. */
export const TokenFault = z.union([
  z.strictObject({ ...refusalFields, ...orderedFields }),
  z.strictObject({
    status: z
      .union([z.literal(429), z.literal(500), z.literal(502), z.literal(503), z.literal(504)])
      .describe('an outage: an HTML page with this status, in place of a refusal'),
    retryAfter: z.string().optional().describe('the `Retry-After` header'),
    ...orderedFields,
  }),
])
export type TokenFault = z.infer<typeof TokenFault>

/** The browser is sent back with this refusal instead of a code. */
export const AuthorizeFault = z.strictObject({ ...refusalFields, ...orderedFields })
