import * as z from 'zod'
import { WEEKDAYS } from './weekdays.ts'

/** The integrator API's answers, as far as FlowAgent uses them. */

export const TokenAnswer = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1),
  expires_in: z.number().positive(), // seconds
})

export const TokenRefusal = z.object({ error: z.string() })

export const AccountAnswer = z.object({
  account: z.object({
    account_id: z.string(),
    email: z.string().nullish(),
    name: z.string().nullish(),
    default_tzid: z.string().nullish(),
  }),
})

/** How far the first pull is: an addition of our API to the profile, absent at others that speak this format. */
const ProfileSync = z.object({
  state: z.enum(['first_pull', 'current']),
  events: z.number(),
  calendars_done: z.number(),
  calendars: z.number(),
  last_change_at: z.string().optional(),
})

const Profile = z.object({
  profile_connected: z.boolean(),
  profile_initial_sync_required: z.boolean(),
  profile_calendars: z.array(z.object({ calendar_deleted: z.boolean() })).default([]),
  profile_sync: ProfileSync.optional(),
})
export type Profile = z.infer<typeof Profile>

export const UserInfoAnswer = z.object({ sub: z.string(), 'cronofy.data': z.object({ profiles: z.array(Profile) }) })

export const CalendarsAnswer = z.object({
  calendars: z.array(
    z.object({
      calendar_id: z.string(),
      calendar_name: z.string(),
      calendar_deleted: z.boolean(),
      calendar_primary: z.boolean(),
      calendar_readonly: z.boolean().default(false),
      calendar_integrated_conferencing_available: z.boolean().default(false),
    }),
  ),
})

/** '2026-11-20T09:30:00Z', '2026-11-20', or the localized `{ time: '2026-11-20T10:30:00+01:00', tzid: 'Europe/Copenhagen' }`. */
const EventTime = z.union([z.string(), z.object({ time: z.string(), tzid: z.string() })])
export type EventTime = z.infer<typeof EventTime>

const Person = z.object({ email: z.string().nullish(), display_name: z.string().nullish() })
const Answer = z.enum(['needs_action', 'accepted', 'declined', 'tentative', 'unknown']).catch('unknown')

/** One rule of a series, as far as FlowAgent's form can show it; another one is only known to be there. */
export const Rule = z.object({
  frequency: z.enum(['daily', 'weekly', 'monthly', 'yearly']),
  interval: z.int().min(1).default(1),
  by_day: z.array(z.enum(WEEKDAYS)).optional(),
  until: z.string().optional(),
  count: z.int().optional(),
})

export const Event = z.object({
  calendar_id: z.string(),
  /** Absent while an event of ours is not created in the mailbox yet. */
  event_uid: z.string().optional(),
  /** FlowAgent's own id, for an event that FlowAgent made; also of the first event of a series. */
  event_id: z.string().optional(),
  /** FlowAgent's own id of the series, on each of its events. */
  series_event_id: z.string().optional(),
  /** Goes back with a change, so that the API knows what FlowAgent had seen. */
  version: z.string().optional(),
  /** A change of ours is accepted and not applied yet; the event shows it already. */
  pending: z.object({ action_id: z.string() }).optional(),
  options: z
    .object({ delete: z.boolean(), update: z.boolean(), change_participation_status: z.boolean() })
    .partial()
    .optional(),
  recurrence: z.object({ rules: z.array(z.unknown()) }).nullish(),
  /** When the series begins and when its first event ends; an addition of our API. */
  series_start: EventTime.optional(),
  series_end: EventTime.optional(),
  summary: z.string().nullish(),
  description: z.string().nullish(),
  start: EventTime,
  end: EventTime,
  deleted: z.boolean().default(false),
  location: z.object({ description: z.string().nullish() }).nullish(),
  participation_status: Answer.optional(),
  attendees: z.array(Person.extend({ status: Answer })).default([]),
  organizer: Person.nullish(),
  status: z.enum(['confirmed', 'tentative', 'cancelled', 'unknown']).catch('unknown'),
  recurring: z.boolean().default(false),
  event_private: z.boolean().default(false),
  meeting_url: z.string().nullish(),
  conferencing: z.object({ join_url: z.string().nullish() }).nullish(),
})
export type Event = z.infer<typeof Event>

export const EventsAnswer = z.object({
  pages: z.object({ next_page: z.string().nullish() }),
  events: z.array(Event),
})

/** What became of a change. `description` is an English sentence. */
export const ActionAnswer = z.object({
  action: z.object({
    action_id: z.string(),
    state: z.enum(['pending', 'applied', 'unchanged', 'rejected', 'superseded']),
    reason: z.string().optional(),
    description: z.string().optional(),
    /** What Outlook said before our change replaced it. */
    overruled: z.array(z.object({ field: z.string(), value: z.string().default('') })).default([]),
  }),
})
export type Action = z.infer<typeof ActionAnswer>['action']

/** A 422: what is wrong with each field. */
export const Invalid = z.object({
  errors: z.record(z.string(), z.array(z.object({ key: z.string(), description: z.string().default('') }))),
})
