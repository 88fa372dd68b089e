import { Temporal } from 'temporal-polyfill'
import * as z from 'zod'
import { type DurationMs, minutes } from '../../../shared/core/time.ts'

/** An ISO 8601 duration without months or years (`PT1M`, `P14D`), read as milliseconds. */
const IsoDuration = z.string().transform((text, context): DurationMs => {
  try {
    return Temporal.Duration.from(text).total('milliseconds') as DurationMs
  } catch (cause) {
    context.addIssue({ code: 'custom', message: 'not an ISO 8601 duration of days or less', params: { cause } })
    return z.NEVER
  }
})

/**
 * One queue with the property names of an Azure deployment. Only the upper limits of the service are checked; its lower
 * limits (5 s lock, 20 s duplicate window) would make tests slow.
 * @see https://learn.microsoft.com/azure/templates/microsoft.servicebus/namespaces/queues
 */
export const QueueSettings = z.strictObject({
  name: z.string().regex(/^[\w][\w./-]{0,259}$/),
  requiresSession: z.boolean().default(false),
  lockDuration: IsoDuration.default(minutes(1)).refine((lock) => lock > 0 && lock <= minutes(5), 'at most PT5M'),
  maxDeliveryCount: z.int().min(1).max(2000).default(10),
  requiresDuplicateDetection: z.boolean().default(false),
  duplicateDetectionHistoryTimeWindow: IsoDuration.default(minutes(10)),
  defaultMessageTimeToLive: IsoDuration.optional(),
  deadLetteringOnMessageExpiration: z.boolean().default(false),
  maxMessageSizeInKilobytes: z.int().min(1).max(102_400).default(256),
})

/** A queue as `infra/queues.json` writes it. */
export type QueueSettings = z.input<typeof QueueSettings>

/** A queue with its durations in milliseconds and every default filled in. */
export type QueueDefinition = z.output<typeof QueueSettings>
