import { fillMailbox, MailboxOrder } from '../../../infra/local/microsoft365/control/mailboxes.ts'
import { occurrenceId } from '../../../infra/local/microsoft365/mailbox/ids.ts'
import type { Mailbox } from '../../../infra/local/microsoft365/mailbox/mailbox.ts'
import { minutes, seconds } from '../../../shared/core/time.ts'
import type { Connection } from '../../support/authorization.ts'
import { createTableCounters, tableRequests } from '../../support/counted-tables.ts'
import { oneHour } from '../../support/graph-stand-in.ts'
import { type ServiceFixture, startService } from '../../support/service.ts'
import type { Figure } from '../bench.ts'

/** What the neighbours were asked while something happened. */
interface Counts {
  readonly graph: number
  readonly graphWrites: number
  readonly tables: number
  readonly vault: number
  readonly rowsRead: number
  readonly rowsWritten: number
}

interface Counted {
  readonly fixture: ServiceFixture
  readonly mailbox: Mailbox
  readonly reader: Connection
  /** Events of the mailbox. */
  readonly events: number
}

async function counts(fixture: ServiceFixture, act: () => Promise<unknown>): Promise<Counts> {
  const { counters, graph } = fixture
  graph.requests.clear()
  Object.assign(counters, createTableCounters())
  const before = fixture.vaultRequests()
  await act()
  const { rowsRead, rowsWritten } = counters
  const asked = graph.requests.list()
  return {
    ...{ graph: asked.length, tables: tableRequests(counters), rowsRead, rowsWritten },
    graphWrites: asked.filter(({ method }) => method !== 'GET').length,
    vault: fixture.vaultRequests() - before,
  }
}

/** The counted numbers of the design, in a mailbox of so many events. */
export async function measureCounts(events: number, accounts: number): Promise<readonly Figure[]> {
  const fixture = await startService()
  const [series, occurrences] = [Math.ceil(events / 200), 20]
  const order = { singles: events - series * occurrences, series, occurrences }
  const { person, mailbox } = fillMailbox(fixture.world, MailboxOrder.parse(order))
  const reader = await fixture.connect(person)
  const first = await counts(fixture, () => fixture.settle())
  const counted = { fixture, mailbox, reader, events }
  return [
    ...(await notification(counted)),
    ...(await pulls(counted)),
    { what: 'first pull: rows written per event', value: first.rowsWritten / events, most: 1.5 },
    ...(await month(counted)),
    ...(await unchangedAction(counted)),
    await vaultPerHour(accounts),
  ]
}

const singleOf = (mailbox: Mailbox): string => itemsOf(mailbox).find(({ recurrence }) => !recurrence)?.id ?? ''
const seriesOf = (mailbox: Mailbox) => itemsOf(mailbox).find(({ recurrence }) => recurrence !== undefined)
const itemsOf = (mailbox: Mailbox) => [...mailbox.calendar().store.items.values()]

async function notification({ fixture, mailbox }: Counted): Promise<readonly Figure[]> {
  mailbox.patch(singleOf(mailbox), { subject: 'Told' })
  const { graph, tables, vault } = await counts(fixture, () => fixture.clock.advance(seconds(1)))
  if (fixture.queue.length === 0) throw new Error('the notification has woken nobody')
  await fixture.settle()
  return [{ what: 'notification: requests of tables, vault and Graph', value: graph + tables + vault, most: 0 }]
}

async function pulls({ fixture, mailbox }: Counted): Promise<readonly Figure[]> {
  const pullOf = async (act: () => unknown) => {
    act()
    const asked = await counts(fixture, () => fixture.deliver())
    if (asked.graph === 0) throw new Error('nothing was pulled')
    return asked
  }
  const changed = await pullOf(() => mailbox.patch(singleOf(mailbox), { subject: 'Changed' }))
  const deleted = await pullOf(() => mailbox.remove(singleOf(mailbox)))
  const series = seriesOf(mailbox)
  const firstDay = series?.span.start.slice(0, 10) ?? ''
  const cancelled = await pullOf(() => mailbox.remove(occurrenceId(series?.id ?? '', firstDay)))
  const seriesChanged = await pullOf(() => mailbox.patch(series?.id ?? '', { subject: 'Changed' }))
  const nothing = await pullOf(() => mailbox.create(oneHour('Far away', '2031-01-01')))
  return [
    { what: 'pull of one changed event: Graph requests', value: changed.graph, most: 2 },
    { what: 'pull of one changed event: table requests', value: changed.tables, most: 6 },
    { what: 'pull of a deletion: Graph requests', value: deleted.graph, most: 1 },
    { what: 'pull of a cancelled occurrence: Graph requests', value: cancelled.graph, most: 1 },
    { what: 'pull of a changed series: Graph requests', value: seriesChanged.graph, most: 1 },
    { what: 'pull that finds nothing: Graph requests', value: nothing.graph, most: 1 },
    { what: 'pull that finds nothing: table requests', value: nothing.tables, most: 3 },
  ]
}

async function month({ fixture, reader }: Counted): Promise<readonly Figure[]> {
  // Every answer looks up the token and the account's state, which is what the account's own address costs.
  const identify = () => reader.get('/v1/account')
  await identify()
  const identity = await counts(fixture, identify)
  let told = 0
  const view = await counts(fixture, async () => {
    const { body } = await reader.get('/v1/events?tzid=Etc/UTC&from=2026-12-01&to=2027-01-01')
    told = (body['events'] as unknown[]).length
  })
  return [
    { what: "a month's view: table requests beyond identification", value: view.tables - identity.tables, most: 2 },
    {
      what: "a month's view: rows opened per event told",
      value: (view.rowsRead - identity.rowsRead) / told,
      most: 1.1,
    },
  ]
}

async function unchangedAction({ fixture, reader }: Counted): Promise<readonly Figure[]> {
  const { body } = await reader.get('/v1/calendars')
  const [calendar] = body['calendars'] as { calendar_id: string }[]
  const event = { event_id: 'own', summary: 'Own', start: '2026-12-01T09:00:00Z', end: '2026-12-01T10:00:00Z' }
  const ask = async () => {
    const { status } = await reader.send('POST', `/v1/calendars/${calendar?.calendar_id}/events`, event)
    if (status !== 202) throw new Error(`an action was answered with ${status}`)
    await fixture.settle()
  }
  const created = await counts(fixture, ask)
  if (created.graphWrites !== 1) throw new Error(`a creation took ${created.graphWrites} Graph writes`)
  await fixture.deliver()
  const { graphWrites } = await counts(fixture, ask)
  return [{ what: 'action that changes nothing: Graph writes', value: graphWrites, most: 0 }]
}

/** A second instance meets the accounts of the first, which has shut down. */
async function vaultPerHour(accounts: number): Promise<Figure> {
  const first = await startService()
  const [tid = ''] = first.world.organisations.keys()
  for (let at = 0; at < accounts; at++) await first.connect(first.world.addPerson({ tid, displayName: `Person ${at}` }))
  const woken = first.queue.map(({ account }) => account)
  await first.settle()
  const second = await startService({ beside: first })
  for (let spent = 0; spent < 59; spent += 10) {
    for (const account of woken) await second.service.syncMailbox({ account, reason: 'due' })
    await first.clock.advance(minutes(10))
  }
  return {
    what: `vault requests of an instance in an hour, ${accounts} accounts`,
    value: second.vaultRequests(),
    most: 64 + 4,
  }
}
