import * as z from 'zod'
import { custom, notSupported, problem } from '../findings.ts'

const LENGTH_MAX_MINUTES = 24 * 60
const MAX_PERIODS = 50
/** As many as the compatible API takes. */
export const MAX_ACCOUNTS = 10
const MAX_RESULTS = 512

const parts = { minutes: z.int().min(0).optional(), hours: z.int().min(0).optional() }
const minutesIn = ({ minutes = 0, hours = 0 }: { minutes?: number | undefined; hours?: number | undefined }) =>
  minutes + hours * 60

/** `{"minutes": 90}`, `{"hours": 1, "minutes": 30}`. Comes out in minutes. */
const length = (min: number) =>
  z
    .object(parts)
    .refine(
      (given) => minutesIn(given) >= min && minutesIn(given) <= LENGTH_MAX_MINUTES,
      custom(problem('out_of_range', `must be ${min} to ${LENGTH_MAX_MINUTES} minutes`)),
    )
    .transform(minutesIn)

const Margin = z
  .object({
    ...parts,
    minimum: length(0).optional(),
    maximum: z
      .unknown()
      .refine((value) => value === undefined || value === null, custom(notSupported('is not possible')))
      .optional(),
  })
  .refine(
    (given) => minutesIn(given) <= LENGTH_MAX_MINUTES,
    custom(problem('out_of_range', `must be 0 to ${LENGTH_MAX_MINUTES} minutes`)),
  )
  .transform(({ minimum, ...own }) => minimum ?? minutesIn(own))

const time = z
  .string()
  .max(64)
  .meta({ description: '2026-11-20T09:00:00Z, or without an offset where a tzid is given' })

const Periods = z
  .array(z.object({ start: time, end: time }))
  .min(1)
  .max(MAX_PERIODS)
export type WirePeriods = z.infer<typeof Periods>

const Member = z.object({
  sub: z.string().meta({ description: 'An account that has granted this integrator to see when it is busy.' }),
  calendar_ids: z
    .array(z.string())
    .max(100)
    .optional()
    .meta({ description: 'The calendars that count; all of the account when absent or empty.' }),
  managed_availability: z
    .boolean()
    .optional()
    .meta({ description: 'Whether only the working hours of the mailbox settings are offered. False when absent.' }),
  query_periods: Periods.optional().meta({ description: 'The times at which this member may be asked.' }),
  available_periods: Periods.optional().meta({ description: 'An older name of query_periods.' }),
  availability_rule_ids: z
    .array(z.string())
    .max(0, custom(notSupported('is not possible: working hours are respected with managed_availability')))
    .optional(),
})

const BAD_REQUIRED = problem('invalid_format', 'must be "all" or a whole number above 0')

const Group = z.object({
  members: z
    .array(Member)
    .min(1)
    .max(MAX_ACCOUNTS)
    .refine(
      (members) => new Set(members.map(({ sub }) => sub)).size === members.length,
      custom(problem('not_recognized', 'must name each account once')),
    ),
  required: z
    .union([z.literal('all'), z.int().min(1)], { error: BAD_REQUIRED })
    .default('all')
    .meta({ description: 'How many of the members must be able to take part.' }),
})

/** The body of `POST /v1/availability`. */
export const AvailabilityBody = z.object({
  participants: z
    .array(
      Group.refine(({ members, required }) => required === 'all' || required <= members.length, {
        error: problem('out_of_range', 'must be at most the number of members'),
        path: ['required'],
      }),
    )
    .min(1)
    .max(MAX_ACCOUNTS)
    .meta({ description: 'Groups, with at most ten accounts in all; enough of each must be able to take part.' }),
  required_duration: length(1).meta({ description: 'At most 24 hours.' }),
  query_periods: Periods.optional().meta({
    description: 'Where to look: at most 35 days from the first to the last, from 42 days back to 199 ahead.',
  }),
  available_periods: Periods.optional().meta({ description: 'An older name of query_periods.' }),
  buffer: z
    .object({ before: Margin.optional(), after: Margin.optional() })
    .optional()
    .meta({ description: 'What must be free before and after. It may lie outside of the query periods.' }),
  start_interval: length(5)
    .optional()
    .meta({
      description:
        'How far apart slots begin, counted from the start of the query period: as far as they are long unless given, ' +
        'overlapping ones 30 minutes at most.',
    }),
  response_format: z
    .enum(['periods', 'slots', 'overlapping_slots'])
    .default('periods')
    .meta({ description: 'The longest times with who can take part in all of each, or meetings of the duration.' }),
  max_results: z.int().min(1).max(MAX_RESULTS).default(MAX_RESULTS).meta({ description: 'The earliest are told.' }),
  tzid: z
    .string()
    .max(64)
    .optional()
    .meta({ description: 'The zone of times without an offset, and of accounts whose own zone is not known.' }),
})

const Participants = z.array(z.object({ sub: z.string() }))
const Offers = z.array(z.object({ start: z.string(), end: z.string(), participants: Participants }))

/** The answer. One of the two lists is there, as the request's `response_format` says. */
export const AvailabilityAnswer = z.object({
  available_periods: Offers.optional(),
  available_slots: Offers.optional(),
  unknown: z
    .array(z.object({ sub: z.string(), reason: z.enum(['first_pull', 'needs_reconnect', 'no_working_hours']) }))
    .optional()
    .meta({
      description:
        'Accounts of which a calendar that was asked for, or the working hours that were, are not known now; they are never offered.',
    }),
})
export type AvailabilityAnswer = z.infer<typeof AvailabilityAnswer>
