import * as z from 'zod'
import { SCOPES } from '../../../integrators/scopes.ts'

/** A time as every answer of ours has it: UTC, in whole seconds. */
export const Time = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/)
  .meta({ examples: ['2026-11-21T08:00:00Z'] })

export const AccountId = z.string().meta({ examples: ['acc_3sVY0kZqT1mYc8wWn2xLzA'] })
export const ProfileId = z.string().meta({ examples: ['pro_3sVY0kZqT1mYc8wWn2xLzA'] })
export const CalendarId = z
  .string()
  .regex(/^cal_[A-Za-z0-9_-]{22}$/)
  .meta({ examples: ['cal_Qm9hcmRfbWVldGluZ19hYg'] })

export const ScopeList = z.string().meta({
  description: `What the person has granted, separated by spaces: ${SCOPES.join(', ')}.`,
  examples: ['read_events create_event delete_event'],
})

const provider = {
  provider_name: z.literal('exchange'),
  provider_service: z.literal('office365'),
}

const CalendarSync = z.object({
  mode: z.enum(['notified', 'polled']).meta({ description: 'Whether Microsoft tells of changes, or we ask for them.' }),
  pulled_at: Time.optional().meta({ description: 'When all of it was last known to be here.' }),
  notified_at: Time.optional().meta({ description: 'When Microsoft last told of a change.' }),
  subscribed_until: Time.optional(),
})

const calendar = {
  calendar_id: CalendarId,
  calendar_name: z.string().meta({ examples: ['Calendar'] }),
  calendar_color: z.string().optional(),
  calendar_readonly: z.boolean(),
  calendar_deleted: z.boolean(),
  calendar_primary: z.boolean(),
  calendar_integrated_conferencing_available: z
    .boolean()
    .meta({ description: 'Whether events can be Teams meetings.' }),
  calendar_attachments_available: z.boolean(),
  permission_level: z.enum(['sandbox', 'unrestricted']).meta({
    description: 'Unrestricted: events that you did not create can be changed too.',
  }),
  calendar_sync: CalendarSync,
}

const Calendar = z
  .object({ ...provider, profile_id: ProfileId, profile_name: z.string(), ...calendar })
  .meta({ id: 'Calendar' })

const profile = {
  ...provider,
  profile_id: ProfileId,
  profile_name: z.string().meta({ examples: ['anna.holm@contosonordic.example'] }),
  profile_connected: z.boolean(),
  profile_relink_url: z
    .string()
    .optional()
    .meta({ description: 'Where the person connects again, when not connected.' }),
  profile_initial_sync_required: z.boolean().meta({ description: 'True until every calendar was read once.' }),
  profile_connected_at: Time,
}

const ProfileSync = z.object({
  state: z.enum(['current', 'first_pull']),
  events: z.int(),
  calendars: z.int(),
  calendars_done: z.int(),
  last_change_at: Time.optional(),
})

/** `GET /v1/account` */
export const AccountAnswer = z.object({
  account: z
    .object({
      account_id: AccountId,
      email: z.string(),
      name: z.string(),
      scope: ScopeList,
      default_tzid: z.string().meta({ examples: ['Europe/Copenhagen'] }),
    })
    .meta({ id: 'Account' }),
})

/** `GET /v1/userinfo` */
export const UserinfoAnswer = z
  .object({
    sub: AccountId,
    email: z.string(),
    name: z.string(),
    zoneinfo: z.string(),
    'cronofy.type': z.literal('account'),
    'cronofy.data': z.object({
      authorization: z.object({ scope: ScopeList, status: z.literal('active') }),
      profiles: z.array(
        z.object({
          ...profile,
          provider_protocol: z.literal('graph_api'),
          profile_sync: ProfileSync,
          profile_calendars: z.array(z.object(calendar)),
        }),
      ),
      conferencing_profiles: z.array(z.unknown()),
    }),
  })
  .meta({ id: 'Userinfo' })

/** `GET /v1/profiles` */
export const ProfilesAnswer = z.object({ profiles: z.array(z.object(profile).meta({ id: 'Profile' })) })

/** `GET /v1/calendars` */
export const CalendarsAnswer = z.object({ calendars: z.array(Calendar) })
