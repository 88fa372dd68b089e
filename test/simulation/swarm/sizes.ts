import { hours, later } from '../../../shared/core/time.ts'
import { startOfDay } from '../../../shared/events/window.ts'
import type { Dice } from '../../support/dice.ts'
import { PLAIN_NEIGHBOURS } from './neighbours.ts'
import type { Swarm } from './swarm.ts'

/** The most there is of everything in a world of one size. */
interface Size {
  readonly people: number
  readonly calendars: number
  readonly operations: number
  readonly wishes: number
  readonly batch: number
  readonly pastDays: number
  readonly futureDays: number
  readonly faultySteps: number
}

const SMALL: Size = {
  ...{ people: 1, calendars: 1, operations: 6, wishes: 4, batch: 3 },
  ...{ pastDays: 2, futureDays: 6, faultySteps: 700 },
}
const MEDIUM: Size = {
  ...{ people: 2, calendars: 2, operations: 12, wishes: 8, batch: 20 },
  ...{ pastDays: 5, futureDays: 35, faultySteps: 3_000 },
}

/** Hardly anything depends on it but what is looked for in stored rows, and it takes half of the time of a large world. */
const REAL_CRYPTO = 0.02

/**
 * Makes most worlds small, and leaves one in a hundred as large as it is: many small worlds find more in the same time than
 * few large ones, and some mistakes show only where there is much of everything.
 */
export function resized(swarm: Swarm, dice: Dice): Swarm {
  const size = dice.below(100)
  // Read row by row, so much would take more steps than any world may.
  const { pageRows } = PLAIN_NEIGHBOURS
  if (size === 0)
    return { ...swarm, neighbours: { ...swarm.neighbours, pageRows }, realCrypto: dice.chance(REAL_CRYPTO) }
  return capped(swarm, size < 8 ? MEDIUM : SMALL, dice)
}

function capped(swarm: Swarm, size: Size, dice: Dice): Swarm {
  // Small as well, and not all at the limit.
  const within = (value: number, most: number) => (value <= most ? value : 1 + dice.below(most))
  const operations = within(swarm.operations, size.operations)
  const { past, future } = swarm.windowDays
  return {
    ...swarm,
    operations,
    people: Math.min(swarm.people, size.people),
    calendars: Math.min(swarm.calendars, size.calendars),
    atOnce: Math.min(swarm.atOnce, operations),
    wishes: within(swarm.wishes, size.wishes),
    batch: Math.min(swarm.batch, size.batch),
    faultySteps: Math.min(swarm.faultySteps, size.faultySteps),
    windowDays: { past: within(past, size.pastDays), future: within(future, size.futureDays) },
    // A night takes as many visits as all the rest.
    start: dice.chance(0.2) ? swarm.start : later(startOfDay(swarm.start), hours(8)),
    connectsFirst: dice.chance(0.85),
    realCrypto: dice.chance(REAL_CRYPTO),
  }
}
