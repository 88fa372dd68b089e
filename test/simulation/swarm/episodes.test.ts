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

/** What the story of such a world tells where the episodes took place. */
type Signs = readonly string[]

test.each<[string, number, Partial<Episodes>, Signs]>([
  [
    'K7 G9 C3: where people erase, disconnect, revoke, are locked out and come back',
    4,
    { leavings: 6 },
    ['HAS ERASED', 'AN ERASURE IS COMPLETE', 'HAS DISCONNECTED', 'HAS REVOKED', 'CHANGES THE PASSWORD'],
  ],
  [
    'X2: where integrators follow their channels, whose receivers fail',
    9,
    { channels: true, receivers: FAILING },
    ['is told {"type":"change"', '"event":"channel-failing"'],
  ],
  [
    'K5: where keys are rotated, renewed, and disabled too early',
    9,
    { rotations: 3, timers: true },
    ['THE VAULT HAS wrapping-key/2', 'DISABLED: ', 'ENABLED AGAIN'],
  ],
  [
    'D1: where the next release runs beside this one and is rolled back',
    9,
    { deploys: 3 },
    ['IS REPLACED by the newer release', 'IS REPLACED by the current release'],
  ],
  [
    'T3: where clocks are up to five minutes off, and instances are cut off',
    9,
    { skewMs: 300_000, partitions: 3 },
    ["'S CLOCK IS OFF", 'CANNOT REACH'],
  ],
  [
    'K1: where rows are damaged',
    9,
    { damages: 4 },
    ['IS DAMAGED', '"event":"account-repaired"', '"event":"row-quarantined"'],
  ],
  ['S6: where the tables are restored from a backup', 9, { restore: true }, ['THE TABLES ARE RESTORED']],
])(
  '%s both sides end equal and nothing is lost (world %i)',
  async (_, seed, some, signs) => {
    const { findings, story } = await simulate(seed, { adjust: small(some), recordsStory: true })
    expect(findings).toEqual([])
    expect(signs.filter((sign) => !story.some((line) => line.includes(sign)))).toEqual([])
  },
  PATIENCE,
)

test(
  'T1 W10: where subscriptions end or are not made, and timers tick twice, both sides end equal and nothing is lost',
  async () => {
    const lost = { subscriptionRemoved: 0.3, missedTold: 0.3, reauthorizationTold: 0.3, lifecycleLost: 0.3 }
    const adjust = (swarm: Swarm): Swarm => ({
      ...small({ timers: true })(swarm),
      ...{ instances: 2, pauseMs: 60_000 },
      neighbours: { ...swarm.neighbours, ticksTwice: 1 },
      faults: { ...swarm.faults, ...lost, renewalGone: 0.5, subscribingRefused: 0.3, deaf: 0.2 },
    })
    const { findings, story } = await simulate(6, { adjust, recordsStory: true })
    expect(findings).toEqual([])
    const signs = ['wakeDue TICKS TWICE', 'subscription-questioned', 'subscribing-refused', '"status":400']
    expect(signs.filter((sign) => !story.some((line) => line.includes(sign)))).toEqual([])
  },
  PATIENCE,
)
