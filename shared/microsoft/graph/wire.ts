import * as z from 'zod'

/**
 * Graph's wire shapes, only the properties this service uses. Text that is documented as a string is nullable where the
 * live service has been seen to send null.
 * @see https://learn.microsoft.com/en-us/graph/api/resources/event
 */
const text = z.string().nullish()

/** Local wall-clock time plus a zone name, never an offset: `2026-11-20T09:30:00.0000000` and `UTC`. */
export const GraphDateTime = z.object({ dateTime: z.string(), timeZone: z.string() })
export type GraphDateTime = z.infer<typeof GraphDateTime>

const Recipient = z.object({ emailAddress: z.object({ name: text, address: text }).nullish() })

const Response = z.object({ response: text }).nullish()

export const GraphRecurrence = z.object({
  pattern: z.object({
    type: z.enum(['daily', 'weekly', 'absoluteMonthly', 'relativeMonthly', 'absoluteYearly', 'relativeYearly']),
    interval: z.number().int(),
    month: z.number().int().nullish(),
    dayOfMonth: z.number().int().nullish(),
    daysOfWeek: z.array(z.string()).nullish(),
    firstDayOfWeek: text,
    index: text,
  }),
  range: z.object({
    type: z.enum(['endDate', 'noEnd', 'numbered']),
    startDate: z.string(),
    /** `0001-01-01` when the series has no end. */
    endDate: text,
    recurrenceTimeZone: text,
    /** 0 unless numbered. */
    numberOfOccurrences: z.number().int().nullish(),
  }),
})
export type GraphRecurrence = z.infer<typeof GraphRecurrence>

const FullEvent = z.object({
  '@odata.etag': z.string(),
  id: z.string().min(1),
  type: z.enum(['singleInstance', 'occurrence', 'exception', 'seriesMaster']),
  seriesMasterId: text,
  subject: text,
  body: z.object({ contentType: z.string(), content: z.string().nullish() }).nullish(),
  bodyPreview: text,
  start: GraphDateTime,
  end: GraphDateTime,
  originalStartTimeZone: text,
  originalEndTimeZone: text,
  isAllDay: z.boolean(),
  isCancelled: z.boolean().nullish(),
  isOrganizer: z.boolean().nullish(),
  isOnlineMeeting: z.boolean().nullish(),
  onlineMeetingProvider: text,
  onlineMeeting: z.object({ joinUrl: text }).nullish(),
  location: z
    .object({
      displayName: text,
      /** Some places are at `NaN`. */
      coordinates: z.object({ latitude: z.number().nullish(), longitude: z.number().nullish() }).nullish().catch(null),
    })
    .nullish(),
  attendees: z.array(Recipient.extend({ type: text, status: Response })).nullish(),
  organizer: Recipient.nullish(),
  responseStatus: Response,
  responseRequested: z.boolean().nullish(),
  showAs: text,
  sensitivity: text,
  importance: text,
  categories: z.array(z.string()).nullish(),
  isReminderOn: z.boolean().nullish(),
  reminderMinutesBeforeStart: z.number().nullish(),
  createdDateTime: text,
  lastModifiedDateTime: text,
  /** What it says of the occurrences is told by these; a rule of a kind that is not known stops no calendar. */
  recurrence: GraphRecurrence.nullish().catch(null),
  transactionId: text,
})
export type GraphEvent = z.infer<typeof FullEvent>

/** What a delta round sends for an ordinary occurrence; the rest is in the series master. */
const SparseOccurrence = z.object({
  '@odata.etag': z.string(),
  id: z.string().min(1),
  type: z.literal('occurrence'),
  seriesMasterId: z.string().min(1),
  start: GraphDateTime,
  end: GraphDateTime,
  /** An item that says more than its times is a full event, and must be valid as one. */
  isAllDay: z.undefined().optional(),
})
export type SparseOccurrence = z.infer<typeof SparseOccurrence>

const Removed = z.object({ id: z.string().min(1), '@removed': z.object({ reason: text }) })

export const GraphEvent = FullEvent
export const EventList = z.object({ value: z.array(FullEvent), '@odata.nextLink': z.string().optional() })

/** Events of which nothing but the names was asked for. */
export const IdList = z.object({
  value: z.array(z.object({ id: z.string(), seriesMasterId: z.string().nullish() })),
  '@odata.nextLink': z.string().optional(),
})

/** An event of which the body and whether it is a meeting were asked for. */
export const MeetingBody = z.object({
  body: z.object({ content: text }).nullish(),
  isOnlineMeeting: z.boolean().nullish(),
})

/** A tombstone, a full event, or an occurrence of which only the times are sent; tried in this order. */
export const DeltaItem = z.union([Removed, FullEvent, SparseOccurrence])

export const DeltaPage = z
  .object({
    value: z.array(DeltaItem),
    '@odata.nextLink': z.string().optional(),
    '@odata.deltaLink': z.string().optional(),
  })
  .refine((page) => (page['@odata.nextLink'] === undefined) !== (page['@odata.deltaLink'] === undefined), {
    message: 'a page carries exactly one of the next and delta links',
  })

export const Calendar = z.object({
  id: z.string().min(1),
  name: text,
  isDefaultCalendar: z.boolean().nullish(),
  canEdit: z.boolean().nullish(),
  owner: z.object({ address: text }).nullish(),
  hexColor: text,
  allowedOnlineMeetingProviders: z.array(z.string()).nullish(),
})
export const CalendarPage = z.object({ value: z.array(Calendar), '@odata.nextLink': z.string().optional() })

export const Subscription = z.object({
  id: z.string().min(1),
  resource: z.string(),
  expirationDateTime: z.string().refine((text) => !Number.isNaN(Date.parse(text)), { message: 'not a date' }),
})
export const SubscriptionPage = z.object({ value: z.array(Subscription), '@odata.nextLink': z.string().optional() })

/** @see https://learn.microsoft.com/en-us/graph/api/resources/workinghours */
const WorkingHours = z.object({
  daysOfWeek: z.array(z.string()),
  /** `08:00:00.0000000` */
  startTime: z.string(),
  endTime: z.string(),
  /** A Windows or IANA name, or `Customized Time Zone`. */
  timeZone: z.object({ name: text }).nullish(),
})
export type WorkingHours = z.infer<typeof WorkingHours>

export const MailboxSettings = z.object({
  timeZone: text,
  language: z.object({ locale: text }).nullish(),
  /** Nothing that is read every hour may fail because of them. */
  workingHours: WorkingHours.nullish().catch(undefined),
})
export type MailboxSettings = z.infer<typeof MailboxSettings>

/**
 * One change or lifecycle notification. A hint only: what changed is asked for afterwards. A client state that cannot be
 * one of ours (null for subscriptions made without) is empty, so that it does not spoil the others of its batch.
 */
export const ChangeNotification = z.object({
  clientState: z.string().max(128).catch(''),
  /** Of a lifecycle notification; what Microsoft may send one day counts as a change. */
  lifecycleEvent: z.enum(['reauthorizationRequired', 'subscriptionRemoved', 'missed']).optional().catch(undefined),
})
/** An element that is no object says nothing, and does not spoil the others either. */
export const NotificationBatch = z.object({
  value: z.array(ChangeNotification.catch({ clientState: '', lifecycleEvent: undefined })).max(5000),
})

/** Graph's error envelope. Codes are compared without regard to case. */
export const GraphErrorBody = z.object({
  error: z.object({
    code: z.string(),
    /** The event that a transaction id was used for before. */
    '@event.existingEventId': z.string().nullish().catch(undefined),
  }),
})

/** One answer of a batch; the answers come in any order. */
export const BatchItem = z.object({
  id: z.string(),
  status: z.number().int(),
  headers: z.record(z.string(), z.string()).nullish().catch(undefined),
  body: z.unknown().optional(),
})
/** An answer that cannot be read does not spoil the others. */
export const BatchAnswer = z.object({ responses: z.array(BatchItem.nullable().catch(null)) })
