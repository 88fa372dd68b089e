import * as z from 'zod'
import { SCOPES } from '../../integrators/scopes.ts'
import type { Action } from '../../push/action.ts'
import type { Agreement } from '../../push/agreement.ts'
import { REJECT_REASONS, type RejectReason } from '../../push/reasons.ts'
import type { Snapshot } from '../../push/snapshot.ts'
import { COLOR_CATEGORIES, type Wanted } from '../../push/wanted.ts'
import { Instant } from '../instant.ts'
import { content, PersonShape, RecurrenceShape, Time } from './kinds.ts'

/** The contents of the rows that the push keeps in an account's partition, before sealing. @see ../schema.md */

const TimesShape = z.object({ start: Time, end: Time })

const WantedShape: z.ZodType<Wanted> = z.object({
  summary: z.string().optional(),
  description: z.object({ format: z.enum(['text', 'html']), content: z.string() }).optional(),
  times: TimesShape.optional(),
  location: content.location.unwrap().nullable().optional(),
  attendees: z
    .object({ invite: z.array(z.object(PersonShape)).readonly(), remove: z.array(z.string()).readonly() })
    .optional(),
  reminderMinutes: z.number().nullable().optional(),
  reminderOnCreateOnly: z.boolean().optional(),
  transparency: z.enum(['opaque', 'transparent', 'tentative', 'out_of_office', 'working_elsewhere']).optional(),
  sensitivity: content.sensitivity.optional(),
  url: z.string().nullable().optional(),
  color: z.enum(COLOR_CATEGORIES).nullable().optional(),
  conferencing: z.enum(['teams', 'none']).optional(),
  recurrence: RecurrenceShape.nullable().optional(),
})

const SnapshotShape: z.ZodType<Snapshot> = z.object({
  content: z.object(content),
  recurrence: RecurrenceShape.optional(),
})

const TargetShape = z.object({
  agreement: z.string(),
  calendar: z.string(),
  eventId: z.string().optional(),
  providerId: z.string().optional(),
})

const RequestShape = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('upsert'),
    target: TargetShape,
    wanted: WantedShape,
    seen: SnapshotShape.optional(),
    outdone: z.record(z.string(), z.number()).readonly().optional(),
  }),
  z.object({ kind: z.literal('delete'), target: TargetShape, seen: SnapshotShape.optional() }),
  z.object({ kind: z.literal('delete-all'), calendars: z.array(z.string()).readonly().optional() }),
  z.object({
    kind: z.literal('respond'),
    target: TargetShape,
    response: z.enum(['accepted', 'tentative', 'declined']),
  }),
])

export const ActionRow: z.ZodType<Action> = z.object({
  number: z.number(),
  token: z.string(),
  integrator: z.string(),
  acceptedAt: Instant,
  settledBefore: z.number(),
  state: z.enum(['pending', 'applied', 'unchanged', 'rejected', 'superseded']),
  request: RequestShape.optional(),
  kind: z.enum(['upsert', 'delete', 'delete-all', 'respond']),
  eventId: z.string().optional(),
  reason: z.enum(Object.keys(REJECT_REASONS) as [RejectReason]).optional(),
  supersededBy: z.number().optional(),
  overruled: z.array(z.object({ field: z.string(), value: z.string() })).readonly(),
  finishedAt: Instant.optional(),
  tries: z.number(),
  notBefore: Instant.optional(),
})

export const AgreementRow: z.ZodType<Agreement> = z.object({
  key: z.string(),
  integrator: z.string(),
  calendar: z.string(),
  eventId: z.string().optional(),
  providerId: z.string().optional(),
  gone: z.string().optional(),
  movedTo: TimesShape.optional(),
  generation: z.number(),
  sent: WantedShape,
  sentBy: z.record(z.string(), z.number()).readonly(),
  stored: SnapshotShape.optional(),
  storedBy: z.number(),
  settled: z.number(),
  attemptedAt: Instant.optional(),
  attemptedSince: Instant.optional(),
})

/** What was answered to a request with an Idempotency-Key: an action, or an answer as it was sent, with the scopes behind it. */
export const RequestRow = z.object({
  fingerprint: z.string(),
  expires: Instant,
  item: z.number().optional(),
  action: z.object({ number: z.number(), token: z.string() }).optional(),
  answer: z.object({ status: z.number(), body: z.string(), scopes: z.array(z.enum(SCOPES)).readonly() }).optional(),
})
export type RequestRow = z.infer<typeof RequestRow>

/** The number of the last action. */
export const ActionCounterRow = z.object({ last: z.number() })
