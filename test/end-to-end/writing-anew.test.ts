import { expect, test } from 'vitest'
import { SAMPLE } from '../../infra/local/settings.ts'
import { hours, minutes } from '../../shared/core/time.ts'
import { lastAccount, RESTORED, untilErased } from '../support/erasing.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { pass } from '../support/reading.ts'
import { startService } from '../support/service.ts'
import { startWriting, type Writing } from '../support/writing.ts'

async function anew(at: Writing): Promise<void> {
  await at.remove({ event_id: 'fa-1' })
  await at.sync()
  await at.upsert(at.meeting())
  await at.sync()
}

const SERIES = { recurrence: { rules: [{ frequency: 'daily', count: 3 }] } }

test.each([
  { what: 'an event', more: {}, told: 1, times: 1 },
  { what: 'a series', more: SERIES, told: 3, times: 1 },
  { what: 'an event whose transactionId is forgotten', more: {}, told: 1, times: 1, memory: minutes(10) },
  { what: 'a series whose transactionId is forgotten', more: SERIES, told: 3, times: 1, memory: minutes(10) },
  { what: 'an event', more: {}, told: 1, times: 3, memory: minutes(10) },
])(
  '$what that was made $times times before everything was erased is the integrator’s own once it is asked for again',
  async ({ more, told, memory, times }) => {
    const at = await startWriting()
    if (memory !== undefined) at.fixture.faults.transactionMemoryMs = memory
    await at.upsert(at.meeting(more))
    await at.sync()
    for (let made = 1; made < times; made++) await anew(at)
    await at.fixture.service.erasure.begin(lastAccount(at.fixture), 'person')
    await untilErased(at.fixture)
    await pass(at.fixture, minutes(20), minutes(1))
    const again = await at.as(SAMPLE)
    await at.sync()
    expect((await again.read()).map(({ event_id }) => event_id)).toEqual(Array(told).fill(undefined))
    await again.upsert(at.meeting(more))
    await at.sync()
    expect(at.held()).toHaveLength(1)
    const owned = (await again.read()).map(({ event_id, series_event_id }) => event_id ?? series_event_id)
    expect(owned).toEqual(Array(told).fill('fa-1'))
  },
)

test('an event that was outside of the window before everything was erased is the integrator’s own once it is asked for again', async () => {
  const at = await startWriting()
  at.fixture.faults.transactionMemoryMs = minutes(10)
  const far = { start: at.at(700, '09:00'), end: at.at(700, '10:00') }
  await at.upsert(at.meeting(far))
  await at.sync()
  await at.fixture.service.erasure.begin(lastAccount(at.fixture), 'person')
  await untilErased(at.fixture)
  await pass(at.fixture, minutes(20), minutes(1))
  const again = await at.as(SAMPLE)
  await at.sync()
  await again.upsert(at.meeting())
  await at.sync()
  expect(at.held()).toHaveLength(1)
  expect((await again.read()).map(({ event_id }) => event_id)).toEqual(['fa-1'])
})

test('whether a calendar holds events of ours is asked before the first is made in it, and not again', async () => {
  const at = await startWriting()
  const asked = () => {
    const list = at.fixture.graph.requests.list().filter(({ path }) => path.includes('contains'))
    at.fixture.graph.requests.clear()
    return list.length
  }
  await at.upsert(at.meeting())
  await at.sync()
  expect(asked()).toBe(1)
  for (const event_id of ['fa-2', 'fa-3']) await at.upsert(at.meeting({ event_id }))
  await at.sync()
  expect([asked(), at.held().length]).toEqual([0, 3])
})

test.each([0, 1])(
  'an event that was made anew since a backup is the integrator’s own after that is restored, deleted before it %i times',
  async (deletions) => {
    const at = await startWriting()
    const { fixture } = at
    fixture.faults.transactionMemoryMs = minutes(10)
    for (let deleted = 0; deleted < deletions; deleted++) {
      await at.upsert(at.meeting())
      await at.sync()
      await at.remove({ event_id: 'fa-1' })
      await at.sync()
    }
    const restore = fixture.tables.backup(...RESTORED)
    await at.upsert(at.meeting())
    await at.sync()
    await pass(fixture, hours(24), hours(1))
    restore()
    const restored = await startService({ beside: fixture })
    await restored.service.wakeErasures()
    await pass(restored, hours(1), minutes(10))
    await at.upsert(at.meeting({ summary: 'Asked for again' }))
    await at.sync()
    expect(at.held().map(({ fields }) => fields['subject'])).toEqual(['Asked for again'])
    expect((await at.read()).map(({ event_id }) => event_id)).toEqual(['fa-1'])
  },
)

test('an own event that was moved out of the window, and is changed there, is told as agreed on', async () => {
  const at = await startWriting()
  const own = async () => (await at.read('include_managed=true&only_managed=true')).map(({ summary }) => summary)
  await at.upsert(at.meeting())
  await at.sync()
  const [item] = at.held()
  at.mailbox.patch(item?.id ?? '', oneHour('Team', at.at(250, '09:00').slice(0, 10)))
  await at.sync()
  expect(await own()).toEqual([])
  await at.upsert(at.meeting({ summary: 'Changed', version: undefined }))
  await at.sync()
  expect(at.find('Changed')).toBeDefined()
  expect(await own()).toEqual(['Changed'])
})
