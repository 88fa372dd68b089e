import { expect, test } from 'vitest'
import { editOfSeries, firstOfSeries } from '../../infra/local/flowagent/series.ts'
import { Event } from '../../infra/local/flowagent/wire.ts'

const zoned = (time: string, tzid: string) => ({ time, tzid })
const RULE = { rules: [{ frequency: 'weekly', interval: 1, by_day: ['tuesday'] }] }

const occurrence = (start: string, end: string, tzid: string, isFirst = false) =>
  Event.parse({
    calendar_id: 'cal_1',
    event_uid: `evt_${start}`,
    ...(isFirst ? { event_id: 'fa-1' } : {}),
    series_event_id: 'fa-1',
    summary: 'Stand-up',
    recurrence: RULE,
    start: start.length === 10 ? start : zoned(start, tzid),
    end: end.length === 10 ? end : zoned(end, tzid),
  })

const ZONE = 'Europe/Copenhagen'
const FIRST = occurrence('2026-10-13T10:00:00+02:00', '2026-10-13T10:30:00+02:00', ZONE, true)

test('the first event is the one with the own id of the series, although an exception is earlier', () => {
  const exception = occurrence('2026-10-12T10:00:00+02:00', '2026-10-12T10:30:00+02:00', ZONE)
  expect(firstOfSeries([exception, FIRST], 'fa-1')).toBe(FIRST)
  expect(firstOfSeries([exception, FIRST], 'fa-2')).toBeUndefined()
})

test('a later time of day is the same on the wall clock on the other side of a change to winter time', () => {
  const from = zoned('2026-11-17T10:00:00', ZONE)
  const fields = { start: zoned('2026-11-17T11:30:00', ZONE), end: zoned('2026-11-17T12:30:00', ZONE) }
  const edit = editOfSeries(fields, from, FIRST)
  expect(edit.fields).toMatchObject({
    start: zoned('2026-10-13T11:30:00', ZONE),
    end: zoned('2026-10-13T12:30:00', ZONE),
    title: 'Stand-up',
  })
  expect(edit.recurrence).toEqual(RULE)
})

test('a series that was planned in another zone moves on the wall clock of that zone', () => {
  const zone = 'America/New_York'
  const first = occurrence('2026-10-27T09:00:00-04:00', '2026-10-27T10:00:00-04:00', zone, true)
  const [start, end] = [zoned('2026-11-17T16:00:00', ZONE), zoned('2026-11-17T17:00:00', ZONE)]
  const { fields } = editOfSeries({ start, end, zone }, zoned('2026-11-17T15:00:00', ZONE), first)
  expect(fields).toMatchObject({ start: zoned('2026-10-27T10:00:00', zone), end: zoned('2026-10-27T11:00:00', zone) })
})

test('a series moved by two days begins two days later, and its rule is not repeated', () => {
  const fields = { start: zoned('2026-11-19T10:00:00', ZONE), end: zoned('2026-11-19T10:30:00', ZONE) }
  const edit = editOfSeries(fields, zoned('2026-11-17T10:00:00', ZONE), FIRST)
  expect(edit.fields.start).toEqual(zoned('2026-10-15T10:00:00', ZONE))
  expect(edit.recurrence).toBeUndefined()
})

test('what was not edited stays as the first event says it, whatever the edited one says', () => {
  const edit = editOfSeries({ place: 'Valby' }, zoned('2026-11-17T15:00:00', ZONE), FIRST)
  expect(edit.fields).toEqual({
    place: 'Valby',
    title: 'Stand-up',
    start: zoned('2026-10-13T10:00:00', ZONE),
    end: zoned('2026-10-13T10:30:00', ZONE),
  })
})

test('an all-day series keeps its days over a change to summer time', () => {
  const first = occurrence('2026-10-24', '2026-10-25', ZONE, true)
  const { fields } = editOfSeries({ start: '2026-11-07', end: '2026-11-09' }, '2026-11-07', first)
  expect(fields).toMatchObject({ start: '2026-10-24', end: '2026-10-26' })
})
