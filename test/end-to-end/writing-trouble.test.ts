import { beforeEach, describe, expect, test } from 'vitest'
import { minutes } from '../../shared/core/time.ts'
import { PLANNER } from '../support/authorization.ts'
import { startWriting, type Writing } from '../support/writing.ts'

let at: Writing

beforeEach(async () => {
  at = await startWriting()
})

const subjects = () => at.held().map(({ fields }) => fields['subject'])
const refuse = (status: number, code: string) => Response.json({ error: { code, message: '' } }, { status })

/** Answers each request to Graph that changes something in another way, while `isWrong` says so. */
function answerWrites(answer: (request: Request) => Response | Promise<Response> | undefined): void {
  at.fixture.intercept = (request) => (request.method === 'GET' ? undefined : answer(request))
}

/** Lets time pass, with every visit that is due in it. */
async function pass(time: number): Promise<void> {
  for (let minute = 0; minute < time; minute++) {
    await at.fixture.clock.advance(minutes(1))
    await at.fixture.service.wakeDue()
    await at.fixture.settle()
  }
}

describe('a 404 that is about the mailbox', () => {
  beforeEach(async () => {
    await at.upsert(at.meeting())
    await at.sync()
    answerWrites(() => refuse(404, 'MailboxNotEnabledForRESTAPI'))
  })

  test('does not make a changed event twice', async () => {
    const sent = await at.upsert(at.meeting({ summary: 'Renamed' }))
    await at.fixture.settle()
    at.fixture.intercept = () => undefined
    await pass(3)
    expect(subjects()).toEqual(['Renamed'])
    expect(await at.outcome(sent)).toMatchObject({ state: 'applied' })
  })

  test('does not call a deletion done', async () => {
    const sent = await at.remove({ event_id: 'fa-1' })
    await at.fixture.settle()
    expect(await at.outcome(sent)).toMatchObject({ state: 'pending' })
    at.fixture.intercept = () => undefined
    await pass(3)
    expect(subjects()).toEqual([])
    expect(await at.outcome(sent)).toMatchObject({ state: 'applied' })
  })
})

describe('an action that fails again and again', () => {
  const failing = (request: Request) => request.clone().text()

  test.each([
    { name: 'answered with 503', fail: () => refuse(503, 'ErrorServerBusy') },
    {
      name: 'never answered',
      fail: () => {
        throw new TypeError('timeout')
      },
    },
  ])('because it is $name, keeps neither other actions nor the pull waiting', async ({ fail }) => {
    answerWrites(async (request) => {
      if ((await failing(request)).includes('Poison')) return fail()
      return at.fixture.graph.fetch(request)
    })
    const poison = await at.upsert(at.meeting({ summary: 'Poison' }))
    const others = []
    for (let number = 2; number <= 6; number++)
      others.push(await at.upsert(at.meeting({ event_id: `fa-${number}`, summary: `Other ${number}` })))
    at.mailbox.create({
      subject: 'From Outlook',
      start: { dateTime: at.at(2, '09:00').slice(0, -1), timeZone: 'UTC' },
      end: { dateTime: at.at(2, '10:00').slice(0, -1), timeZone: 'UTC' },
    })
    await at.fixture.settle()
    await pass(5)
    for (const other of others) expect(await at.outcome(other)).toMatchObject({ state: 'applied' })
    expect((await at.read()).map(({ summary }) => summary)).toContain('From Outlook')
    expect(await at.outcome(poison)).toMatchObject({ state: 'pending' })
  })

  test('ends as rejected after some days', async () => {
    answerWrites(() => refuse(500, 'ErrorInternalServerError'))
    await at.upsert(at.meeting())
    for (let hour = 0; hour < 100; hour++) {
      await at.fixture.clock.advance(minutes(60))
      await at.fixture.service.wakeDue()
      await at.fixture.settle()
    }
    expect(at.fixture.logged.filter((line) => line.includes('"reason":"microsoft_failing"'))).toHaveLength(1)
  })

  test('sends no wake-ups that pile up', async () => {
    answerWrites(() => refuse(500, 'ErrorInternalServerError'))
    await at.upsert(at.meeting())
    for (let visit = 0; visit < 10; visit++) await at.fixture.settle()
    expect(at.fixture.queue.length).toBeLessThanOrEqual(1)
  })

  test('of one integrator holds up no other one’s deletion of everything', async () => {
    const planner = await at.as(PLANNER)
    answerWrites(async (request) => {
      if ((await failing(request)).includes('Poison')) return refuse(500, 'ErrorInternalServerError')
      return at.fixture.graph.fetch(request)
    })
    await at.upsert(at.meeting({ summary: 'Poison' }))
    await planner.upsert(at.meeting({ event_id: 'theirs', summary: 'Theirs' }))
    await at.fixture.settle()
    await planner.send('DELETE', '/v1/events', { delete_all: true })
    await at.fixture.settle()
    expect(subjects()).toEqual([])
  })
})

test('an answer that gets lost, and a deletion right after it, leave nothing in Outlook', async () => {
  let isLost = false
  answerWrites(async (request) => {
    const answer = await at.fixture.graph.fetch(request)
    if (isLost) return answer
    isLost = true
    throw new TypeError('the connection was closed')
  })
  await at.upsert(at.meeting())
  await at.fixture.settle()
  expect(subjects()).toEqual(['Board meeting'])
  const sent = await at.remove({ event_id: 'fa-1' })
  await pass(5)
  expect(subjects()).toEqual([])
  expect(await at.outcome(sent)).toMatchObject({ state: 'applied' })
})

test('what a person edits while the answer to its creation is lost stays as they have it', async () => {
  let isLost = false
  answerWrites(async (request) => {
    const answer = await at.fixture.graph.fetch(request)
    if (isLost) return answer
    isLost = true
    at.mailbox.patch(at.held()[0]?.id ?? '', { subject: 'Renamed by hand' })
    throw new TypeError('the connection was closed')
  })
  const sent = await at.upsert(at.meeting())
  await at.fixture.settle()
  await pass(3)
  expect(subjects()).toEqual(['Renamed by hand'])
  expect(await at.outcome(sent)).toMatchObject({ state: 'applied', overruled: [] })
})

describe('a deletion of everything', () => {
  test('takes events that somebody edited in Outlook before', async () => {
    await at.upsert(at.meeting())
    await at.sync()
    at.mailbox.patch(at.held()[0]?.id ?? '', { location: { displayName: 'Room 4' } })
    await at.fixture.deliver()
    const sent = await at.send('DELETE', '/v1/events', { delete_all: true })
    await at.fixture.settle()
    expect(subjects()).toEqual([])
    expect(await at.outcome(sent)).toMatchObject({ state: 'applied' })
  })

  test('says so when something is left', async () => {
    await at.upsert(at.meeting())
    await at.sync()
    at.mailbox.patch(at.held()[0]?.id ?? '', { subject: 'Changed just now' })
    const sent = await at.send('DELETE', '/v1/events', { delete_all: true })
    await at.fixture.settle()
    expect(subjects()).toEqual(['Changed just now'])
    expect(await at.outcome(sent)).toMatchObject({ state: 'rejected', reason: 'some_left' })
  })
})

test('a rejected wish does not take the wish before it along', async () => {
  await at.upsert(at.meeting())
  await at.sync()
  const good = await at.upsert(at.meeting({ summary: 'Good title' }))
  const bad = await at.upsert(at.meeting({ summary: 'x'.repeat(1024) }))
  await at.sync()
  expect(subjects()).toEqual(['Good title'])
  expect(await at.outcome(good)).toMatchObject({ state: 'applied' })
  expect(await at.outcome(bad)).toMatchObject({ state: 'rejected' })
})

test('an event that its integrator deleted and somebody brought back is nobody’s', async () => {
  await at.upsert(at.meeting())
  await at.sync()
  const [item] = at.held()
  await at.remove({ event_id: 'fa-1' })
  await at.sync()
  if (item) at.mailbox.adopt(item)
  at.mailbox.expireTokens()
  await at.fixture.deliver()
  await pass(6)
  const [event] = await at.read()
  expect(event).toMatchObject({ summary: 'Board meeting' })
  expect(event?.event_id).toBeUndefined()
})

test('an invitation list that grows for ever does not end the account', async () => {
  await at.upsert(at.meeting())
  await at.sync()
  for (let round = 0; round < 30; round++) {
    const remove = Array.from({ length: 500 }, (_, number) => ({
      email: `stranger.${round}.${number}@fabrikam.example`,
    }))
    await at.upsert(at.meeting({ attendees: { invite: [], remove } }))
    await at.fixture.settle()
  }
  const sent = await at.upsert(at.meeting({ summary: 'Still alive' }))
  await at.fixture.settle()
  expect(await at.outcome(sent)).toMatchObject({ state: 'applied' })
})

test('many large requests at once are all accepted', async () => {
  const description = 'ø'.repeat(20_000)
  await at.upsert(at.meeting({ description }))
  await at.sync()
  const sent = await Promise.all(Array.from({ length: 40 }, () => at.remove({ event_id: 'fa-1' })))
  expect(sent.map(({ status }) => status)).toEqual(Array(40).fill(202))
})

test('K1: an action whose row does not open is set aside, and the others go on', async () => {
  const first = await at.upsert(at.meeting())
  const second = await at.upsert(at.meeting({ event_id: 'fa-2', summary: 'Second' }))
  const { tables } = at.fixture
  const row = tables.rows('accounts').find(({ rowKey }) => rowKey === 'action.000000000001')
  if (row) tables.overwrite('accounts', { ...row, properties: { ...row.properties, b0: new Uint8Array(80) } })
  await at.sync()
  expect(subjects()).toEqual(['Second'])
  expect(await at.outcome(second)).toMatchObject({ state: 'applied' })
  expect(first.status).toBe(202)
  expect(at.fixture.logged.some((line) => line.includes('row-quarantined'))).toBe(true)
})

test('an edit in Outlook is told although Microsoft does not check the version of a write', async () => {
  at.fixture.faults.honourIfMatch = false
  await at.upsert(at.meeting())
  await at.sync()
  at.mailbox.patch(at.held()[0]?.id ?? '', { location: { displayName: 'Room 4' } })
  await at.upsert(at.meeting({ summary: 'Renamed' }))
  await at.sync()
  const told = await at.read('include_managed=true&last_modified=2020-01-01T00:00:00Z')
  expect(told).toMatchObject([{ summary: 'Renamed', location: { description: 'Room 4' } }])
})

test('a guest whom somebody adds in Outlook stays although Microsoft does not check the version of a write', async () => {
  at.fixture.faults.honourIfMatch = false
  await at.upsert(at.meeting({ attendees: { invite: [{ email: 'bo@fabrikam.example' }] } }))
  await at.sync()
  const [held] = at.held()
  const added = { emailAddress: { address: 'di@fabrikam.example' }, type: 'required' }
  at.mailbox.patch(held?.id ?? '', { attendees: [...((held?.fields['attendees'] ?? []) as object[]), added] })
  await at.upsert(at.meeting({ attendees: { invite: [{ email: 'cy@fabrikam.example' }] } }))
  await at.sync()
  const [event] = await at.read('include_managed=true&last_modified=2020-01-01T00:00:00Z')
  expect(event?.attendees.map(({ email }) => email[0])).toEqual(['b', 'd', 'c'])
})

test('a deletion that cannot know of a new guest is rejected', async () => {
  await at.upsert(at.meeting())
  await at.sync()
  const added = { emailAddress: { address: 'di@fabrikam.example' }, type: 'required' }
  at.mailbox.patch(at.held()[0]?.id ?? '', { attendees: [added] })
  const sent = await at.remove({ event_id: 'fa-1' })
  await at.sync()
  expect(await at.outcome(sent)).toMatchObject({ state: 'rejected', reason: 'changed_meanwhile' })
  expect(at.held()).toHaveLength(1)
})

test('a wish based on a version that nobody has any more is applied, and what it replaces is on record', async () => {
  at.mailbox.create({
    subject: 'Outlook made',
    start: { dateTime: at.at(2, '09:00').slice(0, -1), timeZone: 'UTC' },
    end: { dateTime: at.at(2, '10:00').slice(0, -1), timeZone: 'UTC' },
  })
  await at.sync()
  const [seen] = await at.read()
  at.mailbox.patch(at.held()[0]?.id ?? '', { subject: 'Changed since' })
  await at.fixture.deliver()
  const sent = await at.upsert({ event_uid: seen?.event_uid, summary: 'Ours', based_on: seen?.version })
  await at.sync()
  expect(subjects()).toEqual(['Ours'])
  expect(await at.outcome(sent)).toMatchObject({ overruled: [{ field: 'summary', value: 'Changed since' }] })
})
