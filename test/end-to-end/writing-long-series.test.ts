import { expect, test } from 'vitest'
import { occurrenceId } from '../../infra/local/microsoft365/mailbox/ids.ts'
import { startWriting } from '../support/writing.ts'

const WEEKS = 520
const WEEK_MS = 7 * 86_400_000

test('G5: a weekly series of ten years keeps the occurrence that its person has cancelled, and a repeated request writes nothing', async () => {
  const at = await startWriting()
  const dateOf = (week: number) => at.at(1 + 7 * week, '00:00').slice(0, 10)
  const times = { start: '09:00:00', end: '09:15:00' }
  const [start, end] = [times.start, times.end].map((time) => ({
    time: `${dateOf(0)}T${time}`,
    tzid: 'Europe/Copenhagen',
  }))
  const rules = [{ frequency: 'weekly', count: WEEKS }]
  const body = { event_id: 'fa-long', summary: 'Standup', start, end, recurrence: { rules } }
  await at.upsert(body)
  await at.sync()

  const [series] = at.held()
  const id = series?.id ?? ''
  const cancelled = [2, 300].map(dateOf)
  for (const date of cancelled) at.mailbox.remove(occurrenceId(id, date))
  await at.sync()

  const until = at.fixture.clock.now() + (WEEKS + 1) * WEEK_MS
  const inOutlook = () =>
    at.mailbox.instances(id, { from: at.fixture.clock.now(), to: until }).map(({ span }) => span.start.slice(0, 10))
  const kept = Array.from({ length: WEEKS }, (_, week) => dateOf(week)).filter((date) => !cancelled.includes(date))
  const shown = async () => (await at.read()).map((event) => event.start.slice(0, 10))
  const window = await shown()
  expect(inOutlook()).toEqual(kept)
  expect(window).toEqual(kept.slice(0, window.length))
  expect(window.length).toBeGreaterThan(2)

  at.writes()
  const again = await at.upsert(body)
  await at.sync()
  expect(at.writes()).toEqual([])
  expect(await at.outcome(again)).toMatchObject({ state: 'unchanged' })
  expect(inOutlook()).toEqual(kept)
  expect(await shown()).toEqual(window)
})
