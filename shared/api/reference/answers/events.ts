import * as z from 'zod'
import { DAY_NAMES } from '../../change/weekdays.ts'
import { CalendarId, Time } from './identity.ts'

const Day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/)

/** A date for an all-day event, a time in UTC, or with `localized_times` one with its offset and zone. */
const ToldTime = z
  .union([Day, Time, z.object({ time: z.string(), tzid: z.string() })])
  .meta({ id: 'ToldTime', examples: ['2026-11-27T08:00:00Z'] })

const person = { email: z.string(), display_name: z.string() }
const Participation = z.enum(['needs_action', 'accepted', 'declined', 'tentative', 'unknown'])
const EventUid = z.string().meta({ examples: ['evt_external_aG93IGl0IHJlYWxseSBpcw'] })

const DayName = z.enum(DAY_NAMES)

const ToldRule = z
  .object({
    frequency: z.enum(['daily', 'weekly', 'monthly', 'yearly']),
    interval: z.int(),
    by_day: z.array(z.union([DayName, z.object({ day: DayName, nth_of_period: z.int() })])).optional(),
    by_month_day: z.array(z.int()).optional(),
    by_month: z.array(z.int()).optional(),
    by_set_pos: z.array(z.int()).optional(),
    count: z.int().optional(),
    until: Day.optional(),
    week_start: DayName.optional(),
  })
  .meta({ id: 'RecurrenceRule' })

export const Event = z
  .object({
    calendar_id: CalendarId,
    event_uid: EventUid.optional().meta({ description: 'Absent until an event of yours is at Microsoft.' }),
    event_id: z.string().optional().meta({ description: 'Your own id, on your own events.' }),
    series_event_id: z.string().optional().meta({ description: 'Your own id of the series that this is part of.' }),
    version: z.string().optional().meta({ description: 'What `based_on` of a change refers to.' }),
    pending: z
      .object({ action_id: z.string() })
      .optional()
      .meta({ description: 'Your change that is shown and not at Microsoft yet.' }),
    summary: z.string(),
    description: z.string(),
    start: ToldTime,
    end: ToldTime.meta({ description: 'Exclusive.' }),
    deleted: z.boolean(),
    created: Time,
    updated: Time,
    location: z.object({ description: z.string(), lat: z.string().optional(), long: z.string().optional() }).optional(),
    participation_status: Participation,
    attendees: z.array(z.object({ ...person, status: Participation })),
    organizer: z.object(person).optional(),
    transparency: z.enum(['opaque', 'transparent', 'unknown']),
    extended_transparency: z.enum([
      ...['opaque', 'transparent', 'working_elsewhere', 'tentative', 'out_of_office', 'unknown'],
    ] as const),
    status: z.enum(['confirmed', 'tentative', 'cancelled', 'unknown']),
    categories: z.array(z.string()),
    recurring: z.boolean(),
    recurrence: z.object({ rules: z.array(ToldRule) }).optional(),
    series_start: ToldTime.optional().meta({ description: 'When the first occurrence starts.' }),
    series_end: ToldTime.optional().meta({ description: 'When the first occurrence ends.' }),
    series_identifier: z.string().optional().meta({ description: 'The same in all occurrences of one series.' }),
    event_private: z.boolean(),
    meeting_url: z.string().optional(),
    conferencing: z.object({ provider_name: z.enum(['ms_teams', 'other']), join_url: z.string() }).optional(),
    options: z
      .object({ delete: z.boolean(), update: z.boolean(), change_participation_status: z.boolean() })
      .meta({ description: 'What the person can do with it.' }),
  })
  .meta({ id: 'Event' })

/** A part of a long answer. */
export const Pages = z
  .object({
    current: z.int(),
    total: z.int(),
    next_page: z.string().optional().meta({ description: 'The address of the next page; absent on the last one.' }),
  })
  .meta({ id: 'Pages' })

/** `GET /v1/events` and its further pages. */
export const EventsAnswer = z.object({ pages: Pages, events: z.array(Event) })
