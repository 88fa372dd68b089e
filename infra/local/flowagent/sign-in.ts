import { type Context, Hono } from 'hono'
import type { Log } from '../../../shared/core/log.ts'
import { type Random, randomToken } from '../../../shared/core/random.ts'
import { type Clock, elapsed, minutes } from '../../../shared/core/time.ts'
import type { Api } from './api.ts'
import type { Changes } from './changes.ts'
import { ApiError, type Connection } from './connection.ts'
import type { Live } from './live.ts'
import type { OAuth } from './oauth.ts'
import type { Notice, Session, Sessions } from './sessions.ts'

interface Dependencies {
  oauth: OAuth
  api: Api
  changes: Changes
  sessions: Sessions
  live: Live
  clock: Clock
  random: Random
  log: Log
}

const SIGN_IN_LASTS = minutes(10)
const SETTINGS_PAGE = '/settings'

/** Connecting, coming back from the sign-in, and disconnecting. Ends in a notice on Account Settings either way. */
export function signInRoutes(dependencies: Dependencies): Hono {
  const { sessions, oauth, random, clock } = dependencies
  return new Hono()
    .post('/connect', (context) => {
      const session = sessions.open(context)
      session.pending = { state: randomToken(random), verifier: randomToken(random), startedAt: clock.now() }
      return context.json({ location: oauth.authorizeUrl(session.pending.state, session.pending.verifier) })
    })
    .get('/oauth/callback', async (context) => {
      const session = sessions.open(context)
      session.notice = await finish(dependencies, context, session)
      return context.redirect(SETTINGS_PAGE, 303)
    })
    .post('/disconnect', (context) => disconnect(dependencies, context))
}

/** @returns what to tell the person. Nothing of the address is believed before its `state` matches (RFC 6749 10.12). */
async function finish(dependencies: Dependencies, context: Context, session: Session): Promise<Notice> {
  const { pending } = session
  const { state, code, error } = context.req.query()
  // A link that somebody else made must not end a sign-in that is under way.
  if (pending === undefined || state !== pending.state) return 'sign_in_expired'
  session.pending = undefined
  if (elapsed(pending.startedAt, dependencies.clock.now()) > SIGN_IN_LASTS) return 'sign_in_expired'
  if (error !== undefined) return refusalNotice(error)
  if (code === undefined) return 'failed'
  try {
    await connect(dependencies, session, await redeem(dependencies, code, pending.verifier))
    dependencies.sessions.rename(context)
    return 'connected'
  } catch (failure) {
    return failureNotice(failure, dependencies.log)
  }
}

async function redeem({ oauth, api, clock }: Dependencies, code: string, verifier: string): Promise<Connection> {
  const tokens = await oauth.redeem(code, verifier)
  const account = await api.account({ tokens })
  return {
    tokens,
    subject: account.account_id,
    person: { name: account.name || account.email || '', email: account.email ?? '' },
    timeZone: account.default_tzid ?? 'Etc/UTC',
    connectedAt: clock.now(),
  }
}

/** Someone else's former connection in this browser is withdrawn, so that no copy of it stays behind unseen. */
async function connect(
  { oauth, changes, live, log }: Dependencies,
  session: Session,
  connection: Connection,
): Promise<void> {
  const former = session.connection
  const samePerson = former?.subject === connection.subject
  if (former !== undefined && !samePerson) await changes.leave(session)
  session.connection = samePerson ? { ...connection, connectedAt: former.connectedAt } : connection
  live.connectionChanged(session)
  if (former === undefined || samePerson) return
  await oauth.revoke(former.tokens).catch((error: unknown) => {
    if (!(error instanceof ApiError)) throw error
    log('warn', 'flowagent-former-connection-kept', { failure: error.failure })
  })
}

async function disconnect({ sessions, oauth, changes, live, log }: Dependencies, context: Context): Promise<Response> {
  const session = sessions.find(context)
  if (session?.connection === undefined) return context.body(null, 204)
  await changes.leave(session)
  try {
    await oauth.revoke(session.connection.tokens)
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    log('warn', 'flowagent-disconnect-failed', { failure: error.failure, status: error.status })
    if (error.failure !== 'ended') return context.json({ problem: 'unreachable' }, 502)
  }
  session.connection = undefined
  session.notice = 'disconnected'
  live.connectionChanged(session)
  return context.body(null, 204)
}

const REFUSALS: readonly Notice[] = [
  'access_denied',
  'invalid_scope',
  'unauthorized_client',
  'server_error',
  'temporarily_unavailable',
]

const refusalNotice = (error: string): Notice => REFUSALS.find((known) => known === error) ?? 'failed'

function failureNotice(failure: unknown, log: Log): Notice {
  if (!(failure instanceof ApiError)) throw failure
  log('warn', 'flowagent-connect-failed', { failure: failure.failure, status: failure.status })
  return failure.failure === 'unreachable' || failure.failure === 'throttled' ? 'unreachable' : 'failed'
}
