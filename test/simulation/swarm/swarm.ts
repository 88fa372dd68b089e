import type { DeltaHabits } from '../../../infra/local/microsoft365/mailbox/delta.ts'
import { days, type EpochMs, epochMs } from '../../../shared/core/time.ts'
import { startOfDay, type WindowDays } from '../../../shared/events/window.ts'
import type { Dice } from '../../support/dice.ts'
import { chooseEpisodes, type Episodes } from './episodes.ts'
import { chooseNeighbours, type Neighbours } from './neighbours.ts'
import { resized } from './sizes.ts'

/** How often things go wrong, as probabilities; 0 is never. */
export interface FaultRates {
  /** Per scheduling point: an instance dies where it is. */
  readonly crash: number
  readonly tableRead: number
  readonly tableCommit: number
  readonly commitUnknown: number
  readonly vault: number
  readonly queueSend: number
  readonly queueTwice: number
  readonly queueLate: number
  readonly lockLost: number
  readonly graphRefuses: number
  readonly graphLost: number
  readonly tokenRefused: number
  readonly tokenRotates: number
  readonly notificationLost: number
  readonly notificationLate: number
  /** Per operation of a person: all cursors of the mailbox expire. */
  readonly cursorExpires: number
  /** Per round from the beginning, of a calendar that was read before: nothing is told. */
  readonly emptyRound: number
  /** Per change that would be told: its subscription is removed, or `missed` is told, in its place. */
  readonly subscriptionRemoved: number
  readonly missedTold: number
  /** Per change that is told: `reauthorizationRequired` is told as well. */
  readonly reauthorizationTold: number
  readonly lifecycleLost: number
  /** Per renewal: the subscription is not there any more. */
  readonly renewalGone: number
  /** Per attempt to subscribe: Graph says that our address does not answer. */
  readonly subscribingRefused: number
  /** The share of subscriptions that stay and never tell anything. */
  readonly deaf: number
}

/** One small world and what is wrong with it: chosen by the seed, each fault on or off, so that few hide each other. */
export interface Swarm {
  readonly start: EpochMs
  /** Whether what is stored is really encrypted, for which a large world takes about twice as long. */
  readonly realCrypto: boolean
  readonly people: number
  readonly calendars: number
  readonly operations: number
  /** What people do, as a pattern of the names of what they can do; empty where each has habits of their own. */
  readonly habits: string
  /** Whether everybody has connected before anything goes wrong or changes. */
  readonly connectsFirst: boolean
  /** How often each person connects. */
  readonly connects: number
  /** How many of them are done at once, at the beginning. */
  readonly atOnce: number
  /** Most events that a person creates at once. */
  readonly batch: number
  /** Greatest pause between two operations of a person, in milliseconds. */
  readonly pauseMs: number
  readonly instances: number
  readonly windowDays: WindowDays
  readonly pageSize: number
  readonly budgetSeconds: number
  /** Greatest time a call takes, in milliseconds. */
  readonly latencyMs: number
  readonly delta: DeltaHabits
  readonly notifications: { readonly copies: number; readonly createdTwice: boolean; readonly reversed: boolean }
  readonly faults: FaultRates
  /** Steps after which nothing goes wrong any more, for worlds in which hardly anything works. */
  readonly faultySteps: number
  /** Integrators that change events; none in worlds where one only reads. */
  readonly writers: number
  /** How often each of them asks for something. */
  readonly wishes: number
  /** What they ask for, as for people. */
  readonly wishHabits: string
  /** The status of a creation that was there before. */
  readonly duplicateStatus: 400 | 409
  /** Whether Exchange gives an event another version soon after a write. */
  readonly versionAfterWrite: boolean
  readonly episodes: Episodes
  readonly neighbours: Neighbours
}

type Writing = Pick<Swarm, 'writers' | 'wishes' | 'wishHabits' | 'duplicateStatus' | 'versionAfterWrite'>

export function chooseSwarm(dice: Dice): Swarm {
  const episodes = chooseEpisodes(dice.fork('episodes'))
  const neighbours = chooseNeighbours(dice.fork('neighbours'))
  const chosen = { ...chooseFreely(dice), ...chooseWriting(dice.fork('writing')), episodes, neighbours }
  const told = withLostSubscriptions(withLies(chosen, dice.fork('lies')), dice.fork('subscriptions'))
  const swarm = withDamage(told, dice.fork('damage'))
  const whole = dice.chance(0.5) ? swarm : dice.pick(HARD)(swarm)
  return resized(whole, dice.fork('size'))
}

/** Thrown apart from all else, so that what people do in a world does not depend on it. */
const chooseWriting = (dice: Dice): Writing => ({
  writers: dice.chance(0.75) ? 1 + dice.below(2) : 0,
  wishes: 4 + dice.below(12),
  wishHabits: '',
  duplicateStatus: dice.pick([400, 409]),
  versionAfterWrite: dice.chance(0.2),
})

/**
 * Thrown apart as well: rounds from the beginning that tell of nothing, for which cursors have to expire (G8), and rounds
 * without an end.
 */
function withLies(swarm: Swarm, dice: Dice): Swarm {
  const { faults, delta } = swarm
  if (dice.chance(0.05))
    return { ...swarm, faults: { ...faults, emptyRound: 0.5, cursorExpires: Math.max(faults.cursorExpires, 0.1) } }
  return dice.chance(0.03) ? { ...swarm, delta: { ...delta, loops: true } } : swarm
}

/** Thrown apart as well, so that nine worlds in ten stay what they were: subscriptions that end, or are not made (W10). */
function withLostSubscriptions(swarm: Swarm, dice: Dice): Swarm {
  if (!dice.chance(0.1)) return swarm
  const rate = () => (dice.chance(0.4) ? dice.pick([0.05, 0.3, 1]) : 0)
  const lost = {
    subscriptionRemoved: rate(),
    missedTold: rate(),
    reauthorizationTold: rate(),
    lifecycleLost: rate(),
    renewalGone: rate(),
    subscribingRefused: rate(),
    deaf: rate(),
  }
  return { ...swarm, faults: { ...swarm.faults, ...lost } }
}

/** Thrown apart as well: rows that somebody damages (K1). */
function withDamage(swarm: Swarm, dice: Dice): Swarm {
  if (!dice.chance(0.05)) return swarm
  return { ...swarm, episodes: { ...swarm.episodes, damages: 1 + dice.below(4) } }
}

/** Worlds in which several things must come together, which chance alone brings about too seldom. */
const HARD: readonly ((swarm: Swarm) => Swarm)[] = [
  // Calendars change between the pages of a round.
  (swarm) => ({ ...swarm, atOnce: 8, pageSize: 1, latencyMs: 20_000, pauseMs: 5_000 }),
  // Commits in several parts end half-way, and calendars change before they are tried again.
  (swarm) => ({
    ...swarm,
    atOnce: 8,
    pageSize: 200,
    pauseMs: 60_000,
    windowDays: { past: 10, future: 62 },
    faults: { ...swarm.faults, tableCommit: 0.3 },
  }),
  // Windows reach another month, and are read afresh.
  (swarm) => ({
    ...swarm,
    pauseMs: 3_600_000,
    windowDays: { ...swarm.windowDays, future: toMonthEnd(swarm.start) },
    faults: { ...swarm.faults, cursorExpires: 0.3 },
  }),
  // Handlers of one account run side by side.
  (swarm) => ({
    ...swarm,
    instances: 3,
    latencyMs: 2_000,
    pauseMs: 5_000,
    pageSize: 3,
    faults: { ...swarm.faults, lockLost: 0.5 },
  }),
]

function chooseFreely(dice: Dice): Omit<Swarm, keyof Writing | 'episodes' | 'neighbours'> {
  const on = <T>(value: T, off: T): T => (dice.chance(0.4) ? value : off)
  const rate = () => on(dice.pick([0.005, 0.02, 0.1, 0.3]), 0)
  // Near the end of a month, and late in the day, so that windows and months change under way.
  const start = epochMs(Date.UTC(2026, dice.below(12), 26 + dice.below(5), dice.pick([8, 20, 23]), dice.below(60)))
  return {
    start,
    realCrypto: true,
    people: dice.chance(0.2) ? 2 : 1,
    calendars: dice.chance(0.25) ? 2 : 1,
    operations: 10 + dice.below(21),
    atOnce: on(8, 0),
    connects: on(1 + dice.below(3), 1),
    batch: 60,
    habits: '',
    connectsFirst: true,
    pauseMs: dice.pick([200, 5_000, 60_000, 1_800_000]),
    instances: 1 + dice.below(3),
    windowDays: {
      past: 1 + dice.below(10),
      future: dice.pick([3, 10, 35, 62, toMonthEnd(start), toMonthEnd(start) + 31]),
    },
    pageSize: dice.pick([1, 3, 10, 200]),
    budgetSeconds: dice.pick([1, 60]),
    latencyMs: dice.pick([0, 50, 2_000, 20_000]),
    delta: {
      seriesOrder: dice.pick(['first', 'last', 'other-page']),
      emptyPages: on(1 + dice.below(2), 0),
      replays: on(true, false),
      removedOccurrences: on(true, false),
      loops: false,
    },
    notifications: { copies: on(3, 1), createdTwice: on(true, false), reversed: on(true, false) },
    faults: {
      crash: on(dice.pick([0.001, 0.005, 0.03]), 0),
      tableRead: rate(),
      tableCommit: rate(),
      commitUnknown: rate(),
      vault: rate(),
      queueSend: rate(),
      queueTwice: on(0.3, 0),
      queueLate: on(0.3, 0),
      lockLost: on(0.3, 0),
      graphRefuses: rate(),
      graphLost: rate(),
      tokenRefused: rate(),
      tokenRotates: on(0.2, 0),
      notificationLost: on(dice.pick([0.2, 1]), 0),
      notificationLate: on(0.3, 0),
      cursorExpires: on(0.1, 0),
      emptyRound: 0,
      ...KEPT_SUBSCRIPTIONS,
    },
    faultySteps: 10_000,
  }
}

/** How many days it takes until a window ends with a month. */
function toMonthEnd(from: EpochMs): number {
  const date = new Date(from)
  const end = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1)
  return Math.max(1, Math.round((end - startOfDay(from)) / days(1)))
}

const KEPT_SUBSCRIPTIONS = {
  subscriptionRemoved: 0,
  missedTold: 0,
  reauthorizationTold: 0,
  lifecycleLost: 0,
  renewalGone: 0,
  subscribingRefused: 0,
  deaf: 0,
}

export const NO_FAULTS: FaultRates = {
  crash: 0,
  tableRead: 0,
  tableCommit: 0,
  commitUnknown: 0,
  vault: 0,
  queueSend: 0,
  queueTwice: 0,
  queueLate: 0,
  lockLost: 0,
  graphRefuses: 0,
  graphLost: 0,
  tokenRefused: 0,
  tokenRotates: 0,
  notificationLost: 0,
  notificationLate: 0,
  cursorExpires: 0,
  emptyRound: 0,
  ...KEPT_SUBSCRIPTIONS,
}
