import { expect, test } from 'vitest'
import { epochMs } from '../../../shared/core/time.ts'
import { inFours } from '../../../shared/push/in-fours.ts'
import type { Calling } from '../../../shared/push/run-tasks.ts'
import { begin } from '../../../shared/push/task.ts'
import { agreement, current, place, target, upsert } from '../../support/push.ts'

interface Asked {
  readonly key: string
  readonly tries?: number
  readonly providerId?: string
  /** Whether the event itself is known, and as an occurrence of which series. */
  readonly known?: boolean
  readonly series?: string
}

function calling({ key, tries = 0, providerId, known = true, series }: Asked): Calling {
  const last = upsert(2, { summary: 'Ours' }, { tries })
  const cached =
    known && providerId ? { ...current({}, { providerId, seriesProviderId: series }), calendar: 'c' } : undefined
  const task = begin({ target, last, actions: [last] }, agreement({ key, providerId }), place, cached, epochMs(0))
  return { kind: 'call', task, call: { kind: 'read', providerId: key } }
}

const fours = (asked: readonly Asked[]) =>
  inFours(asked.map(calling)).map((four) => four.map(({ task }) => task.agreement.key).join(''))

const letters = (text: string): Asked[] => [...text].map((key) => ({ key }))

test('calls go four at a time, in their order', () => {
  expect(fours([])).toEqual([])
  expect(fours(letters('abcd'))).toEqual(['abcd'])
  expect(fours(letters('abcdefghi'))).toEqual(['abcd', 'efgh', 'i'])
})

test('what has failed before goes alone, after the others, and what failed more often goes later', () => {
  expect(fours([{ key: 'x', tries: 2 }, { key: 'y', tries: 1 }, ...letters('ab')])).toEqual(['ab', 'y', 'x'])
  expect(
    fours([
      { key: 'x', tries: 1 },
      { key: 'y', tries: 1 },
    ]),
  ).toEqual(['x', 'y'])
})

test('a series and its occurrences do not go together', () => {
  const [series, other] = [{ key: 's', providerId: 'S' }, { key: 'o' }]
  const monday = { key: 'm', providerId: 'M', series: 'S' }
  expect(fours([series, monday, other])).toEqual(['s', 'mo'])
  expect(fours([monday, { key: 't', providerId: 'T', series: 'S' }])).toEqual(['m', 't'])
  expect(fours([{ ...series, known: false }, monday])).toEqual(['s', 'm'])
  expect(fours([other, series, monday])).toEqual(['os', 'm'])
  expect(fours([{ key: 'k' }, { key: 'k', providerId: 'K' }])).toEqual(['kk'])
})
