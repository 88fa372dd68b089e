import type { Context } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { type Random, randomToken } from '../../../shared/core/random.ts'
import { type Clock, type EpochMs, elapsed, hours } from '../../../shared/core/time.ts'
import type { Connection } from './connection.ts'
import type { Text } from './text/text.ts'

export type Notice = keyof Text['notices']

/** A sign-in that has started and not come back yet. */
export interface PendingSignIn {
  state: string
  verifier: string
  startedAt: EpochMs
}

/** One browser. Tokens live here and never leave the server. */
export interface Session {
  seenAt: EpochMs
  connection?: Connection | undefined
  pending?: PendingSignIn | undefined
  /** Shown once, on the next page. */
  notice?: Notice | undefined
}

export interface Sessions {
  /** The browser's session, or undefined when it has none. */
  find(context: Context): Session | undefined
  /** The browser's session; a new one with its cookie when it has none. */
  open(context: Context): Session
  /** Gives the session a new secret name, so that nobody who knew the old one shares what was just gained. */
  rename(context: Context): void
}

const COOKIE = 'flowagent_session'
const IDLE = hours(12)
const MOST = 1000

/** Sessions in memory: they end with the process, after 12 hours without a request, or when 1,000 newer ones exist. */
export function createSessions({ clock, random, secure }: { clock: Clock; random: Random; secure: boolean }): Sessions {
  const sessions = new Map<string, Session>() // by secret name, longest unseen first

  function find(context: Context): Session | undefined {
    const name = getCookie(context, COOKIE)
    const session = name === undefined ? undefined : sessions.get(name)
    if (name === undefined || session === undefined) return undefined
    sessions.delete(name)
    if (elapsed(session.seenAt, clock.now()) > IDLE) return undefined
    session.seenAt = clock.now()
    sessions.set(name, session)
    return session
  }

  function keep(context: Context, session: Session): Session {
    const name = randomToken(random)
    sessions.set(name, session)
    for (const [oldest] of sessions) {
      if (sessions.size <= MOST) break
      sessions.delete(oldest)
    }
    setCookie(context, COOKIE, name, { httpOnly: true, sameSite: 'Lax', path: '/', secure })
    return session
  }

  return {
    find,
    open: (context) => find(context) ?? keep(context, { seenAt: clock.now() }),
    rename(context) {
      const session = find(context)
      if (session === undefined) return
      sessions.delete(getCookie(context, COOKIE) ?? '')
      keep(context, session)
    },
  }
}
