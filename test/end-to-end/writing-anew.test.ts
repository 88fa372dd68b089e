import { expect, test } from 'vitest'
import { SAMPLE } from '../../infra/local/settings.ts'
import { minutes } from '../../shared/core/time.ts'
import { lastAccount, untilErased } from '../support/erasing.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { pass } from '../support/reading.ts'
import { startWriting } from '../support/writing.ts'

const SERIES = { recurrence: { rules: [{ frequency: 'daily', count: 3 }] } }

test.each([
  { what: 'an event', more: {}, told: 1 },
  { what: 'a series', more: SERIES, told: 3 },
  { what: 'an event whose transactionId is forgotten', more: {}, told: 1, memory: minutes(10) },
  { what: 'a series whose transactionId is forgotten', more: SERIES, told: 3, memory: minutes(10) },
])(
  '$what that was made before everything was erased is the integrator’s own once it is asked for again',
  async ({ more, told, memory }) => {
    const at = await startWriting()
    if (memory !== undefined) at.fixture.faults.transactionMemoryMs = memory
    await at.upsert(at.meeting(more))
    await at.sync()
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
