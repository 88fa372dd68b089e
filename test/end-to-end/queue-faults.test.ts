import { beforeEach, describe, expect, test } from 'vitest'
import { type DurationMs, minutes, seconds } from '../../shared/core/time.ts'
import type { Tables } from '../../shared/storage/table.ts'
import { SIZES } from '../faults/sizes.ts'
import { type BrokerService, complete, startOnBroker } from '../support/broker-service.ts'
import { tableRequests } from '../support/counted-tables.ts'
import { oneHour, seededRandom } from '../support/graph-stand-in.ts'
import { linesOf, pulls, type Reading, startReading } from '../support/reading.ts'
import { type ServiceFixture, startService } from '../support/service.ts'
import { startCable } from '../support/service-bus.ts'
import { startWriting, type Writing } from '../support/writing.ts'

/** What is longer than a session of the queue stays locked. */
const PAST_THE_LOCK = minutes(1) + seconds(1)

let on: BrokerService

const notified = async () => {
  const before = on.broker.snapshot().messages.length
  await on.fixture.clock.advance(seconds(1))
  await expect.poll(() => on.broker.snapshot().messages.length).toBeGreaterThan(before)
}

/** Handles messages as the host does, one after the other. */
async function handle(
  { service }: Pick<ServiceFixture, 'service'>,
  messages: readonly { body: unknown }[],
): Promise<void> {
  for (const { body } of messages) await service.syncMailbox(body)
}

describe('Q1: when completing fails after the work was done,', () => {
  /** The work is done, the line is cut before it can be told, and the message comes again. */
  async function handleTwice(): Promise<void> {
    const cable = await startCable(on.broker.connectionString)
    const taken = await on.take(cable.connectionString)
    await handle(on.fixture, taken.messages)
    cable.cut()
    on.broker.clock.forward(PAST_THE_LOCK)
    await expect.poll(() => on.waiting()).toBeGreaterThan(0)
  }

  test('a change in Outlook is read again and nothing is written', async () => {
    on = await startOnBroker()
    const reading = await startReading(on.fixture, { singles: 5 })
    reading.mailbox.create(oneHour('New', '2026-11-20'))
    await notified()
    await handleTwice()
    const told = await reading.shown()
    const rows = on.fixture.counters.rowsWritten
    await on.fixture.settle()
    // The account's head and the calendar's state say that it was read again.
    expect(on.fixture.counters.rowsWritten - rows).toBeLessThanOrEqual(2)
    expect(linesOf(on.fixture, 'calendar-pulled').slice(-2)).toMatchObject([{ changes: 1 }, { changes: 0 }])
    expect(await reading.shown()).toEqual(told)
    expect(told).toEqual(reading.actual())
  })

  test('what an integrator asked for is not written a second time', async () => {
    on = await startOnBroker()
    const at = await startWriting(Promise.resolve(on.fixture))
    const asked = await at.upsert(at.meeting())
    await handleTwice()
    expect(at.writes()).toContainEqual(expect.stringMatching(/^POST .*events/))
    const rows = on.fixture.counters.rowsWritten
    await on.fixture.settle()
    expect(at.writes()).toEqual([])
    expect(on.fixture.counters.rowsWritten).toBe(rows)
    expect(await at.outcome(asked)).toMatchObject({ state: 'applied' })
    expect(at.held()).toHaveLength(1)
  })
})

/** A handler that has read its page, and goes on when it is told. */
async function startZombie(beside: BrokerService, throughTables: (tables: Tables) => Tables = (tables) => tables) {
  const zombie = await startService({ beside: beside.fixture, throughWaker: () => beside.waker, throughTables })
  let goOn = () => {}
  const told = new Promise<void>((resolve) => {
    goOn = resolve
  })
  let reads = 0
  zombie.intercept = async (sent) => {
    if (!sent.url.includes('/delta') || reads++ > 0) return undefined
    const answer = await zombie.graph.fetch(sent)
    await told
    return answer
  }
  return { zombie, goOn: () => goOn(), hasRead: () => reads > 0 }
}

test('Q2: a handler that lost its lock writes nothing over what the next one wrote', async () => {
  on = await startOnBroker()
  const reading = await startReading(on.fixture, { singles: 5 })
  const { zombie, goOn, hasRead } = await startZombie(on)
  const { id } = reading.mailbox.create(oneHour('First', '2026-11-20')).item
  await notified()
  const lost = await on.take()
  const slow = handle(zombie, lost.messages)
  await expect.poll(hasRead).toBe(true)
  on.broker.clock.forward(PAST_THE_LOCK)
  reading.mailbox.patch(id, { subject: 'Second' })
  reading.mailbox.create(oneHour('Third', '2026-11-20'))
  await notified()
  await on.fixture.settle()
  expect(await reading.shown()).toEqual(reading.actual())
  goOn()
  await slow
  expect(zombie.logged.join()).toContain('ROW_CHANGED')
  expect(await reading.shown()).toEqual(reading.actual())
  await expect(complete(lost)).rejects.toMatchObject({ code: 'SessionLockLost' })
  await on.fixture.settle()
  expect(await reading.shown()).toEqual(reading.actual())
})

describe.each([1, 2, 3, 4])('Q3: messages in the order of shuffle %i, each handled alone,', (seed) => {
  const random = seededRandom(seed)
  const shuffled = <T>(items: readonly T[]): T[] =>
    items
      .map((item) => ({ item, at: random.bytes(1)[0] ?? 0 }))
      .sort((a, b) => a.at - b.at)
      .map(({ item }) => item)

  /** Everything that waits, of all sessions, whatever the order in which it was sent. */
  async function settleShuffled(): Promise<void> {
    while (on.waiting() > 0) {
      const taken = await on.take()
      for (const message of shuffled(taken.messages)) {
        await on.fixture.service.syncMailbox(message.body)
        await taken.session.completeMessage(message)
      }
      await taken.session.close()
    }
  }

  test('lead to the state that was there last', async () => {
    on = await startOnBroker()
    const at = await startWriting(Promise.resolve(on.fixture))
    const other = await startReading(on.fixture, { singles: 5 })
    for (let turn = 0; turn < 5; turn++) {
      await at.upsert(at.meeting({ summary: `Wish ${turn}` }))
      other.mailbox.create(oneHour(`Event ${turn}`, '2026-11-20', turn))
      at.mailbox.create(oneHour(`Event ${turn}`, '2026-11-20', turn))
      await notified()
      await on.waker.wake([{ account: accountOf(at), reason: turn % 2 === 0 ? 'due' : 'renew' }])
    }
    await settleShuffled()
    await notified()
    await settleShuffled()
    expect(at.find('Wish 4')).toBeDefined()
    expect(at.held()).toHaveLength(6)
    expect(await at.read()).toHaveLength(6)
    expect(await other.shown()).toEqual(other.actual())
  })
})

const accountOf = ({ fixture }: Writing): string => {
  const line = fixture.logged.find((text) => text.includes('account-connected')) ?? '{}'
  return (JSON.parse(line) as { account: string }).account
}

test('Q5: a second edit is read although duplicate detection saw the wake-up of the first a moment ago', async () => {
  on = await startOnBroker({ requiresDuplicateDetection: true, duplicateDetectionHistoryTimeWindow: 'PT10M' })
  const reading = await startReading(on.fixture)
  for (const subject of ['First', 'Second', 'Third']) {
    reading.mailbox.create(oneHour(subject, '2026-11-20'))
    await notified()
    await on.fixture.settle()
    expect(await reading.shown()).toEqual(reading.actual())
  }
})

describe('Q8: however large an event is,', () => {
  beforeEach(async () => {
    on = await startOnBroker()
  })

  const messages = () => on.broker.snapshot().messages

  test('no message about it has more than 4 KB, or says anything of it', async () => {
    const at = await startWriting(Promise.resolve(on.fixture))
    const [word, attendees] = [
      'Secretword',
      Array.from({ length: 400 }, (_, n) => ({ email: `guest${n}@example.com` })),
    ]
    at.mailbox.create({
      ...oneHour(word, '2026-11-20'),
      body: { contentType: 'text', content: `${word} `.repeat(100_000) },
    })
    const wide = { summary: word, description: `${word} `.repeat(3_000), attendees: { invite: attendees } }
    expect((await at.upsert(at.meeting(wide))).status).toBe(202)
    await notified()
    expect(messages().length).toBeGreaterThanOrEqual(2)
    for (const { encoded } of messages()) {
      expect(encoded.length).toBeLessThanOrEqual(4 * 1024)
      expect(encoded.toString('latin1')).not.toMatch(/Secretword|guest\d/)
    }
    await on.fixture.settle()
    expect(await at.read()).toHaveLength(2)
  })

  test('nor has the one that goes on with a mailbox that takes several visits', async () => {
    on.fixture.intercept = async (sent) => {
      if (sent.url.includes('/delta')) await on.fixture.clock.advance(seconds(70))
      return undefined
    }
    const sizes: number[] = []
    const visit = on.fixture.service.syncMailbox
    const service = {
      ...on.fixture.service,
      syncMailbox: async (body: unknown) => {
        sizes.push(...messages().map(({ encoded }) => encoded.length))
        return visit(body)
      },
    }
    Object.assign(on.fixture, { service })
    const reading = await startReading(on.fixture, { singles: 500 })
    while (on.broker.snapshot().messages.length > 0) {
      on.broker.clock.forward(seconds(2))
      const taken = await on.take()
      await handle(on.fixture, taken.messages)
      await complete(taken)
    }
    expect(sizes.length).toBeGreaterThanOrEqual(2)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(4 * 1024)
    expect(await reading.shown()).toEqual(reading.actual())
  })
})

describe('Q7: while a mailbox of many events is read for the first time,', () => {
  const { events: EVENTS, small: SMALL } = SIZES.Q7.here

  test('people with few events wait for less than two minutes, although there is one worker', async () => {
    const fixture = await startService()
    const small: Reading[] = []
    for (let at = 0; at < SMALL; at++) small.push(await startReading(fixture, { singles: 2, seed: at }))
    const big = startBig(fixture)
    await big.connect()
    const toldAt = fixture.clock.now() + seconds(1)
    for (const { mailbox } of small) mailbox.create(oneHour('New', '2026-11-20'))
    await fixture.clock.advance(seconds(1))
    const servedAt: number[] = []
    fixture.intercept = async (sent) => {
      if (!sent.url.includes('/delta')) return undefined
      if (!big.owns(sent)) servedAt.push(fixture.clock.now())
      await fixture.clock.advance(big.owns(sent) ? seconds(5) : seconds(1))
      return undefined
    }
    await fixture.settle()
    expect(big.pages()).toBeGreaterThan(20)
    expect(servedAt).toHaveLength(SMALL)
    expect(Math.max(...servedAt)).toBeLessThan(toldAt + minutes(2))
    for (const reading of small) expect(await reading.shown()).toEqual(reading.actual())
  })

  function startBig(fixture: Awaited<ReturnType<typeof startService>>) {
    const { world, graph } = fixture
    const [tid = ''] = world.organisations.keys()
    const person = world.addPerson({ tid, displayName: 'Big Mailbox' })
    const mailbox = world.mailboxOf(person.oid)
    for (let n = 0; n < EVENTS; n++) mailbox.create(oneHour(`Event ${n}`, dayOf(n), n % 20))
    return {
      owns: ({ headers }: Request) => headers.get('authorization') === `Bearer ${fixture.tokenOf(person)}`,
      pages: () =>
        graph.requests.list().filter(({ path }) => path.includes(person.oid) && path.includes('/delta')).length,
      connect: () => fixture.connect(person),
    }
  }

  const dayOf = (n: number) => new Date(Date.UTC(2026, 10, 3 + (n % 150))).toISOString().slice(0, 10)
})

test('Q1 Q5: a thousand wake-ups of one account that wait together are two visits', async () => {
  on = await startOnBroker()
  const at = await startWriting(Promise.resolve(on.fixture))
  const account = accountOf(at)
  on.fixture.graph.requests.clear()
  await on.waker.wake(Array.from({ length: 1000 }, () => ({ account, reason: 'notified' as const })))
  const sentAt = on.fixture.clock.now()
  const before = tableRequests(on.fixture.counters)
  while (on.waiting() > 0) {
    const taken = await on.take()
    for (const { body } of taken.messages) {
      await on.fixture.clock.advance(1 as DurationMs)
      await on.fixture.service.syncMailbox(body, sentAt)
    }
    await complete(taken)
  }
  // The second visit begins when it is known that a message may take no more than a millisecond.
  expect(pulls(on.fixture)).toBe(2)
  expect(tableRequests(on.fixture.counters) - before).toBeLessThanOrEqual(30)
})
