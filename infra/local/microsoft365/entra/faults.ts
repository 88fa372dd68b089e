import * as z from 'zod'
import { isRefusalCode } from './refusal.ts'

const RefusalFault = z.object({
  /** An AADSTS number. */
  code: z.number().int().refine(isRefusalCode, 'not a refusal this stand-in knows'),
  /** Replaces the usual suberror; '' leaves it out. */
  suberror: z.string().optional(),
})
const OutageFault = z.object({
  status: z.union([z.literal(429), z.literal(500), z.literal(502), z.literal(503), z.literal(504)]),
  /** Value of the Retry-After header. */
  retryAfter: z.string().optional(),
})

/** How the next requests fail, the first one first; an empty list ends the misbehaviour. */
export const Faults = z.object({
  /** For the token endpoint: a refusal, or an outage with an HTML page as the body. */
  token: z.array(z.union([RefusalFault, OutageFault])).optional(),
  /** For the sign-in: the browser is sent back with this refusal instead of a code. */
  authorize: z.array(RefusalFault).optional(),
})
export type Faults = z.infer<typeof Faults>

export type TokenFault = NonNullable<Faults['token']>[number]
export type AuthorizeFault = NonNullable<Faults['authorize']>[number]

/** The failures that were ordered and have not happened yet. */
export function createFaultQueue() {
  let token: TokenFault[] = []
  let authorize: AuthorizeFault[] = []
  return {
    order(faults: Faults): void {
      token = faults.token ?? token
      authorize = faults.authorize ?? authorize
    },
    nextTokenFault: (): TokenFault | undefined => token.shift(),
    nextAuthorizeFault: (): AuthorizeFault | undefined => authorize.shift(),
  }
}
export type FaultQueue = ReturnType<typeof createFaultQueue>
