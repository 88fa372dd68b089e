import { beforeEach, describe, expect, test } from 'vitest'
import { startWriting, type Writing } from '../support/writing.ts'

let at: Writing

const id = () => at.held()[0]?.id ?? ''
const fields = () => at.held()[0]?.fields
const version = async () => (await at.read())[0]?.version

beforeEach(async () => {
  at = await startWriting()
  await at.upsert(at.meeting())
  await at.sync()
})

/** Outlook's notification arrives and is handled, so that the cache knows of the edit. */
const told = () => at.fixture.deliver()

describe.each([
  { when: 'before the cache heard of it', hear: async () => undefined },
  { when: 'after the cache heard of it', hear: told },
])('G1: an edit in Outlook, $when,', ({ hear }) => {
  test('of another field survives', async () => {
    at.mailbox.patch(id(), { location: { displayName: 'Room 4' } })
    await hear()
    const sent = await at.upsert(at.meeting({ summary: 'Renamed' }))
    await at.sync()
    expect(fields()).toMatchObject({ subject: 'Renamed', location: { displayName: 'Room 4' } })
    expect(await at.outcome(sent)).toMatchObject({ state: 'applied', overruled: [] })
    expect((await at.read())[0]).toMatchObject({ summary: 'Renamed', location: { description: 'Room 4' } })
  })

  test('of the same field gives way to the explicit wish, and is on record', async () => {
    at.mailbox.patch(id(), { subject: 'Theirs' })
    await hear()
    const sent = await at.upsert(at.meeting({ summary: 'Ours' }))
    await at.sync()
    expect(fields()).toMatchObject({ subject: 'Ours' })
    expect(await at.outcome(sent)).toMatchObject({ overruled: [{ field: 'summary', value: 'Theirs' }] })
  })

  test('survives a request that only repeats what was agreed on', async () => {
    at.mailbox.patch(id(), { subject: 'Theirs' })
    await hear()
    const sent = await at.upsert(at.meeting())
    await at.sync()
    expect(fields()).toMatchObject({ subject: 'Theirs' })
    expect(await at.outcome(sent)).toMatchObject({ state: 'unchanged' })
  })

  test('to the very value that is wished costs no write', async () => {
    at.mailbox.patch(id(), { subject: 'Both' })
    await hear()
    at.writes()
    await at.upsert(at.meeting({ summary: 'Both' }))
    await at.sync()
    expect(fields()).toMatchObject({ subject: 'Both' })
    expect(at.writes().filter((write) => write.includes('200'))).toEqual([])
  })

  test('a move of the event, is kept when only its title is wished for', async () => {
    const start = { dateTime: at.at(2, '14:00').slice(0, -1), timeZone: 'UTC' }
    at.mailbox.patch(id(), { start, end: { ...start, dateTime: at.at(2, '15:00').slice(0, -1) } })
    await hear()
    await at.upsert(at.meeting({ summary: 'Renamed' }))
    await at.sync()
    expect(await at.read()).toMatchObject([{ summary: 'Renamed', start: at.at(2, '14:00') }])
  })
})

test('an event that Outlook moved can be moved back by whoever has seen it there', async () => {
  const start = { dateTime: at.at(2, '14:00').slice(0, -1), timeZone: 'UTC' }
  at.mailbox.patch(id(), { start, end: { ...start, dateTime: at.at(2, '15:00').slice(0, -1) } })
  await told()
  await at.upsert(at.meeting({ based_on: await version() }))
  await at.sync()
  expect(await at.read()).toMatchObject([{ start: at.at(1, '09:00') }])
})

test('two edits back and forth, both made on what was seen at first, end with the second', async () => {
  const seen = await version()
  await at.upsert(at.meeting({ summary: 'Away', based_on: seen }))
  const back = await at.upsert(at.meeting({ summary: 'Board meeting', based_on: seen }))
  await at.sync()
  expect(fields()).toMatchObject({ subject: 'Board meeting' })
  expect(await at.outcome(back)).toMatchObject({ state: 'unchanged' })
  await at.upsert(at.meeting({ summary: 'Away', based_on: seen }))
  await at.fixture.settle()
  await at.upsert(at.meeting({ summary: 'Board meeting', based_on: seen }))
  await at.sync()
  expect(fields()).toMatchObject({ subject: 'Board meeting' })
})

describe.each([true, false])(
  'an event that was deleted in Outlook, and is still found by its id: %s',
  (keepsDeleted) => {
    beforeEach(async () => {
      at.fixture.faults.keepsDeleted = keepsDeleted
      at.mailbox.remove(id())
      await told()
    })

    test('comes back when something new is asked of it, with all that was agreed on', async () => {
      const sent = await at.upsert(at.meeting({ summary: 'Still on' }))
      await at.sync()
      expect(fields()).toMatchObject({ subject: 'Still on' })
      expect(await at.outcome(sent)).toMatchObject({ state: 'applied' })
      expect(await at.read()).toMatchObject([{ event_id: 'fa-1', summary: 'Still on' }])
    })

    test('stays deleted when a request only repeats what was agreed on', async () => {
      const sent = await at.upsert(at.meeting())
      await at.sync()
      expect(at.held()).toEqual([])
      expect(await at.outcome(sent)).toMatchObject({ state: 'unchanged' })
    })

    test('comes back once, however often it is asked for', async () => {
      for (const summary of ['One', 'Two', 'Three']) {
        await at.upsert(at.meeting({ summary }))
        await at.sync()
      }
      expect(at.held().map((item) => item.fields['subject'])).toEqual(['Three'])
    })
  },
)

describe('an event that was deleted in Outlook, which nobody has told yet,', () => {
  test('comes back when something new is asked of it', async () => {
    at.mailbox.remove(id())
    await at.upsert(at.meeting({ summary: 'Still on' }))
    await at.sync()
    expect(at.held().map((item) => item.fields['subject'])).toEqual(['Still on'])
    expect(await at.read()).toMatchObject([{ event_id: 'fa-1', summary: 'Still on' }])
  })

  test('comes back when somebody is invited to it', async () => {
    at.mailbox.remove(id())
    await at.upsert(at.meeting({ attendees: { invite: [{ email: 'bo@fabrikam.example' }] } }))
    await at.sync()
    expect(at.held()).toMatchObject([{ fields: { attendees: [{ emailAddress: { address: 'bo@fabrikam.example' } }] } }])
  })

  test('comes back when its last guest is taken off', async () => {
    await at.upsert(at.meeting({ attendees: { invite: [{ email: 'bo@fabrikam.example' }] } }))
    await at.sync()
    at.mailbox.remove(id())
    const attendees = { invite: [], remove: [{ email: 'bo@fabrikam.example' }] }
    await at.upsert(at.meeting({ summary: 'Still on', attendees }))
    await at.sync()
    expect(at.held()).toMatchObject([{ fields: { subject: 'Still on' } }])
  })

  test('is deleted, as far as its integrator is concerned', async () => {
    at.mailbox.remove(id())
    const sent = await at.remove({ event_id: 'fa-1' })
    await at.sync()
    expect(await at.outcome(sent)).toMatchObject({ state: 'unchanged' })
    expect(at.held()).toEqual([])
    expect(await at.read()).toEqual([])
  })
})

test('G1: a deletion gives way to an edit in Outlook that nobody can have seen', async () => {
  at.mailbox.patch(id(), { subject: 'Changed just now' })
  const sent = await at.remove({ event_id: 'fa-1' })
  await at.sync()
  expect(fields()).toMatchObject({ subject: 'Changed just now' })
  expect(await at.outcome(sent)).toMatchObject({ state: 'rejected', reason: 'changed_meanwhile' })
  expect((await at.read())[0]).toMatchObject({ summary: 'Changed just now' })
  await at.remove({ event_id: 'fa-1' })
  await at.sync()
  expect(at.held()).toEqual([])
})

test('a new version without a change does not keep an event from being deleted', async () => {
  at.mailbox.touch(id())
  await at.remove({ event_id: 'fa-1' })
  await at.sync()
  expect(at.held()).toEqual([])
})

test('an event that was moved out of the window is changed there and not made twice', async () => {
  const far = { dateTime: at.at(700, '09:00').slice(0, -1), timeZone: 'UTC' }
  at.mailbox.patch(id(), { start: far, end: { ...far, dateTime: at.at(700, '10:00').slice(0, -1) } })
  await told()
  const sent = await at.upsert(at.meeting({ summary: 'Far away' }))
  await at.sync()
  expect(at.held().map((item) => item.fields['subject'])).toEqual(['Far away'])
  expect(await at.outcome(sent)).toMatchObject({ state: 'applied' })
})

test('who has seen an event names only what is to change of it', async () => {
  const sent = await at.upsert({ event_id: 'fa-1', location: { description: 'Room 2' }, based_on: await version() })
  await at.sync()
  expect(sent.status).toBe(202)
  expect(await at.read()).toMatchObject([{ summary: 'Board meeting', location: { description: 'Room 2' } }])
  const unknown = { event_id: 'nobody', location: { description: 'Room 2' }, based_on: await version() }
  expect((await at.upsert(unknown)).status).toBe(404)
})
