import { type Context, Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import * as z from 'zod'
import type { Log } from '../../../shared/core/log.ts'
import type { Api } from './api.ts'
import { ApiError, type Connection } from './connection.ts'
import { itemOf } from './items.ts'
import type { Live } from './live.ts'
import type { Problem } from './messages.ts'
import type { Sessions } from './sessions.ts'

const Day = z.iso.date()
const VisibleRange = z.object({ from: Day, to: Day, tzid: z.string().max(64) })

/** What the pages read: calendars, the events of a range, and a stream of everything that changes. */
export function dataRoutes({ api, sessions, live, log }: { api: Api; sessions: Sessions; live: Live; log: Log }): Hono {
  const refuse = (context: Context, problem: Problem, status: 400 | 401 | 409 | 502): Response =>
    context.json({ problem }, status)

  async function answer<T>(context: Context, read: (connection: Connection) => Promise<T>): Promise<Response> {
    const connection = sessions.find(context)?.connection
    if (connection === undefined) return refuse(context, 'not_connected', 401)
    try {
      return context.json(await read(connection))
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      log('warn', 'flowagent-read-failed', { failure: error.failure, status: error.status })
      return error.failure === 'ended' ? refuse(context, 'reconnect_needed', 409) : refuse(context, 'unreachable', 502)
    }
  }

  return new Hono()
    .get('/data/calendars', (context) => answer(context, (connection) => api.calendars(connection)))
    .get('/data/events', async (context) => {
      const range = VisibleRange.safeParse(context.req.query())
      if (!range.success) return refuse(context, 'invalid', 400)
      return answer(context, async (connection) => (await api.events(connection, range.data)).map(itemOf))
    })
    .get('/live', (context) => {
      const session = sessions.find(context)
      if (session === undefined) return refuse(context, 'not_connected', 401)
      return streamSSE(context, async (stream) => {
        const leave = live.join(session, (message) => void stream.writeSSE({ data: JSON.stringify(message) }))
        await new Promise<void>((resolve) => stream.onAbort(resolve))
        leave()
      })
    })
}
