import { minutes } from '../../../shared/core/time.ts'
import type { Adjustments } from '../run/adjustments.ts'
import { fieldsOf } from '../run/simpler.ts'
import { UNEVENTFUL } from '../swarm/episodes.ts'
import { PLAIN_NEIGHBOURS } from '../swarm/neighbours.ts'
import { NO_FAULTS } from '../swarm/swarm.ts'

/** Nothing but edits and faults happens. */
const ONLY_EDITS: Adjustments = Object.fromEntries(fieldsOf({ episodes: UNEVENTFUL, neighbours: PLAIN_NEIGHBOURS }))

/** Nothing goes wrong in a small calendar that one person has connected once. */
const UNTROUBLED: Adjustments = {
  ...ONLY_EDITS,
  ...{
    realCrypto: false,
    people: 1,
    calendars: 1,
    connects: 1,
    connectsFirst: true,
    instances: 1,
    atOnce: 0,
    batch: 3,
  },
  ...{ latencyMs: 50, pauseMs: 5_000, budgetSeconds: 60, versionAfterWrite: false },
  ...{ 'windowDays.past': 2, 'windowDays.future': 6 },
  ...Object.fromEntries(Object.keys(NO_FAULTS).map((name) => [`faults.${name}`, 0])),
}

/** One integrator that only reads what somebody does in Outlook. */
const READING: Adjustments = { ...UNTROUBLED, writers: 0, operations: 14 }

const SERIES: Adjustments = { ...READING, habits: 'a series|an occurrence', operations: 12 }

const CANCELLED: Adjustments = { ...SERIES, habits: '^creates a series|cancels an occurrence' }

/** Two integrators that write. */
const WRITING: Adjustments = { ...UNTROUBLED, writers: 2, wishes: 10, operations: 6 }

/** One integrator and one person who write to the same events. */
const TOGETHER: Adjustments = {
  ...{ ...UNTROUBLED, writers: 1, wishes: 14, operations: 16 },
  habits: '^(renames|moves|deletes|describes|names the place of) an event|^creates an event',
  wishHabits: 'event',
}

/** Kinds of worlds in which one thing happens often, for mistakes that seldom do harm. */
export const WORLDS = {
  readers: READING,
  'cancelled between pages': {
    ...{ ...CANCELLED, operations: 20, pageSize: 1, latencyMs: 20_000, pauseMs: 20_000 },
    'delta.seriesOrder': 'other-page',
  },
  /** What is told while cursors expire is not all that there is. */
  'empty rounds': { ...READING, 'faults.cursorExpires': 0.4, 'faults.emptyRound': 1, pauseMs: 1_800_000 },
  untroubled: WRITING,
  together: TOGETHER,
  /** The service hears of nothing by itself, so that it often writes to events that are not any more what it knows. */
  unheard: { ...TOGETHER, 'faults.notificationLost': 1 },
  /** Events are edited while their deletion is under way. */
  deletions: {
    ...{ ...TOGETHER, latencyMs: 10_000, pauseMs: 20_000, operations: 30 },
    wishHabits: '^creates an event$|^deletes its',
    habits: '^(renames|describes) an event',
  },
  /** A round that tells of nothing waits to be confirmed, and meanwhile events are made and deleted. */
  'deleted while in doubt': {
    ...{ ...TOGETHER, pauseMs: 60_000, habits: '^deletes an event', operations: 8 },
    ...{ 'faults.emptyRound': 0.5, 'faults.cursorExpires': 0.3, wishHabits: '^creates an event$' },
  },
  /** Integrators ask once more for what somebody has deleted. */
  'deleted in Outlook': {
    ...{ ...TOGETHER, pauseMs: 20_000, habits: '^deletes an event', operations: 8 },
    wishHabits: '^creates an event$|^repeats',
  },
  /** The same, and of what others have made, with changes. */
  'deleted and edited': { ...TOGETHER, pauseMs: 20_000, habits: '^(creates|deletes) an event', operations: 16 },
  /** Microsoft 365 is out of order now and then. */
  refusing: { ...WRITING, 'faults.graphRefuses': 0.1, pauseMs: 120_000 },
  /** Visits take long, and have much to write. */
  crowded: {
    ...{ ...WRITING, operations: 0, wishes: 16, latencyMs: 10_000, pauseMs: 1_000 },
    wishHabits: '^creates an event$|^edits its',
  },
  /** Microsoft 365 is out of reach for long, and has forgotten by then what it was asked for. */
  forgetful: {
    ...{ ...WRITING, operations: 0, wishHabits: '^creates', pauseMs: 1_800_000 },
    ...{ 'faults.graphLost': 0.7, 'neighbours.transactionMemoryMs': minutes(10) },
  },
  /** What was lost on its way gets there while something else is asked for. */
  'late arrivals': {
    ...{ ...WRITING, operations: 0, wishHabits: '^creates an event$|^deletes its', wishes: 16 },
    ...{ 'faults.graphLost': 0.3, 'neighbours.landsLate': true },
  },
  /** Half of the calendars are a colleague's. */
  shared: { ...TOGETHER, calendars: 2, 'neighbours.shares': true },
  'failing tables': { ...WRITING, 'faults.tableRead': 0.1 },
  'two people': { ...WRITING, people: 2 },
} as const satisfies Record<string, Adjustments>

export type WorldKind = keyof typeof WORLDS
