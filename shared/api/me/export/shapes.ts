import * as z from 'zod'
import { SCOPES } from '../../../integrators/scopes.ts'

const Instant = z.iso.datetime({ precision: 3 }).meta({ description: 'UTC' })
const Day = z.iso.date()
const ClientId = z.string().meta({ description: 'Of the integrator.' })
const CalendarId = z.string().regex(/^cal_/)
const EventUid = z.string().regex(/^evt_external_/)

const Time = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('date'), date: Day }),
  z.object({ kind: z.literal('instant'), at: Instant, zone: z.string().optional() }),
])
const Person = z.object({ email: z.string(), name: z.string().optional() })
const Span = z.object({ from: Instant, to: Instant })

const Recurrence = z.object({
  frequency: z.enum(['daily', 'weekly', 'monthly', 'yearly']),
  interval: z.number(),
  weekdays: z.array(z.string()).optional(),
  week_start: z.string().optional(),
  position: z.number().optional(),
  day_of_month: z.number().optional(),
  month: z.number().optional(),
  start_date: Day,
  until_date: Day.optional(),
  count: z.number().optional(),
  zone: z.string().optional(),
})

/** What an event says. */
const content = {
  summary: z.string(),
  description: z.string(),
  start: Time,
  end: Time.meta({ description: 'A date is the first day after the event.' }),
  location: z
    .object({ description: z.string(), latitude: z.number().optional(), longitude: z.number().optional() })
    .optional(),
  attendees: z.array(z.object({ ...Person.shape, status: z.string(), kind: z.string() })),
  organizer: Person.optional(),
  organized_by_account: z.boolean(),
  participation: z.string(),
  transparency: z.string(),
  sensitivity: z.string(),
  status: z.string(),
  categories: z.array(z.string()),
  importance: z.string(),
  reminder_minutes: z.number().optional(),
  online_meeting: z.object({ provider: z.string(), join_url: z.string().optional() }).optional(),
  marker: z.string().optional().meta({ description: 'The name that the creation of the event had.' }),
  created_at: Instant.optional(),
  changed_at: Instant.optional(),
}

const Account = z.object({
  account_id: z.string(),
  tenant_id: z.string().meta({ description: 'The organisation at Microsoft.' }),
  object_id: z.string().meta({ description: 'The person at Microsoft.' }),
  username: z.string(),
  name: z.string(),
  time_zone: z.string().optional(),
  working_hours: z
    .object({ days: z.array(z.string()), start: z.string(), end: z.string(), zone: z.string() })
    .optional(),
  state: z.string(),
  connected_at: Instant,
  signed_in_at: Instant,
  last_change_at: Instant.optional(),
  calendars_read_at: Instant.optional(),
  next_visit_at: Instant.optional(),
})

const Calendar = z.object({
  calendar_id: CalendarId,
  provider_id: z.string(),
  name: z.string(),
  primary: z.boolean(),
  writable: z.boolean(),
  color: z.string().optional(),
  deleted: z.boolean(),
  events: z.number(),
  window: Span.optional().meta({ description: 'The span whose events are kept.' }),
  read_at: Instant.optional(),
  heard_at: Instant.optional(),
  subscription: z.object({ provider_id: z.string(), expires_at: Instant }).optional(),
})

const Grant = z.object({
  client_id: ClientId,
  integrator: z.string().optional().meta({ description: 'Its name, while it is registered.' }),
  scopes: z.array(z.enum(SCOPES)),
  allowed: z.array(z.string()).meta({ description: 'The same in words.' }),
  unrestricted: z.boolean().meta({ description: 'It may change events it did not create.' }),
  unrestricted_calendars: z.array(CalendarId),
  granted_at: Instant,
  ends_at: Instant,
})

const Channel = z.object({
  channel_id: z.string(),
  client_id: ClientId,
  callback_url: z.string(),
  calendar_ids: z.array(CalendarId).optional(),
  only_managed: z.boolean(),
  extra_types: z.array(z.string()),
  created_at: Instant,
  told_at: Instant.optional(),
  failure: z
    .object({
      since: Instant,
      last_attempt_at: Instant,
      attempts: z.number(),
      reason: z.string(),
      not_before: Instant,
    })
    .optional(),
  closed: z.object({ at: Instant, reason: z.string() }).optional(),
})

const Event = z.object({
  event_uid: EventUid,
  calendar_id: CalendarId,
  ...content,
  provider_id: z.string(),
  kind: z.enum(['single', 'occurrence', 'exception']),
  series_provider_id: z.string().optional(),
  recurrence: Recurrence.optional(),
  deleted: z.boolean(),
  modified_at: Instant.meta({ description: 'When what we hold of it last changed.' }),
  created_by: z.object({ client_id: ClientId, event_id: z.string() }).optional(),
  reach: Span.optional().meta({ description: 'How far it has been moved.' }),
})

const Series = z.object({
  calendar_id: CalendarId,
  provider_id: z.string().optional(),
  ...z.object(content).partial().shape,
  recurrence: Recurrence.optional(),
  occurrences: z.array(z.object({ event_uid: EventUid, start: Time, end: Time, exception: z.boolean() })),
})

/** Only what was asked for is there; null takes something away. */
const Wanted = z.looseObject({})

const Action = z.object({
  action_id: z.string(),
  client_id: ClientId,
  kind: z.enum(['upsert', 'delete', 'delete-all', 'respond']),
  state: z.string(),
  event_id: z.string().optional(),
  reason: z.string().optional(),
  overruled: z.array(z.object({ field: z.string(), value: z.string() })),
  accepted_at: Instant,
  finished_at: Instant.optional(),
  request: z
    .object({
      calendar_id: CalendarId.optional(),
      calendar_ids: z.array(CalendarId).optional(),
      wanted: Wanted.optional(),
      response: z.string().optional(),
    })
    .optional()
    .meta({ description: 'Kept until the outcome is known.' }),
})

const Agreement = z.object({
  client_id: ClientId,
  calendar_id: CalendarId,
  event_id: z.string().optional(),
  provider_id: z.string().optional(),
  wanted: Wanted.meta({ description: 'The newest wish for each field.' }),
  stored: z.object({ ...content, recurrence: Recurrence.optional() }).optional(),
})

const KeptAnswer = z.object({ expires: Instant, status: z.number(), body: z.string() })

const AuditEntry = z.object({
  number: z.number(),
  time: z.string(),
  by: z.string(),
  act: z.string(),
  what: z.string(),
  details: z.string(),
})

/** `/me/export.json` */
export const Export = z
  .object({
    $schema: z.url(),
    exported_at: Instant,
    account: Account.optional().meta({ description: 'Absent when nothing is kept.' }),
    calendars: z.array(Calendar),
    integrators: z.array(Grant).meta({ description: 'What may be used by whom.' }),
    channels: z.array(Channel).meta({ description: 'Where integrators are told that something changed.' }),
    events: z.array(Event).meta({ description: 'Single events, and each occurrence of a series.' }),
    series: z.array(Series),
    actions: z.array(Action).meta({ description: 'What integrators asked for.' }),
    agreements: z.array(Agreement).meta({ description: 'What an integrator and Microsoft last agreed on.' }),
    kept_answers: z.array(KeptAnswer).meta({ description: 'Answers that integrators can ask for again, for a day.' }),
    audit: z.array(AuditEntry).meta({ description: 'Who did what.' }),
  })
  .meta({ title: 'Everything that Microsoft 365 Sync holds about a person' })
