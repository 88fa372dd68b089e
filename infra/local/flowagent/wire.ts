import * as z from 'zod'

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
    }),
  ),
})

/** '2026-11-20T09:30:00Z', '2026-11-20', or the localized `{ time: '2026-11-20T10:30:00+01:00', tzid: 'Europe/Copenhagen' }`. */
const EventTime = z.union([z.string(), z.object({ time: z.string(), tzid: z.string() })])
export type EventTime = z.infer<typeof EventTime>

const Person = z.object({ email: z.string().nullish(), display_name: z.string().nullish() })
const Answer = z.enum(['needs_action', 'accepted', 'declined', 'tentative', 'unknown']).catch('unknown')

export const Event = z.object({
  calendar_id: z.string(),
  event_uid: z.string(),
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
