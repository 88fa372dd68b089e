import { beforeEach, expect, test } from 'vitest'
import { minutes } from '../../shared/core/time.ts'
import type { Action } from '../../shared/push/action.ts'
import type { Wanted } from '../../shared/push/wanted.ts'
import { createStores } from '../../shared/service/stores.ts'
import { rowsOf } from '../support/damage.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { linesOf, pass } from '../support/reading.ts'
import { startWriting, type Writing } from '../support/writing.ts'

let at: Writing

beforeEach(async () => {
  at = await startWriting()
})

const subjects = () => at.held().map(({ fields }) => fields['subject'])
const putOff = () => linesOf(at.fixture, 'action-put-off')

/** `Intl` knows this zone and Temporal does not: an older release has taken such names. */
function inZone(zone: string, { times, ...wanted }: Wanted): Wanted {
  if (times?.start.kind !== 'instant' || times.end.kind !== 'instant') throw new Error('the event has no times')
  return { ...wanted, times: { start: { ...times.start, zone }, end: { ...times.end, zone } } }
}

/** Asks once more for what was asked for last, as a release did that knew fewer mistakes. */
async function askAsOlderRelease(zone = 'PST'): Promise<Action> {
  const account = rowsOf(at.fixture, 'action.')[0]?.partitionKey ?? ''
  const { actions } = await createStores(at.fixture.ports, 'refused')
  const last = (await actions.pending(account, 1)).at(-1)
  if (last?.request?.kind !== 'upsert') throw new Error('nothing was asked for')
  const { number: _, ...draft } = last
  return actions.append(account, {
    ...draft,
    request: { ...last.request, wanted: inZone(zone, last.request.wanted) },
  })
}

test('an action that cannot be carried out because of a mistake of ours keeps nothing else from being done', async () => {
  const [first, odd] = [
    await at.upsert(at.meeting({ event_id: 'fa-first', summary: 'First' })),
    await at.upsert(at.meeting({ event_id: 'fa-odd', summary: 'Odd' })),
  ]
  await askAsOlderRelease()
  const third = await at.upsert(at.meeting({ event_id: 'fa-third', summary: 'Third' }))
  at.mailbox.create(oneHour('From Outlook', at.at(1, '08:00').slice(0, 10)))
  await at.sync()

  expect(subjects().sort()).toEqual(['First', 'From Outlook', 'Third'])
  for (const sent of [first, third]) expect(await at.outcome(sent)).toMatchObject({ state: 'applied' })
  expect(await at.outcome(odd)).toMatchObject({ state: 'pending' })
  expect((await at.read()).map(({ summary }) => summary).sort()).toEqual(['First', 'From Outlook', 'Odd', 'Third'])
  expect(putOff()).toMatchObject([{ level: 'error', action: '3', code: 'INTERNAL', cause: 'RangeError' }])
})

test('it is tried again with growing pauses, until it is asked for in another way', async () => {
  const odd = await at.upsert(at.meeting({ summary: 'Odd' }))
  await askAsOlderRelease()
  await at.sync()
  await pass(at.fixture, minutes(20), minutes(1))
  expect(putOff().length).toBeGreaterThan(5)
  expect(putOff().length).toBeLessThan(12)
  expect(await at.outcome(odd)).toMatchObject({ state: 'pending' })

  const again = await at.upsert(at.meeting({ summary: 'Mended' }))
  await at.sync()
  expect(subjects()).toEqual(['Mended'])
  expect(await at.outcome(again)).toMatchObject({ state: 'applied' })
  expect(await at.outcome(odd)).toMatchObject({ state: 'superseded' })
})

test('a zone that only another release knows is written in UTC, and stops no reading', async () => {
  await at.upsert(at.meeting())
  await at.sync()
  await at.upsert(at.meeting({ summary: 'Changed' }))
  await askAsOlderRelease('Mars/Base')
  expect(await at.read()).toMatchObject([{ summary: 'Changed' }])
  await at.sync()
  expect([subjects(), putOff()]).toEqual([['Changed'], []])
})
