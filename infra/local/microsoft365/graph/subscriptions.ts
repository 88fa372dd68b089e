import { Hono } from 'hono'
import type { Clock } from '../../../../shared/core/time.ts'
import { MailboxFailure } from '../mailbox/failures.ts'
import { randomGuid } from '../world.ts'
import { happens } from './chance.ts'
import {
  type Deliver,
  type GraphContext,
  type GraphDependencies,
  type GraphEnvironment,
  metadata,
  readJson,
} from './context.ts'
import { shakeHands, validationTimedOut } from './handshake.ts'
import { createNotifications, type LifecycleEvent } from './notifications.ts'
import { createRegistry, type Registry } from './registry.ts'
import {
  calendarOf,
  expiryOf,
  NewSubscription,
  notAuthorized,
  readBody,
  renderSubscription,
  type Subscription,
  SubscriptionChange,
  subscriptionGone,
} from './subscription.ts'

export interface Subscriptions {
  readonly routes: Hono<GraphEnvironment>
  /** Those that have not expired. */
  list(): Subscription[]
  /** Sends a lifecycle notification; `subscriptionRemoved` removes the subscription first. */
  tellLifecycle(id: string, event: LifecycleEvent): void
}

/** The change notification service: registrations, their addresses' consent, and what is told to them. */
export function createSubscriptions(dependencies: GraphDependencies): Subscriptions {
  const notifications = createNotifications(dependencies)
  const { faults } = dependencies
  const registry = createRegistry(dependencies.clock, (subscription, change) => {
    const { removed, missed, reauthorize } = faults.lifecycle
    if (happens(faults, 'lifecycle.removed', removed)) tellLifecycle(subscription.id, 'subscriptionRemoved')
    else if (happens(faults, 'lifecycle.missed', missed)) notifications.tellLifecycle(subscription, 'missed')
    else notifications.tell(subscription, change)
    if (happens(faults, 'lifecycle.reauthorize', reauthorize))
      notifications.tellLifecycle(subscription, 'reauthorizationRequired')
  })

  function tellLifecycle(id: string, event: LifecycleEvent): void {
    const subscription = registry.find(id)
    if (subscription === undefined) throw subscriptionGone()
    if (event === 'subscriptionRemoved') registry.end(id)
    notifications.tellLifecycle(subscription, event)
  }

  const routes = new Hono<GraphEnvironment>()
  routes.route('/', collectionRoutes(dependencies, registry))
  routes.route('/:id', entityRoutes(dependencies, registry))
  return {
    routes,
    list: registry.list,
    tellLifecycle,
  }
}

function collectionRoutes(dependencies: GraphDependencies, registry: Registry): Hono<GraphEnvironment> {
  const { faults } = dependencies
  const app = new Hono<GraphEnvironment>()
  app.post('/', async (c) => {
    const subscription = await readSubscription(c, dependencies)
    if (subscription.calendar.id === faults.subscriptions.unauthorized) throw notAuthorized()
    refuseDuplicate(registry, subscription)
    const { notificationUrl, lifecycleNotificationUrl } = subscription
    if (happens(faults, 'subscriptions.unreachable', faults.subscriptions.unreachable)) throw validationTimedOut()
    const addresses = [notificationUrl, ...(lifecycleNotificationUrl ? [lifecycleNotificationUrl] : [])]
    await Promise.all(addresses.map((address) => shakeHands(dependencies.deliver, address, c.get('requestId'))))
    refuseDuplicate(registry, subscription)
    registry.add(subscription)
    return c.json(entity(c, subscription), 201)
  })
  app.get('/', (c) => {
    // The list does not tell client states.
    const value = registry.of(c.get('caller')).map((each) => renderSubscription({ ...each, clientState: null }))
    return c.json({ '@odata.context': metadata(c, 'subscriptions'), value })
  })
  return app
}

function entityRoutes({ clock, deliver, faults }: GraphDependencies, registry: Registry): Hono<GraphEnvironment> {
  const app = new Hono<GraphEnvironment>()
  const found = (c: GraphContext): Subscription => {
    const subscription = registry.of(c.get('caller')).find(({ id }) => id === c.req.param('id'))
    if (subscription === undefined) throw subscriptionGone()
    return subscription
  }
  app.get('/', (c) => c.json(entity(c, found(c))))
  app.patch('/', async (c) => {
    const subscription = found(c)
    if (happens(faults, 'subscriptions.renewalGone', faults.subscriptions.renewalGone)) {
      registry.end(subscription.id)
      throw subscriptionGone()
    }
    Object.assign(subscription, await readChange(c, clock, deliver))
    return c.json(entity(c, subscription))
  })
  app.delete('/', (c) => {
    registry.end(found(c).id)
    return c.body(null, 204)
  })
  app.post('/reauthorize', (c) => {
    found(c)
    return c.body(null, 204)
  })
  return app
}

async function readSubscription(c: GraphContext, { world, clock, random }: GraphDependencies): Promise<Subscription> {
  const { expirationDateTime, ...asked } = readBody(NewSubscription, await readJson(c))
  const { oid, tid, appId } = c.get('caller')
  return {
    ...asked,
    id: randomGuid(random),
    lifecycleNotificationUrl: asked.lifecycleNotificationUrl ?? null,
    clientState: asked.clientState ?? null,
    expiresAt: expiryOf(expirationDateTime, clock.now()),
    oid,
    tid,
    appId,
    immutableIds: c.get('preferences').immutableIds,
    calendar: calendarOf(asked.resource, world.mailboxOf(oid)),
  }
}

/** What a PATCH changes; a new address must agree first, as at creation. */
async function readChange(c: GraphContext, clock: Clock, deliver: Deliver): Promise<Partial<Subscription>> {
  const { expirationDateTime, notificationUrl } = readBody(SubscriptionChange, await readJson(c))
  const expiresAt = expirationDateTime === undefined ? undefined : expiryOf(expirationDateTime, clock.now())
  if (notificationUrl !== undefined) await shakeHands(deliver, notificationUrl, c.get('requestId'))
  return { ...(expiresAt && { expiresAt }), ...(notificationUrl && { notificationUrl }) }
}

function refuseDuplicate(registry: Registry, { changeType, calendar, ...owner }: Subscription): void {
  const same = registry.of(owner).find((each) => each.changeType === changeType && each.calendar.id === calendar.id)
  if (same === undefined) return
  throw new MailboxFailure(409, 'Conflict', `Subscription Id ${same.id} already exists for the requested combination`)
}

const entity = (c: GraphContext, subscription: Subscription): object => ({
  '@odata.context': metadata(c, 'subscriptions/$entity'),
  ...renderSubscription(subscription),
})
