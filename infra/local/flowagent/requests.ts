import type * as z from 'zod'
import { type Clock, later, seconds } from '../../../shared/core/time.ts'
import { ApiError, type Connection } from './connection.ts'
import { ask, bodyOf } from './http.ts'
import type { OAuth } from './oauth.ts'

type Holder = Pick<Connection, 'tokens'>

/** Requests to the API with one person's permission. Access tokens are refreshed on the way. */
export interface Requests {
  /** Any answer but a 401. @throws ApiError `ended` when refreshing does not help. */
  send(holder: Holder, url: URL, init?: { method: string; body?: unknown }): Promise<Response>
  /** A good answer of a GET. @throws ApiError */
  read<T>(holder: Holder, path: string, schema: z.ZodType<T>): Promise<{ body: T; response: Response }>
}

const EXPIRES_SOON = seconds(30)

export function createRequests({ apiUrl, oauth, clock }: { apiUrl: string; oauth: OAuth; clock: Clock }): Requests {
  const refreshing = new WeakMap<object, Promise<void>>()

  function refresh(holder: Holder): Promise<void> {
    const running = refreshing.get(holder)
    if (running !== undefined) return running
    const started = oauth
      .refresh(holder.tokens)
      .then((tokens) => {
        holder.tokens = tokens
      })
      .finally(() => refreshing.delete(holder))
    refreshing.set(holder, started)
    return started
  }

  async function send(holder: Holder, url: URL, init: { method: string; body?: unknown } = { method: 'GET' }) {
    if (holder.tokens.expiresAt < later(clock.now(), EXPIRES_SOON)) await refresh(holder)
    const used = holder.tokens.access
    const response = await ask(url, withToken(init, used))
    if (response.status !== 401) return response
    if (used === holder.tokens.access) await refresh(holder)
    const second = await ask(url, withToken(init, holder.tokens.access))
    if (second.status === 401) throw new ApiError('ended', { status: 401 })
    return second
  }

  return {
    send,
    async read(holder, path, schema) {
      const response = await send(holder, new URL(path, apiUrl))
      return { body: await bodyOf(response, schema), response }
    },
  }
}

const withToken = ({ method, body }: { method: string; body?: unknown }, token: string): RequestInit => ({
  method,
  headers: {
    Authorization: `Bearer ${token}`,
    Accept: 'application/json',
    ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
  },
  ...(body === undefined ? {} : { body: JSON.stringify(body) }),
})
