import {
  AuthenticationHandler,
  Client,
  type Context,
  type GraphRequestOptions,
  type Middleware,
  PageIterator,
  RedirectHandler,
  RetryHandler,
} from '@microsoft/microsoft-graph-client'
import type { Window } from '../../../infra/local/microsoft365/mailbox/event.ts'
import type { GraphEvent } from './mirror.ts'

/** The largest page that Graph gives, so that reading everything takes as few requests as it can. */
const PAGE_SIZE = 1000

/** What our own cache keeps of an event, and nothing that it does not. */
const SELECT = [
  ...['id', 'type', 'seriesMasterId', 'subject', 'body', 'start', 'end', 'originalStartTimeZone', 'isAllDay'],
  ...[
    'isCancelled',
    'isOrganizer',
    'isOnlineMeeting',
    'onlineMeetingProvider',
    'onlineMeeting',
    'location',
    'attendees',
  ],
  ...['organizer', 'responseStatus', 'showAs', 'sensitivity', 'importance', 'categories', 'isReminderOn'],
  ...['reminderMinutesBeforeStart', 'createdDateTime', 'lastModifiedDateTime', 'transactionId'],
].join()

/** Times in UTC, texts instead of HTML, ids that do not change; sent again with each page. */
const OPTIONS = {
  headers: { Prefer: 'IdType="ImmutableId", outlook.timezone="UTC", outlook.body-content-type="text"' },
} satisfies GraphRequestOptions

/** What the peers ask of Graph, through Microsoft's client with its own chain of middleware, save for the address. */
export interface GraphReader {
  /** Every event in the window, page by page. */
  readAll(window: Window): Promise<GraphEvent[]>
  /** @returns undefined when there is no such event. */
  readOne(id: string): Promise<GraphEvent | undefined>
  /** Every occurrence of a series in the window. */
  readSeries(id: string, window: Window): Promise<GraphEvent[]>
  subscribe(notificationUrl: string, expiresAt: number): Promise<void>
}

export function createGraphReader(send: (request: Request) => Promise<Response>): GraphReader {
  const client = Client.initWithMiddleware({ middleware: chain(send) })

  async function readPages(path: string, { from, to }: Window): Promise<GraphEvent[]> {
    const [startDateTime = '', endDateTime = ''] = [from, to].map((at) => new Date(at).toISOString())
    const request = client.api(path).query({ startDateTime, endDateTime }).top(PAGE_SIZE).select(SELECT)
    const events: GraphEvent[] = []
    const keep = (event: GraphEvent) => events.push(event) > 0
    await new PageIterator(client, await request.headers(OPTIONS.headers).get(), keep, OPTIONS).iterate()
    return events
  }

  return {
    readAll: (window) => readPages('/me/calendarView', window),
    readSeries: (id, window) => readPages(`/me/events/${id}/instances`, window),
    readOne: (id) =>
      client
        .api(`/me/events/${id}`)
        .select(SELECT)
        .headers(OPTIONS.headers)
        .get()
        .catch((error: { statusCode?: number }) => {
          if (error.statusCode !== 404) throw error
        }),
    async subscribe(notificationUrl, expiresAt) {
      const expirationDateTime = new Date(expiresAt).toISOString()
      const body = { changeType: 'created,updated,deleted', resource: 'me/events', notificationUrl, expirationDateTime }
      await client.api('/subscriptions').headers(OPTIONS.headers).post(body)
    },
  }
}

/** The library's own default chain; its last part sends to the stand-in. */
function chain(send: (request: Request) => Promise<Response>): Middleware[] {
  const sending: Middleware = {
    async execute(context: Context) {
      context.response = await send(new Request(context.request, context.options))
    },
  }
  const authentication = new AuthenticationHandler({ getAccessToken: async () => 'valid' })
  return [authentication, new RetryHandler(), new RedirectHandler(), sending]
}
