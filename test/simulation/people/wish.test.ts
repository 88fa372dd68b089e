import { expect, test } from 'vitest'
import { timesAsSeries, type Wish } from './wish.ts'

const wishing = (start: string, end: string, tzid: string): Wish => ({
  ...{ integrator: 'sample', kind: 'upsert', fresh: {}, sent: 1, floor: 0 },
  asking: { method: 'POST', path: '', body: { start: { time: start, tzid }, end: { time: end, tzid } } },
})

test('a series in the hour that comes twice is told as being in the first of the two', () => {
  const wish = wishing('2026-10-31T06:45:03Z', '2026-11-01T06:45:03Z', 'America/New_York')
  expect(timesAsSeries(wish)).toBe('2026-10-31T06:45:03Z - 2026-11-01T05:45:03Z')
})

test('at every other time a series is told as it was asked for', () => {
  const wish = wishing('2026-10-31T06:45:03Z', '2026-11-01T07:45:03Z', 'America/New_York')
  expect(timesAsSeries(wish)).toBe('2026-10-31T06:45:03Z - 2026-11-01T07:45:03Z')
})
