import { beforeEach, expect, test } from 'vitest'
import { minutes } from '../../shared/core/time.ts'
import { startWriting, type Writing } from '../support/writing.ts'

let at: Writing

beforeEach(async () => {
  at = await startWriting()
})

/** The first write comes through, `meanwhile` happens in Outlook, and the answer gets lost. */
async function createUnanswered(meanwhile: (id: string) => void, more: object = {}): Promise<void> {
  let isLost = false
  at.fixture.intercept = async (request) => {
    if (request.method === 'GET' || isLost) return undefined
    isLost = true
    await at.fixture.graph.fetch(request)
    meanwhile(at.held()[0]?.id ?? '')
    throw new TypeError('the connection was closed')
  }
  await at.upsert(at.meeting(more))
  await at.fixture.settle()
}

/** Lets time pass, with every visit that is due in it. */
async function pass(time: number): Promise<void> {
  for (let minute = 0; minute < time; minute++) {
    await at.fixture.clock.advance(minutes(1))
    await at.fixture.service.wakeDue()
    await at.fixture.settle()
  }
}

const fields = () => at.held()[0]?.fields
const gaveWay = { state: 'rejected', reason: 'changed_meanwhile' }

test('an edit keeps the event from every deletion that was asked for before anybody heard of it', async () => {
  await createUnanswered((id) => at.mailbox.patch(id, { subject: 'Renamed by hand' }))
  const first = await at.remove({ event_id: 'fa-1' })
  await at.upsert(at.meeting())
  const second = await at.remove({ event_id: 'fa-1' })
  await pass(5)
  expect(fields()).toMatchObject({ subject: 'Renamed by hand' })
  expect(await at.outcome(first)).toMatchObject(gaveWay)
  expect(await at.outcome(second)).toMatchObject(gaveWay)
})

test('an edit of a field that the creation left blank keeps the event as well', async () => {
  await createUnanswered((id) => at.mailbox.patch(id, { location: { displayName: 'Room 4' } }))
  const sent = await at.remove({ event_id: 'fa-1' })
  await pass(5)
  expect(fields()).toMatchObject({ location: { displayName: 'Room 4' } })
  expect(await at.outcome(sent)).toMatchObject(gaveWay)
})

test('what a later try may have asked for keeps no event', async () => {
  await createUnanswered((id) => at.mailbox.patch(id, { location: { displayName: 'Room 4' } }))
  await at.upsert(at.meeting({ location: { description: 'Room 4' } }))
  const sent = await at.remove({ event_id: 'fa-1' })
  await pass(5)
  expect(at.held()).toEqual([])
  expect(await at.outcome(sent)).toMatchObject({ state: 'applied' })
})

test('an event whose creation was not answered is not made twice when Exchange has forgotten its transactionId', async () => {
  at.fixture.faults.transactionMemoryMs = minutes(10)
  let isDown = true
  const sent = await at.upsert(at.meeting())
  at.fixture.intercept = async (request) => {
    if (!isDown || request.method === 'GET') return undefined
    if (at.held().length === 0) await at.fixture.graph.fetch(request)
    throw new TypeError('the connection was closed')
  }
  await pass(15)
  expect(at.held()).toHaveLength(1)
  isDown = false
  await pass(40)
  expect(at.held()).toHaveLength(1)
  expect(await at.outcome(sent)).toMatchObject({ state: expect.stringMatching(/applied|unchanged/) })
})

test('a description that is too long to be kept keeps no event', async () => {
  await createUnanswered(() => undefined, { description: 'word\n'.repeat(9_000) })
  const sent = await at.remove({ event_id: 'fa-1' })
  await pass(5)
  expect([await at.outcome(sent), at.held()]).toMatchObject([{ state: 'applied' }, []])
})

test('one that was changed at its beginning does', async () => {
  const change = (id: string) =>
    at.mailbox.patch(id, { body: { contentType: 'text', content: 'other '.repeat(8_000) } })
  await createUnanswered(change, { description: 'word '.repeat(8_000) })
  const sent = await at.remove({ event_id: 'fa-1' })
  await pass(5)
  expect(await at.outcome(sent)).toMatchObject(gaveWay)
})
