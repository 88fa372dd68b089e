import { randomFraction } from '../../../../shared/core/random.ts'
import { type DurationMs, hours, minutes, seconds } from '../../../../shared/core/time.ts'
import type { Change } from '../mailbox/calendar.ts'
import { etagOf } from '../mailbox/versions.ts'
import type { GraphDependencies } from './context.ts'
import { wireId } from './render.ts'
import { type Subscription, toSevenDigits } from './subscription.ts'

export type LifecycleEvent = 'reauthorizationRequired' | 'subscriptionRemoved' | 'missed'

export interface Notifications {
  /** Tells a subscription about a change, after the usual delay, together with what else goes to its address. */
  tell(subscription: Subscription, change: Change): void
  tellLifecycle(subscription: Subscription, event: LifecycleEvent): void
}

/** Delivers notifications: several in one POST, again with growing pauses for four hours when it is not taken. */
export function createNotifications({
  clock,
  random,
  faults,
  deliver,
}: Omit<GraphDependencies, 'world'>): Notifications {
  const waiting = new Map<string, object[]>()

  function enqueue(address: string, notification: object): void {
    const queue = waiting.get(address)
    if (queue) {
      queue.push(notification)
      return
    }
    waiting.set(address, [notification])
    void clock.sleep(faults.notifications.delayMs as DurationMs).then(() => {
      const value = waiting.get(address) ?? []
      waiting.delete(address)
      return send(address, faults.notifications.reversed ? value.reverse() : value)
    })
  }

  async function send(address: string, value: object[]): Promise<void> {
    for (let pause = seconds(2), spent = 0; spent < hours(4); spent += pause, pause = longer(pause)) {
      if (await taken(address, value)) return
      await clock.sleep(pause)
    }
  }

  async function taken(address: string, value: object[]): Promise<boolean> {
    const headers = { 'Content-Type': 'application/json' }
    try {
      const body = JSON.stringify({ value })
      const response = await deliver(new Request(address, { method: 'POST', headers, body }), seconds(3))
      return response.ok
    } catch {
      // Unreachable or too slow counts as not taken, whatever the reason was.
      return false
    }
  }

  return {
    tell(subscription, change) {
      const { drop, copies, createdTwice } = faults.notifications
      const changes =
        change.type === 'created' && createdTwice ? [change, { ...change, type: 'updated' as const }] : [change]
      const wanted = changes.filter(({ type }) => subscription.changeType.split(',').includes(type))
      for (const each of wanted)
        for (let copy = 0; copy < copies; copy += 1)
          if (drop === 0 || randomFraction(random) >= drop)
            enqueue(subscription.notificationUrl, renderChange(subscription, each))
    },
    tellLifecycle(subscription, lifecycleEvent) {
      const address = subscription.lifecycleNotificationUrl
      if (address !== null) enqueue(address, { ...renderCommon(subscription), lifecycleEvent })
    },
  }
}

const longer = (pause: DurationMs): DurationMs => Math.min(pause * 2, minutes(10)) as DurationMs

const renderCommon = (subscription: Subscription) => ({
  subscriptionId: subscription.id,
  subscriptionExpirationDateTime: toSevenDigits(subscription.expiresAt, '+00:00'),
  tenantId: subscription.tid,
  clientState: subscription.clientState,
})

function renderChange(subscription: Subscription, change: Change): object {
  const id = wireId(change.occurrenceId ?? change.id, subscription)
  const resource = `Users/${subscription.oid}/Events/${id}`
  const item = subscription.calendar.store.items.get(change.id)
  return {
    ...renderCommon(subscription),
    changeType: change.type,
    resource,
    resourceData: {
      '@odata.type': '#Microsoft.Graph.Event',
      '@odata.id': resource,
      ...(item && { '@odata.etag': etagOf(item) }),
      id,
    },
  }
}
