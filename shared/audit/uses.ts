import type { EpochMs } from '../core/time.ts'
import type { Head, Use } from './chain.ts'
import type { Act, AuditRecord } from './ports.ts'

type Uses = Head['uses']

interface Used extends Pick<AuditRecord, 'act' | 'actor'> {
  readonly at: EpochMs
  readonly readIn?: number | undefined
}

/** What an integrator does with what it was allowed. */
const USES: readonly Act[] = ['read', 'written', 'calendar-created']
/** The head has to stay small; an account with more integrators forgets the ones it has not seen for longest. */
const MOST_INTEGRATORS = 100

/** Whether an entry says already that this integrator reads in this hour. */
export const isNoted = (uses: Uses, { actor, readIn }: Used): boolean =>
  readIn !== undefined && actor.kind === 'integrator' && uses[actor.id]?.readIn === readIn

/** When each integrator last did something, with this entry; the same object when it is none of an integrator's uses. Pure. */
export function usesAfter(uses: Uses, { act, actor, at, readIn }: Used): Uses {
  if (actor.kind !== 'integrator' || !USES.includes(act)) return uses
  const use: Use = { at, readIn: readIn ?? uses[actor.id]?.readIn }
  const latest = Object.entries({ ...uses, [actor.id]: use }).sort(([, a], [, b]) => b.at - a.at)
  return Object.fromEntries(latest.slice(0, MOST_INTEGRATORS))
}
