import type { Telemetry } from '../core/telemetry.ts'
import { type Clock, elapsed } from '../core/time.ts'

/** Requests to Graph, with the time until their answer begins. */
export const measuredFetch =
  (fetch: typeof globalThis.fetch, { telemetry, clock }: { telemetry: Telemetry; clock: Clock }): typeof fetch =>
  async (input, init) => {
    const began = clock.now()
    const told = (outcome: string) => telemetry.record('graph.duration', { outcome }, elapsed(began, clock.now()))
    try {
      const response = await fetch(input, init)
      told(outcomeOf(response.status))
      return response
    } catch (error) {
      told('unreachable')
      throw error
    }
  }

function outcomeOf(status: number): string {
  if (status === 429) return 'throttled'
  if (status >= 500) return 'failed'
  return status >= 400 ? 'refused' : 'ok'
}
