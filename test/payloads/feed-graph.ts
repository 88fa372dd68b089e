import { systemRandom } from '../../shared/core/random.ts'
import { days, epochMs, later } from '../../shared/core/time.ts'
import type { EventTime } from '../../shared/events/event.ts'
import { createGraphClient, type GraphSend } from '../../shared/microsoft/graph/client.ts'
import { createMailbox } from '../../shared/microsoft/graph/mailbox.ts'
import type { ChangedItem, ChangePage, Mailbox } from '../../shared/pull/ports.ts'
import { type Outcomes, outcomesOf } from './outcome.ts'
import type { Payload } from './payload-file.ts'

const GRAPH_URL = 'https://graph.microsoft.com'
const DELTA_LINK = { '@odata.deltaLink': `${GRAPH_URL}/v1.0/me/calendarView/delta?$deltatoken=ours` }
const FROM = epochMs(Date.UTC(2026, 0, 1))
const WINDOW = { from: FROM, to: later(FROM, days(200)) }

interface FedMailbox {
  readonly mailbox: Mailbox
  readonly send: GraphSend
  /** The URLs that were asked for. */
  readonly asked: string[]
}

/** The real client and mailbox in front of a Graph that gives the same answer to everything. */
function mailboxAnswered(body: unknown, status = 200, headers: Record<string, string> = {}): FedMailbox {
  const asked: string[] = []
  const fetch = async (input: RequestInfo | URL) => {
    asked.push(String(input))
    return new Response(JSON.stringify(body), { status, headers })
  }
  const send = createGraphClient({ graphUrl: GRAPH_URL, fetch, random: systemRandom }, 'token')
  const urls = { notificationUrl: 'https://sync.example/notifications', lifecycleUrl: 'https://sync.example/lifecycle' }
  return { mailbox: createMailbox({ send, ...urls }), send, asked }
}

/** A failed answer of Graph, in all the places where the product can meet one. */
export function feedGraphError({ body, status, headers }: Payload): Promise<Outcomes> {
  const { mailbox, send } = mailboxAnswered(body, status, headers)
  return outcomesOf({
    request: async () => `taken for ${String(await send({ method: 'GET', target: '/me/events/1' }))}`,
    changes: async () => describePage(await mailbox.changes('calendar', WINDOW, undefined), []),
    subscribe: async () => `subscribed as ${(await mailbox.subscribe('calendar', 'state', FROM)).providerId}`,
    renew: async () => `renewed ${(await mailbox.renew('subscription', FROM)).providerId}`,
  })
}

/** A page of events: as it stands, and its link replayed. A page without a link is fed with one of ours as well. */
export function feedPage({ body }: Payload): Promise<Outcomes> {
  const page = body as { value: object[]; '@odata.deltaLink'?: string; '@odata.nextLink'?: string }
  const link = page['@odata.deltaLink'] ?? page['@odata.nextLink']
  const changes = async (answer: object) =>
    describePage(await mailboxAnswered(answer).mailbox.changes('calendar', WINDOW, undefined), page.value)
  if (link === undefined) {
    return outcomesOf({ page: () => changes(page), 'page with a link': () => changes({ ...page, ...DELTA_LINK }) })
  }
  return outcomesOf({ page: () => changes(page), link: () => replay(page, link) })
}

async function replay(page: object, link: string): Promise<string> {
  const { mailbox, asked } = mailboxAnswered(page)
  const { cursor, nextLink } = await mailbox.changes('calendar', WINDOW, undefined)
  await mailbox.changes('calendar', WINDOW, cursor ?? nextLink)
  return asked[1] === link ? 'sent back letter for letter' : 'REWRITTEN'
}

/** An event as an item of a page: as it stands, and with `complete` below it where the recording was cut. */
export function feedEvent({ body }: Payload, complete: object | undefined): Promise<Outcomes> {
  const changes = async (item: object) => {
    const { mailbox } = mailboxAnswered({ value: [item], ...DELTA_LINK })
    return describePage(await mailbox.changes('calendar', WINDOW, undefined), [item])
  }
  const item = body as object
  const ways = { item: () => changes(item) }
  return outcomesOf(complete === undefined ? ways : { ...ways, completed: () => changes({ ...complete, ...item }) })
}

/** A recurrence range inside a series of ours, whose own zone is known in one round and not in the other. */
export function feedRange({ body }: Payload): Promise<Outcomes> {
  const rule = async (zone: string) => {
    const recurrence = { pattern: { type: 'daily', interval: 1 }, range: body }
    const master = { ...SERIES, originalStartTimeZone: zone, recurrence }
    const { items } = await mailboxAnswered({ value: [master], ...DELTA_LINK }).mailbox.changes('c', WINDOW, undefined)
    const mapped = items[0]?.kind === 'series' ? items[0].master.recurrence : undefined
    if (mapped === undefined) return 'no rule'
    const end = mapped.untilDate === undefined && mapped.count === undefined ? 'endless' : 'ends'
    return `${end}, zone ${mapped.zone === undefined ? 'unknown' : 'of its series'}`
  }
  return outcomesOf({ 'known zone': () => rule('Romance Standard Time'), 'unknown zone': () => rule('Nowhere Time') })
}

const SERIES = {
  '@odata.etag': 'W/"ours"',
  id: 'series-of-ours',
  type: 'seriesMaster',
  isAllDay: false,
  start: { dateTime: '2026-01-05T09:00:00.0000000', timeZone: 'UTC' },
  end: { dateTime: '2026-01-05T10:00:00.0000000', timeZone: 'UTC' },
}

/** What a recording of an event may lack because it was cut. */
export const COMPLETE_EVENT = { ...SERIES, id: 'event-of-ours', type: 'singleInstance' }
export const COMPLETE_SERIES = SERIES

export function feedSubscription({ body }: Payload): Promise<Outcomes> {
  const expected = Date.parse((body as { expirationDateTime: string }).expirationDateTime)
  const { mailbox } = mailboxAnswered(body, 201)
  const judge = ({ expiresAt }: { expiresAt: number }) => (expiresAt === expected ? 'end kept' : 'END CHANGED')
  return outcomesOf({
    subscribe: async () => judge(await mailbox.subscribe('calendar', 'state', FROM)),
    renew: async () => judge(await mailbox.renew('subscription', FROM)),
  })
}

function describePage({ items, cursor, nextLink }: ChangePage, sent: readonly object[]): string {
  if (items.length !== sent.length) return `${sent.length} ITEMS BECAME ${items.length}`
  const link = cursor === undefined ? (nextLink === undefined ? 'no link' : 'next link') : 'cursor'
  return [...items.map((item, index) => describeItem(item, sent[index] ?? {})), link].join('; ')
}

function describeItem(item: ChangedItem, sent: { start?: WireTime; end?: WireTime }): string {
  if (item.kind === 'removed') return 'removed'
  const { start, end } = item.kind === 'sparse' ? item : item.kind === 'series' ? item.master.content : item.event
  const kept = keeps(start, sent.start) && keeps(end, sent.end)
  const unit = start.kind === 'date' ? 'days' : 'times'
  const name = item.kind === 'event' ? `${item.event.kind} event` : item.kind
  return `${name}, ${unit} ${kept ? 'kept' : 'MOVED'}`
}

interface WireTime {
  readonly dateTime: string
}

/** We ask for UTC, so the wall clock in an answer is UTC; a time the recording lacks was completed by us. */
function keeps(time: EventTime, sent: WireTime | undefined): boolean {
  if (sent === undefined) return true
  const [date, clock = ''] = sent.dateTime.split('T')
  return time.kind === 'date' ? time.date === date : time.at === Date.parse(`${date}T${clock.slice(0, 12)}Z`)
}
