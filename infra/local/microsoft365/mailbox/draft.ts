import * as z from 'zod'
import type { ExtendedProperty, Fields, Span } from './event.ts'
import { invalidProperty, invalidRecipient, invalidRequest, MailboxFailure } from './failures.ts'
import { checkRecurrence, Recurrence } from './recurrence.ts'
import { spanFrom } from './series.ts'
import { ianaZone, toInstant, toLocal } from './zones.ts'

const DateTime = z.object({ dateTime: z.string(), timeZone: z.string().default('UTC') })
const EmailAddress = z.object({ name: z.string().nullish(), address: z.string().nullish() })
/** As long as Exchange lets a subject or the name of a place be. */
const LONGEST = 255
const Place = z.looseObject({ displayName: z.string().max(LONGEST).nullish() })

/** What a client may write of an event. Lists and objects keep Graph's shape, so that they can be told back as they are. */
const Writable = z.strictObject({
  subject: z.string().max(LONGEST).nullish(),
  body: z.object({ contentType: z.enum(['text', 'html', 'Text', 'HTML']), content: z.string().nullish() }).nullish(),
  start: DateTime.optional(),
  end: DateTime.optional(),
  isAllDay: z.boolean().nullish(),
  recurrence: Recurrence.nullish(),
  transactionId: z.string().nullish(),
  singleValueExtendedProperties: z.array(z.object({ id: z.string(), value: z.string() })).optional(),
  categories: z.array(z.string()).optional(),
  importance: z.enum(['low', 'normal', 'high']).optional(),
  sensitivity: z.enum(['normal', 'personal', 'private', 'confidential']).optional(),
  showAs: z.enum(['free', 'tentative', 'busy', 'oof', 'workingElsewhere', 'unknown']).optional(),
  isReminderOn: z.boolean().nullish(),
  reminderMinutesBeforeStart: z.int().nullish(),
  location: Place.nullish(),
  locations: z.array(Place).optional(),
  attendees: z
    .array(
      z.object({ emailAddress: EmailAddress, type: z.enum(['required', 'optional', 'resource']).default('required') }),
    )
    .max(500)
    .optional(),
  responseRequested: z.boolean().nullish(),
  allowNewTimeProposals: z.boolean().nullish(),
  hideAttendees: z.boolean().nullish(),
  isOnlineMeeting: z.boolean().nullish(),
  onlineMeetingProvider: z.enum(['unknown', 'teamsForBusiness', 'skypeForBusiness', 'skypeForConsumer']).optional(),
})

/** Properties Graph sets itself and ignores in what a client sends. */
const READ_ONLY = new Set(
  `id changeKey createdDateTime lastModifiedDateTime iCalUId uid originalStartTimeZone originalEndTimeZone originalStart
  bodyPreview hasAttachments isCancelled isDraft isOrganizer organizer responseStatus seriesMasterId type webLink
  onlineMeeting onlineMeetingUrl`.split(/\s+/),
)

/** A write as a client asked for it, checked: each part is absent when the client did not name it. */
export interface Draft {
  readonly fields: Fields
  readonly span?: Span
  readonly recurrence?: Recurrence | null
  readonly transactionId?: string
  readonly extended: readonly ExtendedProperty[]
}

/**
 * Reads the body of a POST or PATCH of an event. `before` is the span of the event that is changed: a client may send
 * the start alone, or only make the event all-day.
 * @throws MailboxFailure 400 with Graph's code for what is wrong
 */
export function parseDraft(body: unknown, before?: Span): Draft {
  const { start, end, isAllDay, recurrence, transactionId, singleValueExtendedProperties, ...fields } = parse(body)
  const span = spanOf({ start, end, isAllDay }, before)
  const zone = recurrence?.range.recurrenceTimeZone
  if (zone) ianaZone(zone)
  for (const { emailAddress } of fields.attendees ?? []) checkAddress(emailAddress.address)
  return {
    fields,
    extended: singleValueExtendedProperties ?? [],
    ...(span && { span }),
    ...(recurrence !== undefined && { recurrence: recurrence && settled(recurrence, span ?? before) }),
    ...(transactionId && { transactionId }),
  }
}

function parse(body: unknown): z.infer<typeof Writable> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw unreadable('a JSON object is expected')
  const writable = Object.entries(body).filter(([name]) => !READ_ONLY.has(name) && !name.includes('@odata.'))
  const parsed = Writable.safeParse(Object.fromEntries(writable))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  if (issue?.code === 'too_big') throw invalidProperty()
  if (issue?.path[0] === 'recurrence') throw invalidProperty(`recurrence: ${issue.message}`)
  throw unreadable(`${issue?.path.join('.')}: ${issue?.message}`)
}

const unreadable = (why: string) =>
  new MailboxFailure(400, 'RequestBodyRead', `The request body cannot be read: ${why}`)

function checkAddress(address: string | null | undefined): void {
  if (!/^[^\s@<>(),;:]+@[^\s@<>(),;:]+$/.test(address ?? '')) throw invalidRecipient(address ?? '')
}

type Times = Pick<z.infer<typeof Writable>, 'start' | 'end' | 'isAllDay'>

function spanOf({ start, end, isAllDay }: Times, before: Span | undefined): Span | undefined {
  if (start === undefined && end === undefined && (isAllDay ?? undefined) === undefined) return undefined
  const from = start ?? (before && { dateTime: before.start, timeZone: before.startZone })
  if (from === undefined) throw invalidRequest('An event needs a start and an end.')
  const startLocal = localTime(from.dateTime, from.timeZone)
  const to = end ?? (before && keepLength(before, startLocal, from.timeZone))
  if (to === undefined) throw invalidRequest('An event needs a start and an end.')
  const span = spanFrom(
    startLocal,
    localTime(to.dateTime, to.timeZone),
    from.timeZone,
    to.timeZone,
    isAllDay ?? before?.isAllDay ?? false,
  )
  checkSpan(span)
  return span
}

/** A client that moves only the start keeps the length. */
function keepLength(before: Span, start: string, zone: string): { dateTime: string; timeZone: string } {
  const at = before.isAllDay ? toInstant(start, 'UTC') : toInstant(start, ianaZone(zone))
  const endAt = at + before.endAt - before.startAt
  return { dateTime: toLocal(endAt, before.isAllDay ? 'UTC' : ianaZone(zone)), timeZone: zone }
}

const LOCAL_TIME = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2})(?::(\d{2})(?:\.(\d{1,7}))?)?(Z?))?$/

function localTime(text: string, zone: string): string {
  const [, date, time = '00:00', seconds = '00', fraction = '', utc] = LOCAL_TIME.exec(text) ?? []
  const valid = date !== undefined && !Number.isNaN(Date.parse(`${date}T${time}:${seconds}Z`))
  if (!valid || (utc === 'Z' && ianaZone(zone) !== 'UTC')) throw invalidProperty('A dateTime is not a wall-clock time.')
  return `${date}T${time}:${seconds}.${fraction.padEnd(7, '0')}`
}

const isMidnight = (local: string) => local.slice(11) === '00:00:00.0000000'

function checkSpan(span: Span): void {
  if (span.endAt < span.startAt) throw invalidProperty('The end of an event cannot be before its start.')
  if (!span.isAllDay) return
  if (!isMidnight(span.start))
    throw invalidProperty('The Event.Start property for an all-day event needs to be set to midnight.')
  if (!isMidnight(span.end))
    throw invalidProperty('The Event.End property for an all-day event needs to be set to midnight.')
  if (span.startZone !== span.endZone) throw invalidProperty('An all-day event starts and ends in the same time zone.')
  if (span.endAt === span.startAt) throw invalidProperty('The duration of an all-day event is at least one day.')
}

/** A recurrence as it reads back: bound to the event's zone, and an open end told in Graph's way. */
function settled(recurrence: Recurrence, span: Span | undefined): Recurrence {
  if (span === undefined) throw invalidRequest('An event needs a start and an end.')
  checkRecurrence(recurrence, span.start.slice(0, 10))
  const range = { ...recurrence.range, recurrenceTimeZone: recurrence.range.recurrenceTimeZone ?? span.startZone }
  if (range.type !== 'endDate') range.endDate = '0001-01-01'
  if (range.type !== 'numbered') range.numberOfOccurrences = 0
  return { ...recurrence, range }
}

/** The event properties a client named, in Graph's words where there are any. */
export const namedIn = ({ fields, span, recurrence }: Draft): string[] => [
  ...Object.keys(fields),
  ...(span ? ['start'] : []),
  ...(recurrence === undefined ? [] : ['recurrence']),
]
