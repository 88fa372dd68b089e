import { beforeAll, describe, expect, test } from 'vitest'
import { minutes, seconds } from '../../shared/core/time.ts'
import type { WakeUp } from '../../shared/messaging/wake-up.ts'
import { startDoomedBeside } from '../support/doomed.ts'
import { dailySeries, oneHour } from '../support/graph-stand-in.ts'
import { answerLines, mailboxLines, spanAround } from '../support/mailbox-answer.ts'
import { linesOf } from '../support/reading.ts'
import { type ServiceFixture, startService } from '../support/service.ts'

let base: ServiceFixture

beforeAll(async () => {
  base = await startService()
})

const startDoomed = (end: number, when: 'before' | 'after') => startDoomedBeside(base, end, when)

/** Someone new, connected; their first pull is still to be done. */
async function connectSomeone() {
  const [tid = ''] = base.world.organisations.keys()
  const person = base.world.addPerson({ tid, displayName: `Person ${base.world.people.size}` })
  const mailbox = base.world.mailboxOf(person.oid)
  mailbox.create(oneHour('There before', '2026-11-20'))
  mailbox.create(dailySeries('Series', '2026-11-16', 3))
  const connection = await base.connect(person)
  return { person, mailbox, connection }
}

type Someone = Awaited<ReturnType<typeof connectSomeone>>

const calendarPath = async ({ connection }: Someone) => {
  const { body } = await connection.get('/v1/calendars')
  return `/v1/calendars/${(body['calendars'] as { calendar_id: string }[])[0]?.calendar_id}/events`
}

const wish = (id: string, summary: string) => ({
  event_id: id,
  summary,
  start: '2026-11-24T09:00:00Z',
  end: '2026-11-24T10:00:00Z',
})

/** What one visit has to do, made ready while nobody is ending. */
interface Flow {
  readonly name: string
  readonly prepare: (someone: Someone) => Promise<unknown>
  readonly expected: readonly string[]
}

const FIRST = ['Series', 'Series', 'Series', 'There before']

const FLOWS: readonly Flow[] = [
  { name: 'a first pull', prepare: async () => undefined, expected: FIRST },
  {
    name: 'a pull of a change, a deletion and a new series',
    async prepare({ mailbox }) {
      await base.settle()
      const [single, series] = [...mailbox.calendar().store.items.values()]
      mailbox.patch(single?.id ?? '', { subject: 'Changed' })
      mailbox.remove(series?.id ?? '')
      mailbox.create(dailySeries('New series', '2026-11-16', 2))
      await base.clock.advance(seconds(1))
    },
    expected: ['Changed', 'New series', 'New series'],
  },
  {
    name: 'a creation, an update and a deletion that an integrator asked for',
    async prepare(someone) {
      await base.settle()
      const path = await calendarPath(someone)
      for (const id of ['kept', 'deleted']) await someone.connection.send('POST', path, wish(id, `Asked ${id}`))
      await base.settle()
      await base.clock.advance(seconds(1))
      await base.settle()
      await someone.connection.send('POST', path, wish('kept', 'Asked again'))
      await someone.connection.send('DELETE', path, { event_id: 'deleted' })
      await someone.connection.send('POST', path, wish('new', 'Asked new'))
    },
    expected: [...FIRST, 'Asked again', 'Asked new'].sort(),
  },
]

/** The account's waiting messages are handled by an instance that ends, and again by one that does not. */
async function visitAndEnd(flow: Flow, end: number, when: 'before' | 'after'): Promise<{ steps: number }> {
  const someone = await connectSomeone()
  await flow.prepare(someone)
  const account = base.queue.at(-1)?.account ?? ''
  const messages = base.queue.filter((wakeUp: WakeUp) => wakeUp.account === account)
  const { instance, doom } = await startDoomed(end, when)
  for (const message of messages) await instance.service.syncMailbox(message).catch(() => undefined)
  await base.settle()
  await instanceQueue(instance)
  await base.clock.advance(seconds(30))
  await base.settle()
  await base.clock.advance(seconds(1))
  await base.settle()
  await expectRight(someone, flow, `${when} step ${end}`)
  return { steps: doom.steps() }
}

/** What the ended instance had put into the queue by then is there. */
async function instanceQueue(instance: ServiceFixture): Promise<void> {
  for (const wakeUp of instance.queue) await base.service.syncMailbox(wakeUp)
}

async function expectRight({ mailbox, connection }: Someone, flow: Flow, at: string): Promise<void> {
  const span = spanAround(base.clock.now())
  const held = mailboxLines(mailbox, span)
  expect(held.map((line) => line.split(' ').slice(2).join(' ')).sort(), at).toEqual([...flow.expected].sort())
  const { body } = await connection.get('/v1/events?tzid=Etc/UTC&include_managed=true')
  const told = (body['events'] as { summary: string; pending?: object }[]).map(({ summary }) => summary)
  expect(told.sort(), at).toEqual([...flow.expected].sort())
  expect(
    (body['events'] as { pending?: object }[]).filter(({ pending }) => pending),
    at,
  ).toEqual([])
  expect((await answerLines(connection, span)).length, at).toBeLessThanOrEqual(held.length)
}

describe.each(FLOWS)('Q6: an instance that ends during $name', (flow) => {
  test.each(['before', 'after'] as const)(
    '%s any one of its steps leaves what the next one puts right',
    async (when) => {
      const { steps } = await visitAndEnd(flow, Number.POSITIVE_INFINITY, when)
      expect(steps).toBeGreaterThan(5)
      for (let end = 1; end <= steps; end++) await visitAndEnd(flow, end, when)
    },
  )
})

/** Somebody connects with an instance that ends at this step, and does not try again. */
async function connectAndEnd(end: number, when: 'before' | 'after'): Promise<{ steps: number }> {
  const [tid = ''] = base.world.organisations.keys()
  const person = base.world.addPerson({ tid, displayName: `Person ${base.world.people.size}` })
  const { instance, doom } = await startDoomed(end, when)
  await instance.connect(person).catch(() => undefined)
  await base.clock.advance(minutes(6))
  await base.service.wakeDue()
  // So many are due by now that they are woken over several seconds.
  await base.clock.advance(seconds(10))
  await base.settle()
  expect(unvisited(), `${when} step ${end}`).toEqual([])
  return { steps: doom.steps() }
}

/** The accounts that nobody has come to: neither to read them, nor to give them up because nobody got access. */
function unvisited(): readonly string[] {
  const visited = new Set(
    ['subscribed', 'calendar-pulled', 'account-disconnected'].flatMap((event) =>
      linesOf(base, event).map(({ account }) => account),
    ),
  )
  return base.tables
    .rows('accounts')
    .filter(({ rowKey, partitionKey }) => rowKey === 'state.head' && !visited.has(partitionKey))
    .map(({ partitionKey }) => partitionKey)
}

test.each(['before', 'after'] as const)(
  'Q6: an instance that ends %s any step of a connect leaves no account that nobody comes to',
  async (when) => {
    const { steps } = await connectAndEnd(Number.POSITIVE_INFINITY, when)
    expect(steps).toBeGreaterThan(5)
    for (let end = 1; end <= steps; end++) await connectAndEnd(end, when)
  },
)
