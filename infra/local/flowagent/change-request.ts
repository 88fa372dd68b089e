import * as z from 'zod'
import { WEEKDAYS } from './weekdays.ts'

/** What a page asks to change: the only shapes that cross from it to FlowAgent's server. */

const Id = z.string().min(1).max(512)
const Title = z.string().max(10_000)

/** `2026-11-20` for all-day events, else the wall clock of a zone: `{ time: '2026-11-20T09:30:00', tzid: 'Europe/Copenhagen' }`. */
const Moment = z.union([
  z.iso.date(),
  z.object({ time: z.iso.datetime({ local: true, precision: 0 }), tzid: z.string().min(1).max(64) }),
])
export type Moment = z.infer<typeof Moment>

const Repeat = z.object({
  frequency: z.enum(['daily', 'weekly', 'monthly', 'yearly']),
  interval: z.int().min(1).max(999),
  /** For weekly ones. */
  days: z.array(z.enum(WEEKDAYS)).max(7).optional(),
  /** The last day. */
  until: z.iso.date().optional(),
  count: z.int().min(1).max(9999).optional(),
})
export type Repeat = z.infer<typeof Repeat>

/** What an event shall say. An absent field stays as it is. */
const Fields = z.object({
  title: Title.optional(),
  start: Moment.optional(),
  end: Moment.optional(),
  /** The zone the event is planned in, and stays in; the one of `start` when absent. */
  zone: z.string().min(1).max(64).optional(),
  place: z.string().max(10_000).optional(),
  notes: z.string().max(100_000).optional(),
  /** Null ends the repetition. */
  repeat: Repeat.nullable().optional(),
  invite: z
    .array(z.object({ email: z.string().max(320), name: z.string().max(256).optional() }))
    .max(500)
    .optional(),
  remove: z.array(z.string().max(320)).max(500).optional(),
  teams: z.literal(true).optional(),
})
export type Fields = z.infer<typeof Fields>

/** An event by FlowAgent's own id of it, or by the API's. */
const Target = z.union([z.strictObject({ eventId: Id }), z.strictObject({ uid: Id })])
export type Target = z.infer<typeof Target>

const Common = z.object({
  calendarId: Id,
  target: Target,
  /** The item as the page knows it. */
  itemId: Id,
  /** For explanations, should the change be refused. */
  title: Title,
})

export const SaveRequest = Common.extend({
  kind: z.enum(['create', 'edit']),
  /** The `version` of the event that the person saw. */
  basedOn: z.string().max(512).optional(),
  fields: Fields,
  /** All events of the series: where the occurrence that was edited began, so that every other one moves as far. */
  series: z.object({ from: Moment }).optional(),
})
export type SaveRequest = z.infer<typeof SaveRequest>

export const DeleteRequest = Common.extend({ kind: z.literal('delete'), isSeries: z.boolean().optional() })
export type DeleteRequest = z.infer<typeof DeleteRequest>

export const AnswerRequest = Common.extend({
  kind: z.literal('answer'),
  target: z.strictObject({ uid: Id }),
  answer: z.enum(['accepted', 'tentative', 'declined']),
})
export type AnswerRequest = z.infer<typeof AnswerRequest>

export type ChangeRequest = SaveRequest | DeleteRequest | AnswerRequest
