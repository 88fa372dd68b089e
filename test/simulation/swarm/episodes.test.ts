import { expect, test } from 'vitest'
import { simulate } from '../simulation.ts'
import { type Episodes, UNEVENTFUL } from './episodes.ts'
import type { Swarm } from './swarm.ts'

const PATIENCE = 180_000

/** A small world with one kind of episode. */
const small =
  (some: Partial<Episodes>) =>
  (swarm: Swarm): Swarm => ({
    ...swarm,
    ...{ people: 1, calendars: 1, operations: 6, atOnce: 0, writers: 1, wishes: 3, pauseMs: 5_000 },
    episodes: { ...UNEVENTFUL, ...some },
  })

const FAILING = { fails: 0.2, lost: 0.2, slow: 0.1, gone: 0.05 }

test.each<[string, number, Partial<Episodes>]>([
  ['K7 G9 C3: people erase, disconnect, revoke, are locked out and come back', 6, { leavings: 3 }],
  ['X2 X3: integrators follow their channels, whose receivers fail', 6, { channels: true, receivers: FAILING }],
  ['K5: keys are rotated, renewed, and disabled too early', 6, { rotations: 3, timers: true }],
  ['D1: the next release runs beside this one and is rolled back', 6, { deploys: 3 }],
  ['T3: clocks are up to five minutes off, and instances are cut off', 6, { skewMs: 300_000, partitions: 3 }],
  ['S6: the tables are restored from a backup', 6, { restore: true }],
])(
  'in a world in which %s both sides end equal and nothing is lost (world %i)',
  async (_, seed, some) => {
    expect((await simulate(seed, { adjust: small(some) })).findings).toEqual([])
  },
  PATIENCE,
)
