import * as z from 'zod'
import { Instant } from '../instant.ts'

/** The shapes of what the API answers about a person, what is connected, and the calendars. */

const Provider = { provider_name: z.string(), provider_service: z.string() }

const Account = z
  .object({
    account_id: z.string(),
    email: z.string(),
    name: z.string(),
    scope: z.string().meta({ description: 'What the person has granted, separated by spaces.' }),
    default_tzid: z.string(),
  })
  .meta({ id: 'Account' })
export const AccountAnswer = z.object({ account: Account })
export type AccountAnswer = z.infer<typeof AccountAnswer>

const Calendar = z.object({
  calendar_id: z.string(),
  calendar_name: z.string(),
  calendar_color: z.string().optional(),
  calendar_readonly: z.boolean(),
  calendar_deleted: z.boolean().meta({ description: 'Deleted calendars stay listed.' }),
  calendar_primary: z.boolean(),
  calendar_integrated_conferencing_available: z.boolean(),
  calendar_attachments_available: z.boolean(),
  permission_level: z.enum(['sandbox', 'unrestricted']),
  calendar_sync: z
    .object({
      mode: z.enum(['notified', 'polled']),
      pulled_at: Instant.optional(),
      notified_at: Instant.optional(),
      subscribed_until: Instant.optional(),
    })
    .meta({ description: 'How changes are found, since when it was read, when Microsoft last told of a change.' }),
})
export type Calendar = z.infer<typeof Calendar>

export const ListedCalendar = Calendar.extend({ ...Provider, profile_id: z.string(), profile_name: z.string() }).meta({
  id: 'Calendar',
})
export const CalendarsAnswer = z.object({ calendars: z.array(ListedCalendar) })
export type CalendarsAnswer = z.infer<typeof CalendarsAnswer>

const Profile = z.object({
  ...Provider,
  profile_id: z.string(),
  profile_name: z.string(),
  profile_connected: z.boolean(),
  profile_relink_url: z.url().optional().meta({
    description:
      'Only where profile_connected is false. Send the person there, by mail or a button: they sign in with Microsoft, and everything goes on with the same ids and tokens. It is good for as long as you have their consent.',
  }),
  profile_initial_sync_required: z.boolean().meta({
    description:
      'The calendars are being read for the first time. One that Microsoft does not let us read is not waited for.',
  }),
  profile_connected_at: Instant,
})
export type Profile = z.infer<typeof Profile>
export const ProfilesAnswer = z.object({ profiles: z.array(Profile.meta({ id: 'Profile' })) })
export type ProfilesAnswer = z.infer<typeof ProfilesAnswer>

const UserinfoProfile = Profile.extend({
  provider_protocol: z.string(),
  profile_sync: z
    .object({
      state: z.enum(['current', 'first_pull']),
      events: z.int(),
      calendars: z.int(),
      calendars_done: z.int(),
      last_change_at: Instant.optional(),
    })
    .meta({ description: 'How far the calendars have been read.' }),
  profile_calendars: z
    .array(Calendar)
    .meta({ description: 'Empty where the scopes do not reach to the names of calendars.' }),
})

export type UserinfoProfile = z.infer<typeof UserinfoProfile>

export const UserinfoAnswer = z
  .object({
    sub: z.string().meta({ description: 'The account.' }),
    email: z.string(),
    name: z.string(),
    zoneinfo: z.string(),
    'cronofy.type': z.literal('account'),
    'cronofy.data': z.object({
      authorization: z.object({ scope: z.string(), status: z.literal('active') }),
      profiles: z.array(UserinfoProfile),
      conferencing_profiles: z.array(z.never()),
      channels: z
        .object({ active: z.int(), failing: z.int(), closed: z.int() })
        .meta({ description: "How many of the integrator's channels are in which state." }),
    }),
  })
  .meta({ id: 'Userinfo' })
export type UserinfoAnswer = z.infer<typeof UserinfoAnswer>
