import { Hono } from 'hono'
import { createMiddleware } from 'hono/factory'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { ZodError } from 'zod'
import { MailboxFailure } from '../mailbox/failures.ts'
import { randomGuid } from '../world.ts'
import { authenticate, needsScope, openMailbox } from './access.ts'
import { runBatch } from './batch.ts'
import type { GraphContext, GraphDependencies, GraphEnvironment } from './context.ts'
import { eventRoutes } from './events.ts'
import { errorBody } from './failures.ts'
import { checkCondition, GraphFault, limitConcurrency, misbehave } from './misbehave.ts'
import { canonicalPath, withoutTokens } from './paths.ts'
import { personRoutes } from './people.ts'
import type { Preferences } from './preferences.ts'
import { wireId } from './render.ts'
import { createRequestLog, type RequestLog } from './request-log.ts'
import { createSubscriptions, type Subscriptions } from './subscriptions.ts'
import { viewRoutes } from './views.ts'

export interface Graph {
  /** Answers `/v1.0/...`. Needs no socket: `app.fetch(request)` is all of it. */
  readonly app: Hono<GraphEnvironment>
  readonly fetch: (request: Request) => Promise<Response>
  readonly requests: RequestLog
  readonly subscriptions: Subscriptions
}

/** Microsoft Graph v1.0, as far as calendars go, over the mailboxes of a world. */
export function createGraph(dependencies: GraphDependencies): Graph {
  const { clock, random, faults } = dependencies
  const requests = createRequestLog()
  const subscriptions = createSubscriptions(dependencies)
  const app = new Hono<GraphEnvironment>({ getPath: (request) => canonicalPath(new URL(request.url).pathname) })
  const fetch = async (request: Request) => app.fetch(request)
  const parts = new WeakSet<Request>()
  const fetchPart = async (request: Request) => {
    parts.add(request)
    return app.fetch(request)
  }
  const onBadDays = misbehave(dependencies)

  app.use(identifyRequest(dependencies, requests, parts))
  app.use(authenticate(dependencies))
  app.post('/v1.0/batch', onBadDays, async (c) => c.json(await runBatch(c, fetchPart)))
  app.use(limitConcurrency(faults), onBadDays)
  app.use('/v1.0/subscriptions/*', needsScope('Calendars.Read', 'Calendars.ReadWrite'))
  app.route('/v1.0/subscriptions', subscriptions.routes)
  app.use('/v1.0/users/:user/*', openMailbox(dependencies), checkCondition(dependencies))
  app.route('/v1.0/users/:user', personRoutes(dependencies))
  app.get('/v1.0/users/:user/*', needsScope('Calendars.Read', 'Calendars.ReadWrite'))
  app.on(['POST', 'PATCH', 'DELETE'], '/v1.0/users/:user/*', needsScope('Calendars.ReadWrite'))
  app.route('/v1.0/users/:user', viewRoutes(dependencies))
  app.route('/v1.0/users/:user', eventRoutes(dependencies))

  app.notFound((c) => {
    const failure = new MailboxFailure(404, 'BadRequest', 'Resource not found for the segment.')
    return answerFailure(c, failure, clock.now(), randomGuid(random))
  })
  app.onError((error, c) => answerFailure(c, asFailure(error), clock.now(), randomGuid(random)))
  return { app, fetch, requests, subscriptions }
}

/** Gives each request its id and writes it into the log when it is answered. `parts` came inside a batch. */
const identifyRequest = ({ clock, random }: GraphDependencies, requests: RequestLog, parts: WeakSet<Request>) =>
  createMiddleware<GraphEnvironment>(async (c, next) => {
    const requestId = randomGuid(random)
    c.set('requestId', requestId)
    const path = withoutTokens(new URL(c.req.url))
    const answered = requests.begin(path)
    await next().finally(answered)
    c.header('request-id', requestId)
    c.header('client-request-id', c.req.header('client-request-id') ?? requestId)
    const inBatch = parts.has(c.req.raw)
    requests.add({ at: clock.now(), method: c.req.method, path, status: c.res.status, oid: callerOf(c), inBatch })
  })

const callerOf = (c: GraphContext): string | undefined => (c.get('caller') as { oid: string } | undefined)?.oid

/** A client that hears of anything else here has met a bug of the stand-in. */
function asFailure(error: Error): MailboxFailure {
  if (error instanceof MailboxFailure) return error
  const message = error.message
  if (error instanceof ZodError) return new MailboxFailure(400, 'ErrorInvalidRequest', message)
  return new MailboxFailure(500, 'ErrorInternalServerError', `${error.name}: ${message}`)
}

function answerFailure(c: GraphContext, failure: MailboxFailure, now: number, otherwise: string): Response {
  const requestId = (c.get('requestId') as string | undefined) ?? otherwise
  const request = { requestId, clientRequestId: c.req.header('client-request-id'), now }
  const headers = failure instanceof GraphFault ? failure.headers : {}
  const preferences = (c.get('preferences') as Preferences | undefined) ?? { immutableIds: false }
  const ids = Object.entries(failure.ids).map(([name, id]) => [name, wireId(id, preferences)])
  const body = errorBody(failure, Object.fromEntries(ids), request)
  return c.json(body, failure.status as ContentfulStatusCode, headers)
}
