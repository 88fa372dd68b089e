import { beforeEach, expect, test } from 'vitest'
import { hours, minutes, seconds } from '../../shared/core/time.ts'
import { orderFaults } from '../support/faults.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { mailboxLines, spanAround } from '../support/mailbox-answer.ts'
import { pass } from '../support/reading.ts'
import { type ServiceFixture, startService } from '../support/service.ts'
import { startWriting, type Writing } from '../support/writing.ts'

let at: Writing
let fixture: ServiceFixture

beforeEach(async () => {
  at = await startWriting()
  fixture = at.fixture
})

const create = ({ mailbox }: Writing, subject: string, hour = 9) =>
  mailbox.create(oneHour(subject, '2026-11-20', hour)).item.id

async function expectAllShown(one: Writing): Promise<void> {
  const told = (await one.read()).map(({ start, end, summary }) => `${start} ${end} ${summary}`).sort()
  expect(told).toEqual(mailboxLines(one.mailbox, spanAround(fixture.clock.now())))
}

/** Exchange serves this many requests for one mailbox at a time and refuses the others with 429. */
const AT_ONCE = 4

/** Graph as one that takes its time, so that requests meet there; those of a batch count each. */
function slowGraph() {
  const inFlight = new Map<string, number>()
  const counts = { most: 0, refused: 0 }
  /** @param until how long the request is on its way */
  async function send(sent: Request, until: Promise<unknown> = aMoment()): Promise<Response> {
    const mailbox = sent.headers.get('authorization') ?? ''
    const own = sent.url.endsWith('$batch') ? await partsOf(sent) : 1
    const add = (requests: number) => inFlight.set(mailbox, (inFlight.get(mailbox) ?? 0) + requests).get(mailbox) ?? 0
    const now = add(own)
    counts.most = Math.max(counts.most, now)
    try {
      if (now > AT_ONCE) return refusal()
      await until
      return await fixture.graph.fetch(sent)
    } finally {
      add(-own)
    }
  }
  const refusal = () => {
    counts.refused++
    const body = { error: { code: 'ApplicationThrottled', message: 'MailboxConcurrency' } }
    return Response.json(body, { status: 429, headers: { 'Retry-After': '1' } })
  }
  return { counts, send }
}

const partsOf = async (sent: Request) => ((await sent.clone().json()) as { requests: object[] }).requests.length

async function aMoment(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
}

test('#8: a mailbox that throttles every other request loses no event and gets none twice, in either direction', async () => {
  const throttled = { status: 429, code: 'ApplicationThrottled', retryAfter: '1', probability: 0.5 }
  orderFaults(fixture.faults, { answers: [throttled] })
  const sent: Awaited<ReturnType<Writing['upsert']>>[] = []
  for (let turn = 0; turn < 12; turn++) {
    create(at, `Outlook ${turn}`, turn)
    sent.push(await at.upsert(at.meeting({ event_id: `fa-${turn}`, summary: `Asked ${turn}` })))
    await pass(fixture, seconds(2), seconds(1))
  }
  await pass(fixture, minutes(3), seconds(1))
  for (const one of sent) expect(await at.outcome(one)).toMatchObject({ state: 'applied' })
  expect(at.held()).toHaveLength(24)
  await expectAllShown(at)
  expect(fixture.graph.requests.list().filter(({ status }) => status === 429).length).toBeGreaterThan(10)
})

test('#8: two instances, each with one mailbox at a time, never have more than four requests on their way for one', async () => {
  const other = await startService({ beside: fixture })
  const people = [at, await startWriting(Promise.resolve(fixture), 'Bo Friis')]
  const graph = slowGraph()
  for (const instance of [fixture, other]) instance.intercept = graph.send
  for (const one of people) for (let index = 0; index < 900; index++) create(one, `Outlook ${index}`, index % 20)
  for (let round = 0; round < 6; round++) {
    for (const one of people) {
      if (round === 3) one.mailbox.expireTokens()
      create(one, `Round ${round}`)
      for (let index = 0; index < 9; index++) await one.upsert(one.meeting({ event_id: `fa-${round}-${index}` }))
    }
    const accounts = [...new Set(fixture.queue.map(({ account }) => account))]
    expect(accounts).toHaveLength(2)
    const instances = round % 2 === 0 ? [fixture, other] : [other, fixture]
    await Promise.all(
      instances.map(({ service }, index) => service.syncMailbox({ account: accounts[index], reason: 'renew' })),
    )
    await fixture.clock.advance(minutes(20))
    for (const instance of instances) await instance.settle()
  }
  await pass(fixture, hours(1), minutes(1))
  expect(graph.counts).toEqual({ most: AT_ONCE, refused: 0 })
  for (const one of people) {
    expect(one.held()).toHaveLength(900 + 6 + 6 * 9)
    await expectAllShown(one)
  }
})

test('#8: of two instances that have the same mailbox, the one that is throttled waits, and nothing is lost or doubled', async () => {
  const other = await startService({ beside: fixture })
  const graph = slowGraph()
  other.intercept = (sent) => graph.send(sent)
  fixture.intercept = (sent) => {
    const isFirstBatch = sent.url.endsWith('$batch') && graph.counts.refused === 0
    return isFirstBatch ? graph.send(sent, other.service.syncMailbox(wakeUps[0])) : graph.send(sent)
  }
  const sent = await Promise.all([1, 2, 3, 4].map((index) => at.upsert(at.meeting({ event_id: `fa-${index}` }))))
  create(at, 'Outlook')
  const wakeUps = [...fixture.queue]
  await fixture.settle()
  expect(graph.counts.refused).toBe(1)
  for (let turn = 0; turn < 10; turn++) {
    await pass(fixture, minutes(1))
    await other.settle()
  }
  for (const one of sent) expect(await at.outcome(one)).toMatchObject({ state: 'applied' })
  expect(at.held()).toHaveLength(5)
  await expectAllShown(at)
})
