import { expect, test } from 'vitest'
import { withoutIfMatch, withoutMerge, withoutTransactions } from './broken-graph.ts'
import { withCursorFirst, withoutAttempts, withoutFence, withoutLessons } from './broken-tables.ts'
import { ONCE_FAILED } from './corpus.ts'
import { UNEVENTFUL } from './episodes.ts'
import { parseAdjustments } from './run/adjustments.ts'
import { bundleSimulation } from './run/bundle.ts'
import { createPlan } from './run/plan.ts'
import { runWorlds } from './run/pool.ts'
import { report } from './run/report.ts'
import { fieldsOf } from './run/simpler.ts'
import type { Outcome, Task } from './run/task.ts'
import { type Options, type Run, simulate } from './simulation.ts'
import { NO_FAULTS, type Swarm } from './swarm.ts'

/** A few of the many that `npm run simulate` tries; the last one runs twice. */
const SEEDS = Array.from({ length: 60 }, (_, at) => 100_041 + at)
const MINUTE = 60_000

/** What differs, and how to see the story of it. */
const reportOf = ({ seed, findings }: Run) => (findings.length === 0 ? [] : [report({ task: { seed }, findings })])

/** What went wrong in some worlds, which run on two threads. */
async function failuresOf(tasks: readonly Task[]): Promise<readonly string[]> {
  const [workers, failures] = [2, [] as string[]]
  const plan = createPlan(tasks.values(), { workers, isEachTwice: false })
  function done(outcome: Outcome): void {
    const { findings } = plan.judge(outcome)
    if (findings.length > 0) failures.push(report({ ...outcome, findings }))
  }
  using bundle = await bundleSimulation()
  await runWorlds({ bundle: bundle.file, workers, next: plan.next, done })
  return failures
}

test(
  'I1 I2 I3 I4 I5 I6 I7 I8 I9 with W5 W7 Q1 Q2 Q3 Q6 S1 S2 S5 G3 G4 G5 G7: in sixty worlds both sides end equal, no edit is lost, and a seed says everything',
  async () => {
    expect(await failuresOf(SEEDS.map((seed) => ({ seed })))).toEqual([])
  },
  10 * MINUTE,
)

test(
  'worlds that failed once do not fail any more',
  async () => {
    const nothingElse = Object.fromEntries(fieldsOf({ episodes: UNEVENTFUL }))
    const tasks = ONCE_FAILED.map(({ seed, world }) => ({
      seed,
      adjustments: { ...nothingElse, ...parseAdjustments(world) },
    }))
    expect(await failuresOf(tasks)).toEqual([])
  },
  10 * MINUTE,
)

/** A world in which nothing but edits and faults happens. */
const uneventful = (swarm: Swarm): Swarm => ({ ...swarm, episodes: UNEVENTFUL })

const writing = (swarm: Swarm): Swarm => ({
  ...uneventful(swarm),
  ...{ writers: 2, wishes: 12, versionAfterWrite: false },
})

const lostAnswers = (swarm: Swarm): Swarm => ({
  ...writing(swarm),
  ...{ people: 1, calendars: 1, wishes: 20, operations: 30, atOnce: 0, latencyMs: 2_000, pauseMs: 60_000 },
  faults: { ...NO_FAULTS, graphLost: 0.4 },
})

const lostAnswersAndInstances = (swarm: Swarm): Swarm => ({
  ...lostAnswers(swarm),
  faults: { ...NO_FAULTS, graphLost: 0.4, crash: 0.01 },
})

/** Locks are lost all the time, and several instances take their time: handlers of one account run side by side. */
const zombies = (swarm: Swarm): Swarm => ({
  ...uneventful(swarm),
  instances: 3,
  latencyMs: 2_000,
  pauseMs: 5_000,
  pageSize: 3,
  faults: { ...swarm.faults, lockLost: 0.5 },
})

const crashes = (swarm: Swarm): Swarm => ({
  ...uneventful(swarm),
  faults: { ...swarm.faults, crash: 0.03, tableCommit: 0.1 },
})

const untroubled = (swarm: Swarm): Swarm => ({ ...writing(swarm), faults: NO_FAULTS })

/** The service hears of nothing by itself, so that it often writes to events that are not any more what it knows. */
const unheard = (swarm: Swarm): Swarm => ({
  ...writing(swarm),
  ...{ people: 1, calendars: 1, writers: 1, wishes: 25, operations: 30, atOnce: 0, latencyMs: 50, pauseMs: 5_000 },
  faults: { ...NO_FAULTS, notificationLost: 1 },
})

interface Mistaken {
  readonly mistake: string
  readonly found: RegExp
  readonly broken: () => Options
  readonly adjust: (swarm: Swarm) => Swarm
  /** The first world that is tried. */
  readonly from?: number
}

test.each<Mistaken>([
  {
    mistake: 'Q2: without the fence of the head row',
    found: /./,
    broken: () => ({ between: withoutFence }),
    adjust: zombies,
  },
  {
    mistake: 'G7: with the cursor moved before the rows',
    found: /./,
    broken: () => ({ between: withCursorFirst }),
    adjust: crashes,
    from: 100_008,
  },
  {
    mistake: 'I3: whose creations Graph does not know again',
    found: /I3/,
    broken: () => ({ onTheWay: withoutTransactions() }),
    adjust: lostAnswers,
  },
  {
    mistake: 'I5: that stores what it is about to create afterwards only',
    found: /I[1-5]:/,
    broken: () => ({ between: withoutAttempts }),
    adjust: lostAnswersAndInstances,
    from: 100_011,
  },
  {
    mistake: 'I1: that writes without If-Match',
    found: /I1/,
    broken: () => ({ onTheWay: withoutIfMatch }),
    adjust: unheard,
  },
  {
    mistake: 'I1: that writes every field and not the changed ones alone',
    found: /I1/,
    broken: () => ({ onTheWay: withoutMerge() }),
    adjust: unheard,
  },
  {
    mistake: 'I4: whose cache does not learn from what it writes',
    found: /I4|missing|left over/,
    broken: () => ({ between: withoutLessons }),
    adjust: untroubled,
  },
])(
  'a service $mistake is found out within 40 worlds, and only because of it',
  async ({ from = 100_001, found, broken, adjust }) => {
    const seed = await firstFailing({ found, broken, adjust }, from, 40)
    expect(seed).toBeDefined()
    expect(reportOf(await simulate(seed ?? 0, { adjust }))).toEqual([])
  },
  10 * MINUTE,
)

async function firstFailing(
  { found, broken, adjust }: Pick<Mistaken, 'found' | 'broken' | 'adjust'>,
  from: number,
  worlds: number,
): Promise<number | undefined> {
  for (let seed = from; seed < from + worlds; seed++) {
    const { findings } = await simulate(seed, { ...broken(), adjust })
    if (findings.some((finding) => found.test(finding))) return seed
  }
  return undefined
}
