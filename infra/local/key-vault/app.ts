import { createHash, timingSafeEqual } from 'node:crypto'
import { type Context, Hono } from 'hono'
import * as z from 'zod'
import type { Random } from '../../../shared/core/random.ts'
import { type Clock, seconds } from '../../../shared/core/time.ts'
import { type Behaviour, CALM, countOperations, createGate, type LogEntry } from './behaviour.ts'
import { badParameter, errorBody, VaultRefusal } from './errors.ts'
import type { Keys } from './keys.ts'
import { keyRoutes } from './routes.ts'
import { changeOf, UpdateRequest } from './wire.ts'

const CHALLENGE =
  'Bearer authorization="https://login.microsoftonline.com/00000000-0000-0000-0000-000000000000", resource="https://vault.azure.net"'

const BehaviourRequest = z.object({
  limitPer10Seconds: z.number().int().nonnegative().optional(),
  latencyMs: z.number().nonnegative().default(0),
  away: z.boolean().default(false),
})

interface Dependencies {
  keys: Keys
  clock: Clock
  random: Random
  token: string
  /** Whether an identity's token opens the vault too; without it none does. */
  accepts: (token: string) => boolean
}

/** The vault as a web application: its own routes under `/keys`, and `/_control` for tests. */
export function createKeyVaultApp({ keys, clock, random, token, accepts }: Dependencies): Hono {
  const app = new Hono({ getPath: foldedPath })
  const gate = createGate(clock)
  let behaviour: Behaviour = CALM
  let log: LogEntry[] = []

  let challenged = 0

  app.get('/_control/log', (context) =>
    context.json({ counts: countOperations(log), challenged, peakPer10Seconds: gate.takePeak(), entries: log }),
  )
  app.delete('/_control/log', (context) => {
    log = []
    challenged = 0
    return context.body(null, 204)
  })
  app.put('/_control/behaviour', async (context) => {
    behaviour = BehaviourRequest.parse(await context.req.json())
    return context.body(null, 204)
  })
  controlKeys(app, keys)

  app.use('/keys/*', async (context, next) => {
    await clock.sleep(seconds(behaviour.latencyMs / 1000))
    await next()
    if (context.res.status === 401) challenged++
    else log.push(logEntry(context))
  })
  app.use('/keys/*', async (context, next) => {
    if (!isAuthorized(context, token, accepts)) return unauthorized(context)
    if (context.req.query('api-version') === undefined) throw badParameter('api-version must be specified')
    gate.enter(behaviour)
    return next()
  })
  app.route('/keys', keyRoutes({ keys, clock, random }))
  app.onError(answerError)
  return app
}

/** What an operator does in the portal, without a token: a new version, and disabling or enabling one. */
function controlKeys(app: Hono, keys: Keys): void {
  app.post('/_control/keys/:name/rotate', async (context) => {
    const { name, operations } = keys.find(context.req.param('name'))
    const { version } = await keys.create(name, operations)
    return context.json({ keyId: `${name}/${version}` })
  })
  app.put('/_control/keys/:name/:version', async (context) => {
    const { name, version } = context.req.param()
    await keys.update(
      keys.find(name, version),
      changeOf(UpdateRequest.shape.attributes.parse(await context.req.json())),
    )
    return context.body(null, 204)
  })
}

/** A client that asks for the current version leaves that segment of the path empty. */
const foldedPath = (request: Request) => `/${new URL(request.url).pathname.split('/').filter(Boolean).join('/')}`

const digest = (text: string) => createHash('sha256').update(text).digest()

function isAuthorized(context: Context, token: string, accepts: (token: string) => boolean): boolean {
  const given = context.req.header('authorization') ?? ''
  return timingSafeEqual(digest(given), digest(`Bearer ${token}`)) || accepts(given.replace(/^Bearer /, ''))
}

/** The client learns from this where to get a token; it sends its first request without one, and without its body. */
function unauthorized(context: Context) {
  const refusal = new VaultRefusal(401, 'Unauthorized', 'AKV10000: Request is missing a Bearer or PoP token.')
  return context.json(errorBody(refusal), 401, { 'WWW-Authenticate': CHALLENGE })
}

function logEntry(context: Context): LogEntry {
  const [name = '', ...rest] = new URL(context.req.url).pathname.split('/').filter(Boolean).slice(1)
  const isCall = context.req.method === 'POST' || rest.at(-1) === 'versions'
  const operation = isCall ? rest.pop() : context.req.method === 'GET' ? 'get' : 'update'
  return { operation: operation ?? '', key: name, version: rest[0], status: context.res.status }
}

function answerError(error: Error, context: Context) {
  if (error instanceof VaultRefusal) return context.json(errorBody(error), error.status)
  if (error instanceof SyntaxError) return context.json(errorBody(badParameter('The body is not JSON.')), 400)
  throw error
}
