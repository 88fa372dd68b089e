import type { Context } from 'hono'
import type { Random } from '../../../../shared/core/random.ts'
import type { Clock } from '../../../../shared/core/time.ts'
import { MailboxFailure } from '../mailbox/failures.ts'
import type { Mailbox } from '../mailbox/mailbox.ts'
import type { World } from '../world.ts'
import type { Faults } from './faults.ts'
import type { Preferences } from './preferences.ts'

/** Whom an access token speaks for. */
export interface Caller {
  readonly oid: string
  readonly tid: string
  readonly appId: string
  readonly scopes: readonly string[]
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
}

/** The sign-in part, which gives out the tokens. */
export interface Tokens {
  /** @returns undefined for a text that is no token of ours; an expired token is told with its `expiresAt`. */
  verify(token: string): Caller | undefined
}

/**
 * Sends a request to a client's notification address.
 * @throws when it cannot be reached or does not answer within `timeoutMs`
 */
export type Deliver = (request: Request, timeoutMs: number) => Promise<Response>

export interface GraphDependencies {
  readonly world: World
  readonly clock: Clock
  readonly random: Random
  readonly faults: Faults
  readonly tokens: Tokens
  readonly deliver: Deliver
}

export interface GraphEnvironment {
  /** `isEmpty`: the mailbox tells nothing, whatever is in it. */
  Variables: { requestId: string; caller: Caller; mailbox: Mailbox; preferences: Preferences; isEmpty: boolean }
}

export type GraphContext = Context<GraphEnvironment>

/** A query parameter by its name in any case. */
export function query(c: GraphContext, name: string): string | undefined {
  const entry = Object.entries(c.req.query()).find(([key]) => key.toLowerCase() === name.toLowerCase())
  return entry?.[1]
}

/** The JSON a client sent. @throws MailboxFailure 400 when it is none. */
export async function readJson(c: GraphContext): Promise<unknown> {
  try {
    return await c.req.json()
  } catch (cause) {
    const failure = new MailboxFailure(400, 'BadRequest', 'Unable to read JSON request payload.')
    failure.cause = cause
    throw failure
  }
}

/** The part of the address before the path, as links in answers carry it. */
export const originOf = (c: GraphContext): string => new URL(c.req.url).origin

export const metadata = (c: GraphContext, what: string): string => `${originOf(c)}/v1.0/$metadata#${what}`
