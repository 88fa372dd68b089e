import * as z from 'zod'
import { WireRecurrence } from '../change/wire-recurrence.ts'

/** The shapes of what the reading half of the API answers. Members that are not named here may be added. */

const Instant = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(Z|[+-]\d{2}:\d{2})$/)
  .meta({ description: 'A time of ISO 8601 in whole seconds.', format: 'date-time' })
const Day = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/)
  .meta({ description: 'A day, of an all-day event.', format: 'date' })
const Moment = z.union([Instant, Day])

const WireTime = z.union([Moment, z.object({ time: Moment, tzid: z.string() })]).meta({
  id: 'ToldTime',
  description: 'A time, or a day; with `localized_times` in an object with its zone. Ends are exclusive.',
})

const Status = z.enum(['needs_action', 'accepted', 'declined', 'tentative', 'unknown'])
const Person = z.object({ email: z.string(), display_name: z.string() })

export const WireEvent = z
  .object({
    calendar_id: z.string(),
    event_uid: z.string().optional().meta({ description: 'Absent while the event is on its way to Microsoft 365.' }),
    event_id: z.string().optional().meta({ description: 'Your own id, on events you created.' }),
    series_event_id: z.string().optional().meta({ description: 'Your own id of the series this belongs to.' }),
    version: z.string().optional().meta({ description: 'What a change can be `based_on`.' }),
    pending: z
      .object({ action_id: z.string() })
      .optional()
      .meta({ description: 'A change of yours that this shows already, and Microsoft 365 does not have yet.' }),
    summary: z.string(),
    description: z.string(),
    start: WireTime,
    end: WireTime,
    deleted: z.boolean(),
    created: Instant,
    updated: Instant,
    location: z
      .object({ description: z.string(), lat: z.string().optional(), long: z.string().optional() })
      .optional()
      .meta({ description: 'With coordinates when `include_geo` asks for them.' }),
    participation_status: Status,
    attendees: z.array(Person.extend({ status: Status })),
    organizer: Person.optional(),
    transparency: z.enum(['opaque', 'transparent', 'unknown']),
    extended_transparency: z.enum([
      'opaque',
      'transparent',
      'working_elsewhere',
      'tentative',
      'out_of_office',
      'unknown',
    ]),
    status: z.enum(['confirmed', 'tentative', 'cancelled', 'unknown']),
    categories: z.array(z.string()),
    recurring: z.boolean(),
    recurrence: WireRecurrence.optional(),
    series_start: WireTime.optional().meta({ description: 'Start of the first occurrence.' }),
    series_end: WireTime.optional().meta({ description: 'End of the first occurrence.' }),
    series_identifier: z.string().optional().meta({ description: 'The same for all occurrences of a series.' }),
    event_private: z.boolean(),
    meeting_url: z.string().optional(),
    conferencing: z.object({ provider_name: z.string(), join_url: z.string() }).optional(),
    options: z
      .object({ delete: z.boolean(), update: z.boolean(), change_participation_status: z.boolean() })
      .meta({ description: 'What the person may do with it.' }),
  })
  .meta({ id: 'Event', description: 'A single event, or one occurrence of a series.' })
export type WireEvent = z.infer<typeof WireEvent>

export const WireFreeBusy = z
  .object({
    calendar_id: z.string(),
    event_uid: z.string().optional().meta({ description: 'With `include_ids`.' }),
    event_id: z.string().optional().meta({ description: 'With `include_ids`, on events you created.' }),
    start: WireTime,
    end: WireTime,
    free_busy_status: z.enum(['busy', 'tentative', 'free', 'unknown']),
    deleted: z.boolean().optional().meta({ description: 'With `include_deleted`.' }),
  })
  .meta({ id: 'FreeBusy', description: 'A time that an event takes, and nothing of what the event says.' })
export type WireFreeBusy = z.infer<typeof WireFreeBusy>

export const Pages = z
  .object({
    current: z.int().min(1),
    total: z.int().min(1),
    next_page: z
      .url()
      .optional()
      .meta({ description: 'Absent on the last page. Other parameters are not read there.' }),
  })
  .meta({
    id: 'Pages',
    description: '`total` is `current` on the last page and one more before it: how many pages follow is not counted.',
  })
export type Pages = z.infer<typeof Pages>

export const EventsPage = z.object({ pages: Pages, events: z.array(WireEvent) })
export const FreeBusyPage = z.object({ pages: Pages, free_busy: z.array(WireFreeBusy) })
export const EventAnswer = z.object({ event: WireEvent })
