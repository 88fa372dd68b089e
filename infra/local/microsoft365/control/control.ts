import { type Context, Hono } from 'hono'
import * as z from 'zod'
import { randomId } from '../../../../shared/core/random.ts'
import type { Graph } from '../graph/graph.ts'
import { MailboxFailure } from '../mailbox/failures.ts'
import type { Person, World } from '../world.ts'
import { fillMailbox, MailboxOrder } from './mailboxes.ts'
import { loadPayloads } from './payloads.ts'

export interface ControlDependencies {
  readonly world: World
  readonly graph: Graph
  /** Gives a Graph token for a person without a sign-in. */
  readonly issueToken: (person: Person, scopes: readonly string[], appId?: string) => string
}

const TokenOrder = z.strictObject({
  /** An oid or an address. */
  person: z.string(),
  scopes: z.array(z.string()).default(['Calendars.ReadWrite', 'MailboxSettings.Read', 'User.Read']),
  appId: z.string().optional(),
})
const PayloadOrder = z.strictObject({ folder: z.string(), displayName: z.string().default('Payloads') })
const ExpiryOrder = z.strictObject({ person: z.string().optional() })
const LifecycleOrder = z.strictObject({
  subscription: z.string(),
  event: z.enum(['reauthorizationRequired', 'subscriptionRemoved', 'missed']),
})

/** Endpoints of our own under `/_control`: they make mailboxes and tell what Graph was asked. */
export function createControl(dependencies: ControlDependencies): Hono {
  const app = new Hono().basePath('/_control')
  app.route('/', worldControl(dependencies))
  app.route('/', graphControl(dependencies))
  app.onError((error, c) => {
    if (error instanceof ControlRefusal) return c.json({ error: error.message }, 400)
    if (error instanceof MailboxFailure) return c.json({ error: error.code }, 404)
    return c.json({ error: `${error.name}: ${error.message}` }, 500)
  })
  return app
}

function worldControl({ world, issueToken }: ControlDependencies): Hono {
  const app = new Hono()
  app.get('/people', (c) => c.json([...world.people.values()].map((person) => summary(world, person))))
  app.post('/token', async (c) => {
    const order = await read(c, TokenOrder)
    return c.json({ token: issueToken(find(world, order.person), order.scopes, order.appId) })
  })
  app.post('/mailboxes', async (c) => {
    const order = await read(c, MailboxOrder)
    return c.json(summary(world, fillMailbox(world, order).person), 201)
  })
  app.post('/payloads', async (c) => {
    const { folder, displayName } = await read(c, PayloadOrder)
    const { person, mailbox } = fillMailbox(world, MailboxOrder.parse({ displayName }))
    const identity = { newId: () => `AAkALg${randomId(world.random)}`, now: world.clock.now() }
    const loaded = await loadPayloads(mailbox, folder, identity)
    return c.json({ ...summary(world, person), loaded }, 201)
  })
  app.get('/mails', (c) => {
    const { oid } = find(world, c.req.query('person') ?? '')
    return c.json(world.mailboxOf(oid).mails)
  })
  app.delete('/mails', (c) => {
    for (const { oid } of world.people.values()) world.mailboxOf(oid).clearMails()
    return c.body(null, 204)
  })
  app.post('/expire-delta-tokens', async (c) => {
    const { person } = await read(c, ExpiryOrder)
    const people = person === undefined ? [...world.people.values()] : [find(world, person)]
    for (const { oid } of people) world.mailboxOf(oid).expireTokens()
    return c.body(null, 204)
  })
  return app
}

function graphControl({ graph }: ControlDependencies): Hono {
  const app = new Hono()
  app.get('/requests', (c) => c.json(graph.requests.list()))
  app.delete('/requests', (c) => {
    graph.requests.clear()
    return c.body(null, 204)
  })
  app.get('/subscriptions', (c) =>
    c.json(graph.subscriptions.list().map(({ calendar, ...rest }) => ({ ...rest, calendar: calendar.id }))),
  )
  app.post('/lifecycle', async (c) => {
    const { subscription, event } = await read(c, LifecycleOrder)
    graph.subscriptions.tellLifecycle(subscription, event)
    return c.body(null, 204)
  })
  return app
}

class ControlRefusal extends Error {}

async function read<T>(c: Context, schema: z.ZodType<T>): Promise<T> {
  const parsed = schema.safeParse(await c.req.json())
  if (!parsed.success) throw new ControlRefusal(z.prettifyError(parsed.error))
  return parsed.data
}

function find(world: World, text: string): Person {
  const person = world.personById(text) ?? world.personByAddress(text)
  if (person === undefined) throw new ControlRefusal('there is no such person')
  return person
}

function summary(world: World, { oid, tid, displayName, userPrincipalName }: Person): object {
  const calendars = world.mailboxOf(oid).calendars()
  return {
    oid,
    tid,
    displayName,
    userPrincipalName,
    calendars: calendars.map(({ id, name, store }) => ({ id, name, items: store.items.size })),
  }
}
