import { beforeEach, describe, expect, test } from 'vitest'
import { PLANNER } from '../support/authorization.ts'
import { pulls } from '../support/reading.ts'
import { startWriting, type Writing } from '../support/writing.ts'

let at: Writing

beforeEach(async () => {
  at = await startWriting()
})

const subjects = () => at.held().map(({ fields }) => fields['subject'])

describe('an upsert', () => {
  test('is accepted, shown at once as pending, and in Outlook when the account was visited', async () => {
    const sent = await at.upsert(at.meeting())
    expect(sent.status).toBe(202)
    expect(await at.outcome(sent)).toMatchObject({ state: 'pending', event_id: 'fa-1' })
    expect(await at.read()).toMatchObject([{ event_id: 'fa-1', summary: 'Board meeting', pending: {} }])
    await at.fixture.settle()
    expect(subjects()).toEqual(['Board meeting'])
    expect(await at.outcome(sent)).toMatchObject({ state: 'applied' })
    const [event] = await at.read()
    expect(event?.pending).toBeUndefined()
    expect(event?.event_uid).toMatch(/^evt_external_/)
  })

  test('that changes nothing asks Graph nothing', async () => {
    await at.upsert(at.meeting())
    await at.sync()
    at.fixture.graph.requests.clear()
    const sent = await at.upsert(at.meeting())
    await at.fixture.settle()
    expect(at.fixture.graph.requests.list()).toEqual([])
    expect(await at.outcome(sent)).toMatchObject({ state: 'unchanged' })
  })

  test('G2: is no change that its own integrator is told of, also when it echoes', async () => {
    await at.upsert(at.meeting())
    await at.sync()
    expect(await at.read('include_managed=true&last_modified=2020-01-01T00:00:00Z')).toEqual([])
    expect(await at.read('')).toEqual([])
  })

  test('G2: writes nothing more when it comes back as a change, to Graph, to its event or to the change log', async () => {
    await at.upsert(at.meeting())
    await at.fixture.settle()
    expect(at.writes()).not.toEqual([])
    const kept = () =>
      at.fixture.tables.rows('accounts').filter(({ rowKey }) => /^(event|change|action|agreement)\./.test(rowKey))
    const before = kept()
    await at.fixture.deliver()
    expect(pulls(at.fixture)).toBeGreaterThan(0)
    expect(at.writes()).toEqual([])
    expect(kept().map(({ rowKey, etag }) => `${rowKey} ${etag}`)).toEqual(
      before.map(({ rowKey, etag }) => `${rowKey} ${etag}`),
    )
  })

  test('is a change that another integrator is told of', async () => {
    const planner = await at.as(PLANNER)
    await at.upsert(at.meeting())
    await at.sync()
    const told = await planner.read('last_modified=2020-01-01T00:00:00Z')
    expect(told.map(({ summary, event_id }) => [summary, event_id])).toEqual([['Board meeting', undefined]])
  })

  test('by another integrator under the same event id is another event', async () => {
    const planner = await at.as(PLANNER)
    await at.upsert(at.meeting())
    await planner.upsert(at.meeting({ summary: 'Theirs' }))
    await at.sync()
    expect(subjects().sort()).toEqual(['Board meeting', 'Theirs'])
  })

  test('A1: accepted twice before it is applied makes one event', async () => {
    const [first, second] = [await at.upsert(at.meeting()), await at.upsert(at.meeting())]
    await at.sync()
    expect(subjects()).toEqual(['Board meeting'])
    expect(await at.outcome(first)).toMatchObject({ state: 'superseded' })
    expect(await at.outcome(second)).toMatchObject({ state: 'applied' })
  })

  test('sends the changed fields only', async () => {
    await at.upsert(at.meeting({ description: 'Bring the figures', location: { description: 'Room 1' } }))
    await at.sync()
    const bodies: unknown[] = []
    at.fixture.intercept = async (request) => {
      if (request.method === 'PATCH') bodies.push(await request.clone().json())
      return at.fixture.graph.fetch(request)
    }
    await at.upsert(at.meeting({ summary: 'Renamed', description: 'Bring the figures' }))
    await at.fixture.settle()
    expect(bodies).toEqual([{ subject: 'Renamed' }])
  })
})

test('ten quick edits of one event make at most two writes, and the last one counts', async () => {
  await at.upsert(at.meeting())
  await at.sync()
  at.writes()
  const sent = []
  for (let edit = 1; edit <= 10; edit++) sent.push(await at.upsert(at.meeting({ summary: `Edit ${edit}` })))
  await at.sync()
  expect(at.writes().length).toBeLessThanOrEqual(2)
  const states = await Promise.all(sent.map(async (one) => (await at.outcome(one)).state))
  expect(states).toEqual([...Array<string>(9).fill('superseded'), 'applied'])
  expect(subjects()).toEqual(['Edit 10'])
})

describe('a deletion', () => {
  test('takes the event out of Outlook and out of what is told', async () => {
    await at.upsert(at.meeting())
    await at.sync()
    const sent = await at.remove({ event_id: 'fa-1' })
    expect(await at.read()).toEqual([])
    await at.sync()
    expect(subjects()).toEqual([])
    expect(await at.outcome(sent)).toMatchObject({ state: 'applied' })
    expect(await at.read()).toEqual([])
  })

  test('of what was never there is accepted and is nothing to do', async () => {
    expect(await at.remove({ event_id: 'nobody' })).toMatchObject({ status: 202, action: '' })
  })

  test('of an event that is gone in Outlook already changes nothing', async () => {
    await at.upsert(at.meeting())
    await at.sync()
    at.mailbox.remove(at.held()[0]?.id ?? '')
    const sent = await at.remove({ event_id: 'fa-1' })
    await at.sync()
    expect(await at.outcome(sent)).toMatchObject({ state: 'unchanged' })
  })

  describe('of an event that is known to be gone in Outlook', () => {
    beforeEach(async () => {
      await at.upsert(at.meeting())
      await at.sync()
      at.mailbox.remove(at.held()[0]?.id ?? '')
      await at.fixture.deliver()
    })

    test('is followed by a new event when the same is asked for again', async () => {
      await at.remove({ event_id: 'fa-1' })
      await at.sync()
      const sent = await at.upsert(at.meeting())
      await at.sync()
      expect(await at.outcome(sent)).toMatchObject({ state: 'applied' })
      expect(subjects()).toEqual(['Board meeting'])
    })

    test('and of all others leaves none', async () => {
      const sent = await at.send('DELETE', '/v1/events', { delete_all: true })
      await at.sync()
      expect(await at.outcome(sent)).toMatchObject({ state: 'applied' })
    })
  })

  test('right after the creation leaves nothing, and makes nothing', async () => {
    at.writes()
    await at.upsert(at.meeting())
    await at.remove({ event_id: 'fa-1' })
    await at.sync()
    expect(at.writes()).toEqual([])
    expect(subjects()).toEqual([])
  })

  test('followed by an upsert makes a new event', async () => {
    await at.upsert(at.meeting({ description: 'Old' }))
    await at.sync()
    const before = at.held()[0]?.id
    await at.remove({ event_id: 'fa-1' })
    await at.upsert(at.meeting({ summary: 'Anew' }))
    await at.sync()
    expect(subjects()).toEqual(['Anew'])
    expect(at.held()[0]?.id).not.toBe(before)
    expect(await at.read()).toMatchObject([{ event_id: 'fa-1', description: '' }])
  })

  test('of all managed events leaves what others made', async () => {
    at.mailbox.create({ subject: 'Outlook made', ...span(3) })
    for (const id of ['a', 'b', 'c', 'd', 'e']) await at.upsert(at.meeting({ event_id: id, summary: id }))
    await at.sync()
    const sent = await at.send('DELETE', '/v1/events', { delete_all: true })
    await at.upsert(at.meeting({ event_id: 'later', summary: 'later' }))
    await at.sync()
    expect(subjects().sort()).toEqual(['Outlook made', 'later'])
    expect(await at.outcome(sent)).toMatchObject({ state: 'applied' })
  })
})

const span = (days: number) => {
  const start = { dateTime: at.at(days, '09:00').slice(0, -1), timeZone: 'UTC' }
  return { start, end: { ...start, dateTime: at.at(days, '10:00').slice(0, -1) } }
}

describe('an event that somebody made in Outlook', () => {
  const uid = async () => (await at.read())[0]?.event_uid

  beforeEach(async () => {
    at.mailbox.create({ subject: 'Outlook made', ...span(2) })
    await at.sync()
  })

  test('is edited by its uid, and the edit is not told back', async () => {
    const sent = await at.upsert({ event_uid: await uid(), summary: 'Renamed' })
    await at.sync()
    expect(subjects()).toEqual(['Renamed'])
    expect(await at.outcome(sent)).toMatchObject({ state: 'applied' })
  })

  test('is deleted by its uid', async () => {
    await at.remove({ event_uid: await uid() })
    await at.sync()
    expect(subjects()).toEqual([])
  })

  test('is not brought back by an edit after it was deleted', async () => {
    const event_uid = await uid()
    at.mailbox.remove(at.held()[0]?.id ?? '')
    const sent = await at.upsert({ event_uid, summary: 'Renamed' })
    await at.sync()
    expect(subjects()).toEqual([])
    expect(await at.outcome(sent)).toMatchObject({ state: 'rejected', reason: 'event_gone' })
    expect((await at.upsert({ event_uid, summary: 'Again' })).status).toBe(404)
  })
})

test('what Microsoft refuses after the 202 is on record with a reason, and is not tried for ever', async () => {
  const sent = await at.upsert(at.meeting({ summary: 'x'.repeat(1024) }))
  expect(sent.status).toBe(202)
  await at.sync()
  expect(await at.outcome(sent)).toMatchObject({ state: 'rejected', reason: 'value_refused' })
  at.writes()
  await at.sync()
  expect(at.writes()).toEqual([])
  expect(await at.read()).toEqual([])
})
