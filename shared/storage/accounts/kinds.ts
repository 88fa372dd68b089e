import * as z from 'zod'
import { epochMs } from '../../core/time.ts'
import type { CalendarEvent } from '../../events/event.ts'
import { WEEKDAYS } from '../../events/recurrence.ts'
import type { KnownItem, KnownSeries } from '../../pull/knowledge.ts'
import type { CalendarState } from '../../pull/state.ts'
import { Instant } from '../instant.ts'
import type { StoredHead } from './row-versions.ts'

/** The contents of the rows of an account, before sealing. @see ../schema.md */

export const Time = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('date'), date: z.string() }),
  z.object({ kind: z.literal('instant'), at: Instant, zone: z.string().optional() }),
])

const Participation = z.enum(['needs_action', 'accepted', 'declined', 'tentative', 'unknown'])
export const PersonShape = { email: z.string(), name: z.string().optional() }

export const content = {
  summary: z.string(),
  description: z.string(),
  start: Time,
  end: Time,
  location: z
    .object({ description: z.string(), latitude: z.number().optional(), longitude: z.number().optional() })
    .optional(),
  attendees: z
    .array(z.object({ ...PersonShape, status: Participation, kind: z.enum(['required', 'optional', 'resource']) }))
    .readonly(),
  organizer: z.object(PersonShape).optional(),
  organizedByAccount: z.boolean(),
  participation: Participation,
  answersWanted: z.literal(false).optional(),
  transparency: z.enum(['opaque', 'transparent', 'tentative', 'out_of_office', 'working_elsewhere', 'unknown']),
  sensitivity: z.enum(['normal', 'personal', 'private', 'confidential']),
  status: z.enum(['confirmed', 'tentative', 'cancelled']),
  categories: z.array(z.string()).readonly(),
  importance: z.enum(['low', 'normal', 'high']),
  reminderMinutes: z.number().optional(),
  onlineMeeting: z.object({ provider: z.enum(['teams', 'other']), joinUrl: z.string().optional() }).optional(),
  marker: z.string().optional(),
  createdAt: Instant.optional(),
  changedAt: Instant.optional(),
}

const Weekday = z.enum(WEEKDAYS)

export const RecurrenceShape = z.object({
  frequency: z.enum(['daily', 'weekly', 'monthly', 'yearly']),
  interval: z.number(),
  weekdays: z.array(Weekday).readonly().optional(),
  weekStart: Weekday.optional(),
  position: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4), z.literal(-1)]).optional(),
  dayOfMonth: z.number().optional(),
  month: z.number().optional(),
  startDate: z.string(),
  untilDate: z.string().optional(),
  count: z.number().optional(),
  zone: z.string().optional(),
})

const Event: z.ZodType<CalendarEvent> = z.object({
  ...content,
  providerId: z.string(),
  etag: z.string(),
  kind: z.enum(['single', 'occurrence', 'exception']),
  seriesProviderId: z.string().optional(),
  recurrence: RecurrenceShape.optional(),
})

const ReachShape = z.object({ from: Instant, to: Instant }).optional()

/** An event as the cache holds it; a deleted one stays readable until its window has passed. */
export const EventRow = z.object({
  calendar: z.string(),
  key: z.string(),
  deleted: z.boolean(),
  /** Left behind under a month that the event has moved away from. */
  moved: z.boolean(),
  /** When our cache last changed it: what `last_modified` is about. */
  modifiedAt: Instant,
  /** Set when an integrator created it. */
  managed: z.object({ integrator: z.string(), eventId: z.string() }).optional(),
  /** From the earliest start to the latest end it has had, when it was moved. */
  reach: ReachShape,
  event: Event,
})
export type EventRow = z.infer<typeof EventRow>

/** A series and its occurrences in the window. */
export const SeriesRow: z.ZodType<KnownSeries> = z.object({
  calendar: z.string(),
  master: z
    .object({
      providerId: z.string(),
      etag: z.string(),
      content: z.object(content),
      recurrence: RecurrenceShape.optional(),
    })
    .optional(),
  seen: z.number(),
  changed: z.number(),
  occurrences: z.record(
    z.string(),
    z.object({
      providerId: z.string(),
      etag: z.string(),
      start: Time,
      end: Time,
      exception: z.boolean(),
      seen: z.number(),
      stored: z.object({ months: z.array(z.string()).readonly(), digest: z.string(), reach: ReachShape }).optional(),
    }),
  ),
})

/** Of a series that is gone, or that nobody can read any more. */
export const EMPTIED_SERIES: KnownSeries = { calendar: '', seen: 0, changed: 0, occurrences: {} }

const KnownItemShape: z.ZodType<KnownItem> = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('event'),
    calendar: z.string(),
    months: z.array(z.string()).readonly(),
    starts: Instant.optional(),
    reach: ReachShape,
    /** Later than any window: what it was before is told as deleted when it is gone. */
    ends: Instant.default(epochMs(Number.MAX_SAFE_INTEGER)),
    digest: z.string(),
    seen: z.number(),
  }),
  z.object({ kind: z.literal('occurrence'), calendar: z.string(), series: z.string() }),
  z.object({ kind: z.literal('series'), calendar: z.string() }),
])

/** One of the 128 parts of the index from a provider item to its row. */
export const IndexRow = z.object({ items: z.record(z.string(), KnownItemShape).readonly() })

/** One commit of the change log: which events it changed, named by their keys and the months they are under. */
export const ChangeRow = z.object({
  at: Instant,
  calendar: z.string(),
  /** The third part is the integrator whose doing it was, where it was one's. */
  changed: z.array(z.tuple([z.string(), z.string(), z.string().optional()])).readonly(),
  /** The keys of those that are new only because the window has moved on. */
  entered: z.array(z.string()).readonly().default([]),
  /** Those that were in another calendar before, with that one. */
  left: z
    .array(z.tuple([z.string(), z.string()]))
    .readonly()
    .default([]),
})
export type ChangeRow = z.infer<typeof ChangeRow>

export const HeadRow: z.ZodType<StoredHead> = z.object({
  tenantId: z.string(),
  objectId: z.string(),
  username: z.string(),
  name: z.string(),
  zone: z.string().optional(),
  workingHours: z
    .object({ days: z.array(Weekday).readonly(), start: z.string(), end: z.string(), zone: z.string() })
    .optional(),
  state: z.enum(['active', 'needs-reconnect', 'disconnected']),
  connectedAt: Instant,
  signedInAt: Instant.default(epochMs(0)),
  lastChangeAt: Instant.optional(),
  calendarsReadAt: Instant.optional(),
  nextChange: z.number(),
  unwrittenFrom: z.number().optional(),
  settledActions: z.number().default(0),
  rejectedActions: z.number().default(0),
  nextVisitAt: Instant.optional(),
  standing: z.string().optional(),
  keptFrom: z.string().optional(),
  requestsForgottenAt: Instant.optional(),
  inactiveSince: Instant.optional(),
  restoredAt: Instant.optional(),
  actionsKeptFrom: z.number().optional(),
  changesKeptFrom: z.number().optional(),
  changesForgottenAt: Instant.optional(),
  eventsCheckedAt: Instant.optional(),
  roundsFrom: z.number().optional(),
  failures: z.number().default(0),
  failingSince: Instant.optional(),
  notBefore: Instant.optional(),
  versions: z.object({ last: z.number(), rows: z.record(z.string(), z.number()).readonly() }),
  reseal: z
    .object({ generation: z.number().optional(), after: z.string(), hasFound: z.boolean(), notBefore: Instant })
    .optional(),
})

export const TokenRow = z.object({ cache: z.string() })

export const CalendarRow: z.ZodType<CalendarState> = z.object({
  key: z.string(),
  providerId: z.string(),
  name: z.string(),
  primary: z.boolean(),
  writable: z.boolean(),
  color: z.string().optional(),
  onlineMeetings: z.boolean(),
  deleted: z.boolean(),
  dirty: z.boolean(),
  round: z.number(),
  window: z.object({ from: Instant, to: Instant }).optional(),
  windowMadeAt: Instant.optional(),
  windowMovedFrom: Instant.optional(),
  cursor: z.string().optional(),
  progress: z
    .object({
      link: z.string(),
      fresh: z.boolean(),
      view: z.boolean().default(false),
      repeats: z.number().default(0),
      touched: z.array(z.string()).readonly(),
      pages: z.number(),
      mixed: z.boolean().default(false),
      after: z.enum(['broken', 'missing']).optional(),
    })
    .optional(),
  endless: z.boolean().default(false),
  confirming: z.boolean(),
  mayHoldUnclaimed: z.boolean().optional(),
  torn: z.boolean().optional(),
  events: z.number(),
  pulledAt: Instant.optional(),
  subscription: z.object({ providerId: z.string(), expiresAt: Instant }).optional(),
  pullAfter: Instant.optional(),
  subscribeAfter: Instant.optional(),
  refusals: z.number().default(0),
  heardAt: Instant.optional(),
  unheardSince: Instant.optional(),
  deafSince: Instant.optional(),
  resyncedFor: Instant.optional(),
})
