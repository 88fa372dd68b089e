import { type Clock, type EpochMs, later, seconds } from '../core/time.ts'
import type { Integrators } from './integrators.ts'

/** How long the access tokens of a removed integrator may be good for at most. */
const KNOWN_FOR = seconds(60)

/** Whether an integrator is registered, for requests that carry a token of it: the answer is up to 60 seconds old. */
export type IsRegistered = (clientId: string) => Promise<boolean>

/** A read of the tables per integrator and minute, instead of one per request; requests that come at once share it. */
export function createIsRegistered(integrators: Pick<Integrators, 'find'>, clock: Clock): IsRegistered {
  const knownUntil = new Map<string, EpochMs>()
  const asking = new Map<string, Promise<boolean>>()

  async function ask(clientId: string): Promise<boolean> {
    const asked = clock.now()
    const isThere = (await integrators.find(clientId)) !== undefined
    if (isThere) knownUntil.set(clientId, later(asked, KNOWN_FOR))
    else knownUntil.delete(clientId)
    return isThere
  }

  return (clientId) => {
    const until = knownUntil.get(clientId)
    if (until !== undefined && clock.now() < until) return Promise.resolve(true)
    const answer = asking.get(clientId) ?? ask(clientId).finally(() => asking.delete(clientId))
    asking.set(clientId, answer)
    return answer
  }
}
