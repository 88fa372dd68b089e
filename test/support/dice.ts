import type { Random } from '../../shared/core/random.ts'

/** All chance of a simulation: equal seeds give equal throws. */
export interface Dice extends Random {
  /** In [0, 1). */
  fraction(): number
  /** A whole number from 0 up to, not including, `limit`. */
  below(limit: number): number
  chance(probability: number): boolean
  pick<T>(choices: readonly T[]): T
  /** A generator of its own for one role, so that one role's throws do not shift another's. */
  fork(role: string): Dice
}

export function createDice(seed: number | string): Dice {
  let state = hashOf(String(seed))

  // mulberry32
  function word(): number {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return (mixed ^ (mixed >>> 14)) >>> 0
  }

  const fraction = () => word() / 2 ** 32
  const below = (limit: number) => Math.floor(fraction() * limit)
  return {
    bytes: (length) => Uint8Array.from({ length }, () => word() & 0xff),
    fraction,
    below,
    chance: (probability) => fraction() < probability,
    pick(choices) {
      const at = below(choices.length)
      if (at >= choices.length) throw new Error('there is nothing to pick from')
      return choices[at] as (typeof choices)[number]
    },
    fork: (role) => createDice(`${seed} ${role}`),
  }
}

/** FNV-1a, 32 bits; `from` continues an earlier hash. */
export function hashOf(text: string, from = 0x811c9dc5): number {
  let hash = from
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash >>> 0
}
