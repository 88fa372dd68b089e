import type * as z from 'zod'
import { SyncError } from '../core/errors.ts'
import type { Log } from '../core/log.ts'
import type { Waker } from '../messaging/service-bus.ts'
import type { WakeUp } from '../messaging/wake-up.ts'
import { type ChangeNotification, NotificationBatch } from '../microsoft/graph/wire.ts'
import type { ClientStates } from '../pull/client-state.ts'
import { type ApiRequest, bodyJson } from './request.ts'
import { type ApiResponse, empty } from './response.ts'

/** A POST of Graph carries at most a few hundred notifications of half a kilobyte. */
const BODY_LIMIT = 1024 * 1024
const TOKEN_LIMIT = 2 * 1024

export interface NotificationDependencies {
  readonly clientStates: ClientStates
  readonly waker: Waker
  readonly log: Log
}

/**
 * Graph's change and lifecycle notifications: verified, turned into wake-ups, answered. No table, vault or Graph call, because Graph
 * counts every answer above three seconds against us.
 * @throws SyncError `NOTIFICATION_FORGED` when none of them is ours, `QUEUE_UNAVAILABLE` so that Graph tries again.
 * @see https://learn.microsoft.com/en-us/graph/change-notifications-delivery-webhooks
 */
export async function receiveNotifications(
  { clientStates, waker, log }: NotificationDependencies,
  request: ApiRequest,
): Promise<ApiResponse> {
  const token = request.url.searchParams.get('validationToken')
  if (token !== null) return validationAnswer(token)
  const batch = NotificationBatch.safeParse(await bodyJson(request, BODY_LIMIT))
  if (!batch.success) throw new SyncError('REQUEST_INVALID', 'not a batch of change notifications')
  const genuine = batch.data.value.flatMap(({ clientState, lifecycleEvent }) => {
    const subscribed = clientStates.verify(clientState)
    return subscribed === undefined ? [] : [{ ...subscribed, reason: reasonOf(lifecycleEvent) }]
  })
  const forged = batch.data.value.length - genuine.length
  if (forged > 0) log('warn', 'notifications-forged', { forged, genuine: genuine.length })
  if (genuine.length === 0) throw new SyncError('NOTIFICATION_FORGED', 'no notification is for a subscription of ours')
  const wakeUps = wakeUpsOf(genuine)
  await waker.wake(wakeUps)
  for (const { account, calendar, reason } of wakeUps) log('info', LOGGED[reason], { account, calendar })
  return empty(202)
}

type Reason = 'notified' | 'renew'

const LOGGED = { notified: 'notified', renew: 'subscription-questioned' } as const satisfies Record<Reason, string>

/**
 * What is missed is found by reading. A subscription that is gone or wants a fresh token is renewed, which makes it anew
 * where it is gone. @see https://learn.microsoft.com/en-us/graph/change-notifications-lifecycle-events
 */
const reasonOf = (lifecycleEvent: z.infer<typeof ChangeNotification>['lifecycleEvent']): Reason =>
  lifecycleEvent === undefined || lifecycleEvent === 'missed' ? 'notified' : 'renew'

/** One wake-up per calendar and reason, however many of its events changed. */
function wakeUpsOf(
  subscribed: readonly { account: string; calendar: string; reason: Reason }[],
): readonly (WakeUp & { readonly reason: Reason })[] {
  return [...new Map(subscribed.map((one) => [`${one.account} ${one.calendar} ${one.reason}`, one])).values()]
}

/**
 * The handshake of a new subscription: the token comes back as plain text, unaltered. It arrives while our own create
 * call is open, so it cannot depend on anything stored.
 */
function validationAnswer(token: string): ApiResponse {
  if (Buffer.byteLength(token) > TOKEN_LIMIT) throw new SyncError('REQUEST_INVALID', 'the validation token is too long')
  const plain = { 'content-type': 'text/plain; charset=utf-8' }
  return { ...empty(200, plain), body: token }
}
