import * as z from 'zod'
import { type EpochMs, epochMs, later, minutes, parseInstant } from '../../../../shared/core/time.ts'
import { MailboxFailure } from '../mailbox/failures.ts'
import type { Calendar, Mailbox } from '../mailbox/mailbox.ts'

/** A registration for change notifications of one calendar. */
export interface Subscription {
  readonly id: string
  readonly resource: string
  readonly changeType: string
  notificationUrl: string
  readonly lifecycleNotificationUrl: string | null
  readonly clientState: string | null
  readonly latestSupportedTlsVersion: string
  expiresAt: EpochMs
  readonly oid: string
  readonly tid: string
  readonly appId: string
  /** Whether it was made by a request that asked for immutable ids. */
  readonly immutableIds: boolean
  readonly calendar: Calendar
}

const Url = z
  .url()
  .refine(
    (url) => url.startsWith('https://') || ['localhost', '127.0.0.1'].includes(new URL(url).hostname),
    'must be an https address',
  )

export const NewSubscription = z.object({
  changeType: z.string().regex(/^(created|updated|deleted)(,(created|updated|deleted))*$/),
  notificationUrl: Url,
  lifecycleNotificationUrl: Url.nullish(),
  resource: z.string(),
  expirationDateTime: z.string(),
  clientState: z.string().max(128).nullish(),
  latestSupportedTlsVersion: z.enum(['v1_0', 'v1_1', 'v1_2', 'v1_3']).default('v1_2'),
})

export const SubscriptionChange = z.strictObject({
  expirationDateTime: z.string().optional(),
  notificationUrl: Url.optional(),
})

export const invalidSubscription = (message: string) => new MailboxFailure(400, 'InvalidRequest', message)

export const notAuthorized = () =>
  new MailboxFailure(401, 'ExtensionError', 'Operation: Create; Exception: [Status Code: Unauthorized; Reason: ]')

export const subscriptionGone = () => new MailboxFailure(404, 'ResourceNotFound', 'The object was not found.')

/** Reads a request body by its schema. @throws MailboxFailure `InvalidRequest` that names the property. */
export function readBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw invalidSubscription(`${issue?.path.join('.')}: ${issue?.message}`)
}

const SHORTEST = minutes(45)
const LONGEST = minutes(10_080)

/** When a subscription ends: as asked, never within 45 minutes, and refused beyond 10,080 minutes. */
export function expiryOf(text: string, now: EpochMs): EpochMs {
  const asked = parseInstant(text)
  if (asked === undefined) throw invalidSubscription('expirationDateTime: not a date and time')
  if (asked <= now) throw invalidSubscription('Subscription expiration must be in the future.')
  if (asked > later(now, LONGEST))
    throw invalidSubscription('Subscription expiration can only be 10080 minutes in the future.')
  return epochMs(Math.max(asked, later(now, SHORTEST)))
}

/** The calendar a resource like `me/calendars/{id}/events` names. */
export function calendarOf(resource: string, mailbox: Mailbox): Calendar {
  const [, user, id] = /^\/?(me|users\/[^/]+)(?:\/calendars\/([^/]+)|\/calendar)?\/events$/i.exec(resource) ?? []
  if (user === undefined) throw invalidSubscription(`Resource '${resource}' is not supported.`)
  const { oid, userPrincipalName } = mailbox.owner
  const named = decodeURIComponent(user.slice('users/'.length))
  const own = user.toLowerCase() === 'me' || [oid, userPrincipalName.toLowerCase()].includes(named.toLowerCase())
  if (!own) throw new MailboxFailure(403, 'ExtensionError', 'Operation: Create; Exception: [Status Code: Forbidden]')
  return mailbox.calendar(id === undefined ? undefined : decodeURIComponent(id))
}

export const renderSubscription = (subscription: Subscription): object => ({
  id: subscription.id,
  resource: subscription.resource,
  applicationId: subscription.appId,
  changeType: subscription.changeType,
  clientState: subscription.clientState,
  notificationUrl: subscription.notificationUrl,
  notificationQueryOptions: null,
  lifecycleNotificationUrl: subscription.lifecycleNotificationUrl,
  expirationDateTime: toSevenDigits(subscription.expiresAt, 'Z'),
  creatorId: subscription.oid,
  includeResourceData: null,
  latestSupportedTlsVersion: subscription.latestSupportedTlsVersion,
  encryptionCertificate: null,
  encryptionCertificateId: null,
  notificationUrlAppId: null,
})

/** `2026-11-20T09:30:00.0000000` and the offset: the subscription resource says `Z`, notifications say `+00:00`. */
export const toSevenDigits = (at: EpochMs, offset: 'Z' | '+00:00'): string =>
  `${new Date(at).toISOString().slice(0, 23)}0000${offset}`
