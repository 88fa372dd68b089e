import { Hono } from 'hono'
import { type DurationMs, epochMs, parseInstant } from '../../../../shared/core/time.ts'
import { type DeltaHabits, type DeltaItem, deltaPage, windowOfToken } from '../mailbox/delta.ts'
import type { Window } from '../mailbox/event.ts'
import { MailboxFailure, syncStateNotFound } from '../mailbox/failures.ts'
import { happens } from './chance.ts'
import {
  type GraphContext,
  type GraphDependencies,
  type GraphEnvironment,
  metadata,
  originOf,
  query,
} from './context.ts'
import { GraphFault } from './misbehave.ts'
import { namedEvent } from './named-event.ts'
import { answerEvent, answerList } from './queries.ts'
import { type Json, renderRemoved, renderSparse } from './render.ts'

/** `calendarView`, `calendarView/delta` and `instances`: what takes place in a window. */
export function viewRoutes({ faults, clock }: GraphDependencies): Hono<GraphEnvironment> {
  const app = new Hono<GraphEnvironment>()
  const slowly = () => (faults.pageDelayMs > 0 ? clock.sleep(faults.pageDelayMs as DurationMs) : undefined)

  for (const prefix of ['', '/calendar', '/calendars/:calendar']) {
    app.get(`${prefix}/calendarView`, async (c) => {
      await slowly()
      const calendar = c.get('mailbox').calendar(c.req.param('calendar'))
      const shown = c.get('isEmpty') ? [] : c.get('mailbox').view(windowOf(c), calendar.id)
      return c.json(answerList(c, metadata(c, `users('${c.get('caller').oid}')/calendarView`), shown, calendar))
    })
    app.get(`${prefix}/calendarView/delta`, async (c) => {
      await slowly()
      return c.json(answerDelta(c, c.req.param('calendar'), faults))
    })
  }
  for (const prefix of ['', '/calendar', '/calendars/:calendar'])
    app.get(`${prefix}/events/:event/instances`, (c) => {
      const { calendar, instance } = namedEvent(c)
      const shown = c.get('mailbox').instances(instance.item.id, windowOf(c))
      return c.json(answerList(c, metadata(c, 'Collection(event)'), shown, calendar))
    })
  return app
}

const LONGEST_WINDOW_MS = 1825 * 86_400_000

/** The window of a request; a time without an offset is UTC, whatever zone the answer is to be in. */
function windowOf(c: GraphContext): Window {
  const [from, to] = [query(c, 'startDateTime'), query(c, 'endDateTime')].map(boundary)
  if (from === undefined || to === undefined)
    throw invalidWindow(
      'This request requires a time window specified by the query string parameters StartDateTime and EndDateTime.',
    )
  if (from > to) throw invalidWindow('The end of the time window is before its start.')
  if (to - from > LONGEST_WINDOW_MS) throw invalidWindow('The requested time window is longer than 1825 days.')
  return { from, to }
}

const invalidWindow = (message: string) => new MailboxFailure(400, 'ErrorInvalidParameter', message)

function boundary(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^\d{4}-\d{2}-\d{2}(T[\d:.]+)?(Z|[+-]\d{2}:\d{2})?$/i.test(text)) return undefined
  const zoned = /T.*(Z|[+-]\d{2}:\d{2})$/i.test(text)
  return (
    parseInstant(zoned ? text : `${text.includes('T') ? text : `${text.slice(0, 10)}T00:00:00`}Z`) ??
    epochMs(Number.NaN)
  )
}

function answerDelta(c: GraphContext, calendarId: string | undefined, faults: GraphDependencies['faults']): Json {
  refuseParameters(c)
  const token = query(c, '$skiptoken') ?? query(c, '$deltatoken')
  const page = readPage(c, calendarId, token, faults)
  const calendar = c.get('mailbox').calendar(calendarId)
  const link = `${deltaAddress(c, calendarId, faults)}?$${page.next.kind}token=${page.next.token}`
  return {
    '@odata.context': metadata(c, 'Collection(event)'),
    [page.next.kind === 'skip' ? '@odata.nextLink' : '@odata.deltaLink']: link,
    value: (c.get('isEmpty') ? [] : page.items).map((item) => answerItem(c, item, calendar)),
  }
}

function readPage(
  c: GraphContext,
  calendarId: string | undefined,
  token: string | undefined,
  faults: GraphDependencies['faults'],
) {
  const from = token ? { token } : { window: windowOf(c) }
  const pageSize = c.get('preferences').pageSize ?? 10
  try {
    if (token && happens(faults, 'delta.gone', faults.delta.gone)) throw syncStateNotFound(0, 1)
    return deltaPage(c.get('mailbox'), { calendarId, from, pageSize, habits: habitsNow(faults) })
  } catch (cause) {
    if (!(cause instanceof MailboxFailure) || cause.status !== 410) throw cause
    const { goneStatus, goneCode, locationOnGone } = faults.delta
    const tells = goneStatus === 410 && happens(faults, 'delta.locationOnGone', locationOnGone)
    const again = tells ? { Location: restartAddress(deltaAddress(c, calendarId, faults), token ?? '') } : {}
    throw new GraphFault({ status: goneStatus, code: goneCode, message: cause.message }, again)
  }
}

/** How this one page is made. */
function habitsNow(faults: GraphDependencies['faults']): DeltaHabits {
  const { delta } = faults
  const whole = Math.floor(delta.emptyPages)
  return {
    ...delta,
    emptyPages: whole + Number(happens(faults, 'delta.emptyPages', delta.emptyPages - whole)),
    replays: happens(faults, 'delta.replays', delta.replays),
    loops: happens(faults, 'delta.loops', delta.loops),
  }
}

/** An empty token means: begin again. */
function restartAddress(address: string, expired: string): string {
  const window = windowOfToken(expired)
  if (window === undefined) return `${address}?$deltatoken=`
  const [start, end] = [window.from, window.to].map((at) => new Date(at).toISOString())
  return `${address}?startDateTime=${start}&endDateTime=${end}&$deltatoken=`
}

/** Links have another path than the request had, so that a client that builds its own fails here. */
function deltaAddress(c: GraphContext, calendarId: string | undefined, { delta }: GraphDependencies['faults']): string {
  const calendar = calendarId === undefined ? 'calendar' : `calendars/${encodeURIComponent(calendarId)}`
  const view = delta.lowerCaseLinks ? 'calendarview' : 'calendarView'
  return `${originOf(c)}/v1.0/users/${c.get('caller').oid}/${calendar}/${view}/delta`
}

const answerItem = (c: GraphContext, item: DeltaItem, calendar: Parameters<typeof answerEvent>[2]): Json => {
  if (item.kind === 'removed') return renderRemoved(item.id, c.get('preferences'))
  if (item.kind === 'sparse') return renderSparse(item.instance, c.get('preferences'))
  return { '@odata.type': '#microsoft.graph.event', ...answerEvent(c, item.instance, calendar) }
}

const UNSUPPORTED = ['$select', '$expand', '$filter', '$orderby', '$search', '$top', '$skip', '$count']

function refuseParameters(c: GraphContext): void {
  if (/singleValueExtendedProperties/i.test(query(c, '$expand') ?? ''))
    throw new MailboxFailure(500, 'ErrorInternalServerError', 'Value cannot be null.\r\nParameter name: type')
  const used = UNSUPPORTED.filter((name) => query(c, name) !== undefined)
  if (used.length === 0) return
  const message = `The following parameters are not supported with change tracking over the 'CalendarView' resource: '${used.join(', ')}'.`
  throw new MailboxFailure(400, 'ErrorInvalidUrlQuery', message)
}
