import { type Random, randomToken } from '../core/random.ts'
import { type Clock, type DurationMs, type EpochMs, later, minutes } from '../core/time.ts'
import type { OneTimeStore } from './ports.ts'

export const LINK_TOKEN_LIFETIME: DurationMs = minutes(5)

/** An integrator's sign that the person it sends is one it knows. Good once, for that integrator only. */
export interface LinkToken {
  readonly token: string
  readonly clientId: string
  readonly expiresAt: EpochMs
}

/**
 * Every Microsoft account is an account of its own here, so that there is nothing to be merged: a link token changes
 * nothing about who somebody is. The integrator learns the account of the new connection in the answer to its code. What a
 * token does is what its name promises: it is refused when it is not the integrator's own, was used, or is older than five
 * minutes.
 */
export interface LinkTokens {
  issue(clientId: string): Promise<string>
  isGood(token: string, clientId: string): Promise<boolean>
  /** Uses it up. @returns whether it was good; of two callers at once, for one only. */
  take(token: string, clientId: string): Promise<boolean>
}

interface Dependencies {
  readonly store: OneTimeStore<LinkToken>
  readonly clock: Clock
  readonly random: Random
}

export function createLinkTokens({ store, clock, random }: Dependencies): LinkTokens {
  async function find(token: string, clientId: string) {
    const found = /^fas_lt_[\w-]{43}$/.test(token) ? await store.find(token) : undefined
    const isGood = found?.value.clientId === clientId && clock.now() < found.value.expiresAt
    return isGood ? found : undefined
  }

  return {
    async issue(clientId) {
      const token = `fas_lt_${randomToken(random)}`
      await store.insert({ token, clientId, expiresAt: later(clock.now(), LINK_TOKEN_LIFETIME) })
      return token
    },
    isGood: async (token, clientId) => (await find(token, clientId)) !== undefined,
    async take(token, clientId) {
      const found = await find(token, clientId)
      return found !== undefined && store.take(found)
    },
  }
}
