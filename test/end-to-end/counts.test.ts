import { beforeAll, describe, expect, test } from 'vitest'
import { fillMailbox, MailboxOrder } from '../../infra/local/microsoft365/control/mailboxes.ts'
import { occurrenceId } from '../../infra/local/microsoft365/mailbox/ids.ts'
import type { Mailbox } from '../../infra/local/microsoft365/mailbox/mailbox.ts'
import { minutes, seconds, toIsoSeconds } from '../../shared/core/time.ts'
import type { Connection } from '../support/authorization.ts'
import { createTableCounters, tableRequests } from '../support/counted-tables.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { request } from '../support/oauth.ts'
import { type ServiceFixture, startService } from '../support/service.ts'

/** What the neighbours were asked while something happened. */
async function costsOf({ counters, graph, vaultRequests }: ServiceFixture, act: () => Promise<unknown>) {
  graph.requests.clear()
  Object.assign(counters, createTableCounters())
  const before = vaultRequests()
  await act()
  const { rowsRead, rowsWritten } = counters
  return {
    graph: graph.requests.list().length,
    tables: tableRequests(counters),
    vault: vaultRequests() - before,
    rowsRead,
    rowsWritten,
  }
}

describe('in a mailbox of 10,000 events', () => {
  let fixture: ServiceFixture
  let mailbox: Mailbox
  let reader: Connection
  let firstPull: Awaited<ReturnType<typeof costsOf>>

  beforeAll(async () => {
    fixture = await startService()
    const order = { singles: 9_000, series: 50, occurrences: 20 }
    const filled = fillMailbox(fixture.world, MailboxOrder.parse(order))
    mailbox = filled.mailbox
    reader = await fixture.connect(filled.person)
    firstPull = await costsOf(fixture, () => fixture.settle())
  })

  const pull = () => costsOf(fixture, () => fixture.deliver())
  const items = () => [...mailbox.calendar().store.items.values()]
  const aSingle = () => items().find(({ recurrence }) => recurrence === undefined)?.id ?? ''
  const aSeries = () => items().find(({ recurrence }) => recurrence !== undefined)
  const firstOccurrence = () => occurrenceId(aSeries()?.id ?? '', aSeries()?.span.start.slice(0, 10) ?? '')

  test('the first pull writes at most 1.5 rows per event', () => {
    expect(firstPull.rowsWritten / 10_000).toBeLessThanOrEqual(1.5)
  })

  test('the pull of one changed event asks Graph at most 2 times and the tables at most 6 times', async () => {
    mailbox.patch(aSingle(), { subject: 'Changed' })
    const { graph, tables, rowsWritten } = await pull()
    expect(graph).toBeLessThanOrEqual(2)
    expect(tables).toBeLessThanOrEqual(6)
    expect(rowsWritten).toBeGreaterThan(0)
  })

  test('the pull that finds nothing asks Graph once and the tables at most 3 times', async () => {
    mailbox.create(oneHour('Far away', '2031-01-01'))
    const { graph, tables } = await pull()
    expect(graph).toBe(1)
    expect(tables).toBeLessThanOrEqual(3)
  })

  test.each<[string, () => unknown]>([
    ['a deletion', () => mailbox.remove(aSingle())],
    ['a cancelled occurrence', () => mailbox.remove(firstOccurrence())],
    ['a changed series', () => mailbox.patch(aSeries()?.id ?? '', { subject: 'Changed series' })],
  ])('the pull of %s asks Graph once', async (_what, act) => {
    act()
    const { graph, rowsWritten } = await pull()
    expect(graph).toBe(1)
    expect(rowsWritten).toBeGreaterThan(0)
  })

  test('the view of a month costs at most 2 table requests, and opens at most 1.1 rows per event', async () => {
    // Once a minute an instance looks up whether the integrator is still registered, for all of its requests.
    await reader.get('/v1/account')
    const identity = await costsOf(fixture, () => reader.get('/v1/account'))
    let events: unknown = []
    const view = await costsOf(fixture, async () => {
      const { body } = await reader.get('/v1/events?tzid=Etc/UTC&from=2026-12-01&to=2027-01-01')
      events = body['events']
    })
    expect((events as unknown[]).length).toBeGreaterThan(1_000)
    // Every answer looks up the token and the account's state, which is what the account's own address costs.
    expect(identity.tables).toBeLessThanOrEqual(2)
    expect(view.tables - identity.tables).toBeLessThanOrEqual(2)
    expect((view.rowsRead - identity.rowsRead) / (events as unknown[]).length).toBeLessThanOrEqual(1.1)
  })

  test('free and busy of a month costs what its view costs', async () => {
    const identity = await costsOf(fixture, () => reader.get('/v1/account'))
    let told: unknown = []
    const query = 'tzid=Etc/UTC&from=2026-12-01&to=2027-01-01&include_free=true'
    const read = await costsOf(fixture, async () => {
      told = (await reader.get(`/v1/free_busy?${query}`)).body['free_busy']
    })
    expect((told as unknown[]).length).toBeGreaterThan(1_000)
    expect(read.tables - identity.tables).toBeLessThanOrEqual(2)
    expect((read.rowsRead - identity.rowsRead) / (told as unknown[]).length).toBeLessThanOrEqual(1.1)
  })

  test('reading what has changed since then costs one look at the change log and one for each event', async () => {
    const identity = await costsOf(fixture, () => reader.get('/v1/account'))
    await fixture.clock.advance(minutes(10))
    await fixture.deliver()
    const since = toIsoSeconds(fixture.clock.now())
    const singles = items().filter(({ recurrence }) => recurrence === undefined)
    for (const { id } of singles.slice(0, 3)) mailbox.patch(id, { subject: 'Changed since' })
    await fixture.deliver()
    // Once a minute an instance asks whether the integrator is registered.
    await reader.get('/v1/account')
    let told: unknown = []
    const read = await costsOf(fixture, async () => {
      told = (await reader.get(`/v1/events?tzid=Etc/UTC&last_modified=${since}`)).body['events']
    })
    expect(told).toHaveLength(3)
    expect(read.tables - identity.tables).toBeLessThanOrEqual(1 + 3)
    const nothing = await costsOf(fixture, () =>
      reader.get('/v1/events?tzid=Etc/UTC&last_modified=2026-12-30T00:00:00Z'),
    )
    expect(nothing.tables - identity.tables).toBe(1)
  })

  test('one event costs two reads, an occurrence three', async () => {
    const identity = await costsOf(fixture, () => reader.get('/v1/account'))
    const { body } = await reader.get('/v1/events?tzid=Etc/UTC&from=2026-10-10&to=2026-11-20')
    const events = body['events'] as { event_uid: string; recurring: boolean }[]
    const cost = async (recurring: boolean) => {
      const uid = events.find((event) => event.recurring === recurring)?.event_uid
      return (await costsOf(fixture, () => reader.get(`/v1/events/${uid}`))).tables - identity.tables
    }
    expect([await cost(false), await cost(true)]).toEqual([2, 3])
  })

  test('a whole window comes in pages, none of which opens more rows than it tells of', async () => {
    const identity = await costsOf(fixture, () => reader.get('/v1/account'))
    let path: string | undefined = '/v1/events?tzid=Etc/UTC'
    const uids = new Set<string>()
    for (let pages = 0; path !== undefined; pages++) {
      expect(pages).toBeLessThan(10)
      let page: Record<string, unknown> = {}
      const at: string = path
      const { tables } = await costsOf(fixture, async () => {
        page = (await reader.get(at)).body
      })
      for (const { event_uid } of page['events'] as { event_uid: string }[]) uids.add(event_uid)
      expect(tables - identity.tables).toBeLessThanOrEqual(20)
      const next: string | undefined = (page['pages'] as { next_page?: string }).next_page
      path = next === undefined ? undefined : new URL(next).pathname
    }
    expect(uids.size).toBeGreaterThan(9_900)
  })

  test('a notification asks neither the tables nor the vault nor Graph', async () => {
    mailbox.patch(aSingle(), { subject: 'Changed again' })
    const genuine = await costsOf(fixture, () => fixture.clock.advance(seconds(1)))
    expect(genuine).toEqual({ graph: 0, tables: 0, vault: 0, rowsRead: 0, rowsWritten: 0 })
    expect(fixture.queue).toHaveLength(1)
  })

  test('a request of an integrator costs one Graph request when it changes something, none otherwise, and few of tables', async () => {
    const { body } = await reader.get('/v1/calendars')
    const [calendar] = body['calendars'] as { calendar_id: string }[]
    const path = `/v1/calendars/${calendar?.calendar_id}/events`
    const wanted = { event_id: 'one', summary: 'One', start: '2026-12-01T09:00:00Z', end: '2026-12-01T10:00:00Z' }
    const ask = (summary: string) => reader.send('POST', path, { ...wanted, summary })
    await fixture.deliver()
    // Whether the calendar holds events of ours that nobody knows of is asked once.
    const first = await costsOf(fixture, async () => {
      await reader.send('POST', path, { ...wanted, event_id: 'first' })
      await fixture.settle()
    })
    await fixture.deliver()
    const costs = {
      first,
      accepted: await costsOf(fixture, () => ask('One')),
      created: await costsOf(fixture, () => fixture.settle()),
      echo: await costsOf(fixture, () => fixture.deliver()),
      changed: await costsOf(fixture, async () => {
        await ask('Two')
        await fixture.settle()
      }),
      unchanged: await costsOf(fixture, async () => {
        await ask('Two')
        await fixture.settle()
      }),
    }
    const counts = Object.entries(costs).map(([what, { graph, tables }]) => [what, graph, tables])
    // One of the requests for tables is the entry of the audit trail, before anything is stored.
    expect(counts).toEqual([
      ['first', 2, 14],
      ['accepted', 0, 7],
      ['created', 1, 6],
      ['echo', 1, 3],
      ['changed', 1, 15],
      ['unchanged', 0, 15],
    ])
  })

  test('a forged notification asks nobody either, and wakes nobody', async () => {
    await fixture.settle()
    const value = [{ subscriptionId: 'x', clientState: 'Zm9yZ2Vk', changeType: 'updated', resource: 'x' }]
    const forged = request('/graph/notifications', { method: 'POST', body: JSON.stringify({ value }) })
    const costs = await costsOf(fixture, () => expect(fixture.service.notifications(forged)).rejects.toThrow())
    expect(costs).toEqual({ graph: 0, tables: 0, vault: 0, rowsRead: 0, rowsWritten: 0 })
    expect(fixture.queue).toEqual([])
  })
})

test('an instance asks the vault at most 68 times in an hour, however many accounts there are', async () => {
  const first = await startService()
  const [tid = ''] = first.world.organisations.keys()
  for (let at = 0; at < 200; at++) await first.connect(first.world.addPerson({ tid, displayName: `Person ${at}` }))
  const accounts = first.queue.map(({ account }) => account)
  await first.settle()
  expect(accounts).toHaveLength(200)
  expect(first.vaultRequests()).toBeLessThanOrEqual(64 + 4)

  const second = await startService({ beside: first })
  for (let spent = 0; spent < 59; spent += 10) {
    for (const account of accounts) await second.service.syncMailbox({ account, reason: 'due' })
    await first.clock.advance(minutes(10))
  }
  expect(second.vaultRequests()).toBeGreaterThan(0)
  expect(second.vaultRequests()).toBeLessThanOrEqual(64 + 4)
})
