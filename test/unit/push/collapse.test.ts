import { describe, expect, test } from 'vitest'
import { epochMs } from '../../../shared/core/time.ts'
import { collapse } from '../../../shared/push/collapse.ts'
import { action, target, upsert } from '../../support/push.ts'

const NOW = epochMs(1_000_000)
const other = { ...target, agreement: 'other' }
const remove = (number: number) => action(number, { kind: 'delete', target })
const respond = (number: number) => action(number, { kind: 'respond', target, response: 'accepted' })
const deleteAll = (number: number) => action(number, { kind: 'delete-all' })
const numbers = (pending: Parameters<typeof collapse>[0]) =>
  collapse(pending, NOW).works.map(({ actions }) => actions.map(({ number }) => number))

describe('pending actions', () => {
  test.each([
    { name: 'upserts of one event are one step', pending: [upsert(1, {}), upsert(2, {})], works: [[1, 2]] },
    { name: 'a deletion takes upserts with it', pending: [upsert(1, {}), remove(2)], works: [[1, 2]] },
    { name: 'what follows a deletion waits', pending: [remove(1), upsert(2, {})], works: [[1]] },
    { name: 'what follows what waits, waits too', pending: [remove(1), upsert(2, {}), remove(3)], works: [[1]] },
    { name: 'an answer is a step of its own', pending: [upsert(1, {}), respond(2), upsert(3, {})], works: [[1]] },
    {
      name: 'events go in the order of their first action',
      pending: [upsert(1, {}), action(2, { kind: 'upsert', target: other, wanted: {} }), upsert(3, {})],
      works: [[1, 3], [2]],
    },
    {
      name: 'what comes after a deletion of everything waits',
      pending: [upsert(1, {}), deleteAll(2), upsert(3, {})],
      works: [],
    },
  ])('$name', ({ pending, works }) => {
    expect(numbers(pending)).toEqual(works)
  })

  test('a deletion of everything takes the place of what its integrator wanted before', () => {
    const [sweep] = collapse([upsert(1, {}), deleteAll(2), upsert(3, {})], NOW).sweeps
    expect(sweep?.action.number).toBe(2)
    expect(sweep?.replaced.map(({ number }) => number)).toEqual([1])
  })

  test('what failed lately waits for its time, and says when that is', () => {
    const late = upsert(1, {}, { notBefore: epochMs(NOW + 5_000) })
    expect(collapse([late], NOW)).toMatchObject({
      works: [],
      waiting: [{ last: late }],
      sweeps: [],
      notBefore: NOW + 5_000,
    })
    expect(collapse([late], epochMs(NOW + 5_000)).works).toHaveLength(1)
  })

  test('a new wish for an event does not wait for one that failed', () => {
    const late = upsert(1, {}, { notBefore: epochMs(NOW + 5_000) })
    expect(numbers([late, upsert(2, {})])).toEqual([[1, 2]])
  })

  test('a deletion of everything holds up nobody else', () => {
    const theirs = action(3, { kind: 'upsert', target: other, wanted: {} }, { integrator: 'planner' })
    expect(numbers([deleteAll(1), upsert(2, {}), theirs])).toEqual([[3]])
  })
})
