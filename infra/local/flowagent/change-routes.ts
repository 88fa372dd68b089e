import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import * as z from 'zod'
import type { Log } from '../../../shared/core/log.ts'
import { AnswerRequest, DeleteRequest, SaveRequest } from './change-request.ts'
import type { Changes } from './changes.ts'
import { ApiError, type Connection } from './connection.ts'
import type { Problem, Refused } from './messages.ts'
import type { Session, Sessions } from './sessions.ts'

const Named = z.object({ id: z.string().min(1).max(64) })
const MOST_BYTES = 256 * 1024

type Status = 200 | 202 | 204 | 400 | 401 | 403 | 404 | 409 | 413 | 422 | 502

/** What the pages change: events, answers to invitations, and the explanations that were read. */
export function changeRoutes({ changes, sessions, log }: { changes: Changes; sessions: Sessions; log: Log }): Hono {
  const refuse = (context: Context, refused: Refused, status: Status): Response => context.json(refused, status as 400)

  function refusalOf(context: Context, error: ApiError): Response {
    log('warn', 'flowagent-change-refused', { failure: error.failure, status: error.status })
    if (error.failure === 'ended') return refuse(context, { problem: 'reconnect_needed' }, 409)
    if (error.failure !== 'refused') return refuse(context, { problem: 'unreachable' }, 502)
    const [problem, status] = REFUSED[error.status ?? 0] ?? (['invalid', 422] as const)
    return refuse(context, { problem, fields: error.fields }, status)
  }

  /** Runs `work` for a connected person whose body has the shape `schema`. */
  async function change<T>(
    context: Context,
    schema: z.ZodType<T>,
    work: (session: Session, connection: Connection, request: T) => Promise<Response> | Response,
  ): Promise<Response> {
    const session = sessions.find(context)
    if (session?.connection === undefined) return refuse(context, { problem: 'not_connected' }, 401)
    const request = schema.safeParse(await context.req.json().catch(() => undefined))
    if (!request.success) return refuse(context, { problem: 'invalid' }, 400)
    try {
      return await work(session, session.connection, request.data)
    } catch (error) {
      if (error instanceof RangeError) return refuse(context, { problem: 'invalid' }, 400)
      if (error instanceof ApiError) return refusalOf(context, error)
      throw error
    }
  }

  const tooLarge = (context: Context) => refuse(context, { problem: 'invalid' }, 413)
  return new Hono()
    .use('/data/*', bodyLimit({ maxSize: MOST_BYTES, onError: tooLarge }))
    .post('/data/events', (context) =>
      change(context, SaveRequest, async (session, connection, request) => {
        await changes.save(session, connection, request)
        return context.body(null, 202)
      }),
    )
    .delete('/data/events', (context) =>
      change(context, DeleteRequest, (session, connection, request) =>
        context.json({ id: changes.remove(session, connection, request) }, 202),
      ),
    )
    .post('/data/events/undo', (context) =>
      change(context, Named, (session, _, { id }) =>
        changes.undo(session, id) ? context.body(null, 204) : refuse(context, { problem: 'too_late' }, 409),
      ),
    )
    .post('/data/events/answer', (context) =>
      change(context, AnswerRequest, async (session, connection, request) => {
        await changes.answer(session, connection, request)
        return context.body(null, 202)
      }),
    )
    .post('/data/refusals/dismiss', (context) =>
      change(context, Named, (session, _, { id }) => {
        changes.dismiss(session, id)
        return context.body(null, 204)
      }),
    )
}

/** What the page is told when the API refuses with this status. */
const REFUSED: Readonly<Record<number, readonly [Problem, Status]>> = {
  403: ['forbidden', 403],
  423: ['forbidden', 403],
  404: ['gone', 404],
  410: ['gone', 404],
  422: ['invalid', 422],
}
