import type { DurationMs } from '../../../../shared/core/time.ts'
import type { Change } from '../mailbox/calendar.ts'
import { etagOf } from '../mailbox/versions.ts'
import { isPerson } from '../world.ts'
import { happens, happensTo } from './chance.ts'
import type { GraphDependencies } from './context.ts'
import { createDeliveries } from './deliveries.ts'
import { wireId } from './render.ts'
import { type Subscription, toSevenDigits } from './subscription.ts'

export type LifecycleEvent = 'reauthorizationRequired' | 'subscriptionRemoved' | 'missed'

export interface Notifications {
  /** Tells a subscription about a change, after the usual delay, together with what else goes to its address. */
  tell(subscription: Subscription, change: Change): void
  tellLifecycle(subscription: Subscription, event: LifecycleEvent): void
}

/** What is told about changes, and which of it gets lost, doubled or late when that is ordered. */
export function createNotifications({ clock, world, faults, deliver }: GraphDependencies): Notifications {
  const deliveries = createDeliveries({ clock, faults, deliver })
  const chance = (name: 'drop' | 'doubled' | 'createdTwice' | 'late') =>
    happens(faults, `notifications.${name}`, faults.notifications[name])

  function send({ id, notificationUrl }: Subscription, notification: object): void {
    const { deaf, lateMs } = faults.notifications
    if (happensTo(faults, 'notifications.deaf', id, deaf) || chance('drop')) return
    const add = () => deliveries.add(notificationUrl, notification)
    if (chance('late')) void clock.sleep(lateMs as DurationMs).then(add)
    else add()
  }

  function sendCopies(subscription: Subscription, notification: object): void {
    const copies = faults.notifications.copies + Number(chance('doubled'))
    for (let copy = 0; copy < copies; copy += 1) send(subscription, notification)
  }

  return {
    tell(subscription, change) {
      const isMet = isPerson(world, faults.notifications.person, subscription.oid)
      const isTwice = isMet && change.type === 'created' && chance('createdTwice')
      const changes = isTwice ? [change, { ...change, type: 'updated' as const }] : [change]
      const wanted = changes.filter(({ type }) => subscription.changeType.split(',').includes(type))
      for (const each of wanted) {
        const notification = renderChange(subscription, each)
        if (isMet) sendCopies(subscription, notification)
        else deliveries.add(subscription.notificationUrl, notification)
      }
    },
    tellLifecycle(subscription, lifecycleEvent) {
      const address = subscription.lifecycleNotificationUrl
      if (address === null || happens(faults, 'lifecycle.lost', faults.lifecycle.lost)) return
      deliveries.add(address, { ...renderCommon(subscription), lifecycleEvent })
    },
  }
}

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
