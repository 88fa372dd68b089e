import { type Context, Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import * as z from 'zod'
import type { Log } from '../../../shared/core/log.ts'
import type { Api } from './api.ts'
import type { Changes } from './changes.ts'
import { ApiError, type Connection } from './connection.ts'
import { itemOf } from './items.ts'
import type { Live } from './live.ts'
import type { CalendarItem, LiveMessage, Problem } from './messages.ts'
import type { Session, Sessions } from './sessions.ts'

const Day = z.iso.date()
const VisibleRange = z.object({ from: Day, to: Day, tzid: z.string().max(64) })

interface Dependencies {
  api: Api
  changes: Changes
  sessions: Sessions
  live: Live
  log: Log
}

/** What the pages read: calendars, the events of a range, and a stream of everything that changes. */
export function dataRoutes({ api, changes, sessions, live, log }: Dependencies): Hono {
  const refuse = (context: Context, problem: Problem, status: 400 | 401 | 409 | 502): Response =>
    context.json({ problem }, status)

  async function answer<T>(
    context: Context,
    read: (connection: Connection, session: Session) => Promise<T>,
  ): Promise<Response> {
    const session = sessions.find(context)
    if (session?.connection === undefined) return refuse(context, 'not_connected', 401)
    try {
      return context.json(await read(session.connection, session))
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
      return answer(context, async (connection, session) => {
        const items = (await api.events(connection, range.data)).map(itemOf)
        return items.filter((item) => !changes.hides(session, item))
      })
    })
    .get('/live', (context) => {
      const session = sessions.find(context)
      if (session === undefined) return refuse(context, 'not_connected', 401)
      return streamSSE(context, async (stream) => {
        const tell = (message: LiveMessage) =>
          void stream.writeSSE({ data: JSON.stringify(withoutHidden(message, (item) => changes.hides(session, item))) })
        const leave = live.join(session, tell)
        tell({ type: 'refusals', refusals: changes.refusals(session) })
        await new Promise<void>((resolve) => stream.onAbort(resolve))
        leave()
      })
    })
}

/** An event whose deletion is held stays out of sight, also when it changes. */
const withoutHidden = (message: LiveMessage, isHidden: (item: CalendarItem) => boolean): LiveMessage =>
  message.type === 'changes' ? { ...message, changed: message.changed.filter((item) => !isHidden(item)) } : message
