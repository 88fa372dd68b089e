import { describe, expect, test } from 'vitest'
import { type EpochMs, epochMs } from '../../../shared/core/time.ts'
import type { Action } from '../../../shared/push/action.ts'
import { askedBy, collapse } from '../../../shared/push/collapse.ts'
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

  test('a deletion of everything that is asked for again waits for the first', () => {
    const { sweeps } = collapse([upsert(1, {}), deleteAll(2), upsert(3, {}), deleteAll(4)], NOW)
    expect(sweeps.map(({ action: { number }, replaced }) => [number, replaced.length])).toEqual([[2, 1]])
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

  test('what follows a step of its own, or a deletion of everything, stands behind it', () => {
    const behind = (...pending: readonly Action[]) =>
      collapse(pending, NOW).behind.map(({ actions }) => actions.map(({ number }) => number))
    expect(behind(remove(1), upsert(2, {}), upsert(3, {}), respond(4))).toEqual([[2, 3], [4]])
    expect(behind(upsert(1, {}), deleteAll(2), upsert(3, {}), deleteAll(4))).toEqual([[3]])
    expect(behind(upsert(1, {}), remove(2))).toEqual([])
  })

  test('what cannot be said any more is left out', () => {
    expect(numbers([upsert(1, {}, { request: undefined }), upsert(2, {})])).toEqual([[2]])
  })

  test('nothing joins an answer but another answer', () => {
    expect(numbers([respond(1), respond(2), remove(3)])).toEqual([[1, 2]])
    expect(numbers([respond(1), upsert(2, {})])).toEqual([[1]])
    expect(numbers([respond(1), remove(2)])).toEqual([[1]])
  })
})

describe('a deletion of everything takes the place of', () => {
  const elsewhere = { ...target, agreement: 'elsewhere', calendar: 'other' }
  const external = { agreement: 'external', calendar: 'calendar', providerId: 'provider-1' }
  const wishFor = (number: number, about: typeof external | typeof elsewhere, integrator = 'sample') =>
    action(number, { kind: 'upsert', target: about, wanted: {} }, { integrator })
  const replaced = (pending: readonly Action[], calendars?: readonly string[]) => {
    const { sweeps, works } = collapse([...pending, action(9, { kind: 'delete-all', calendars })], NOW)
    const all = (actions: readonly Action[]) => actions.map(({ number }) => number)
    return [sweeps.flatMap((sweep) => all(sweep.replaced)), works.flatMap(({ actions }) => all(actions))]
  }

  test('wishes for its integrator’s managed events', () => {
    expect(replaced([upsert(1, {}), remove(2)])).toEqual([[1, 2], []])
    expect(replaced([wishFor(1, elsewhere), upsert(2, {})])).toEqual([[1, 2], []])
    expect(replaced([remove(1), upsert(2, {}), remove(3)])).toEqual([[1, 2, 3], []])
  })

  test('and not those of another integrator, or for events that others made', () => {
    expect(replaced([wishFor(1, elsewhere, 'planner'), wishFor(2, external)])).toEqual([[], [1, 2]])
  })

  test('and in its calendars only, where it names some', () => {
    expect(replaced([upsert(1, {}), wishFor(2, elsewhere)], ['other'])).toEqual([[2], [1]])
    expect(replaced([upsert(1, {}), wishFor(2, elsewhere)], [])).toEqual([[], [1, 2]])
    const moved = wishFor(2, { ...elsewhere, agreement: target.agreement })
    expect(replaced([upsert(1, {}), moved], ['other'])).toEqual([[], [1, 2]])
  })
})

describe('people in great number', () => {
  const inviting = (number: number, from: number, count = 300, about = target) => {
    const invite = Array.from({ length: count }, (_, index) => ({ email: `p${from + index}@x.example` }))
    return action(number, { kind: 'upsert', target: about, wanted: { attendees: { invite, remove: [] } } })
  }
  const crowding = (...pending: readonly Action[]) => {
    const { works, behind, crowding: refused } = collapse(pending, NOW)
    const all = (actions: readonly Action[]) => actions.map(({ number }) => number)
    return [[...works, ...behind].map(({ actions }) => all(actions)), all(refused)]
  }

  test('are named by one step only as far as one request could name them', () => {
    expect(crowding(inviting(1, 0), inviting(2, 300), upsert(3, {}), inviting(4, 300, 200))).toEqual([[[1, 3, 4]], [2]])
    expect(crowding(inviting(1, 0), inviting(2, 100))).toEqual([[[1, 2]], []])
  })

  test('are named by each step anew, and by each event', () => {
    expect(crowding(inviting(1, 0), respond(2), inviting(3, 300))).toEqual([[[1], [2], [3]], []])
    expect(crowding(inviting(1, 0), inviting(2, 300, 300, other))).toEqual([[[1], [2]], []])
    expect(crowding(inviting(1, 0), deleteAll(2), inviting(3, 300), inviting(4, 600))).toEqual([[[3], [4]], []])
  })

  test('are for Microsoft to judge where one request alone names them', () => {
    expect(crowding(inviting(1, 0, 501))).toEqual([[[1]], []])
  })
})

describe('what has to wait', () => {
  const [soon, late] = [epochMs(NOW + 5_000), epochMs(NOW + 9_000)]
  const failed = (number: number, notBefore: EpochMs, about = target) =>
    action(number, { kind: 'upsert', target: about, wanted: {} }, { notBefore })
  const agenda = (...pending: readonly Action[]) => {
    const { works, waiting, sweeps, notBefore } = collapse(pending, NOW)
    return [works.length, waiting.length, sweeps.length, notBefore]
  }

  test('is told apart from what can be done, with the first time of all', () => {
    expect(agenda(failed(1, late), failed(2, soon, other))).toEqual([0, 2, 0, soon])
    expect(agenda(failed(1, late), upsert(2, {}), failed(3, soon, other))).toEqual([1, 1, 0, soon])
    expect(agenda(failed(1, NOW))).toEqual([1, 0, 0, undefined])
    expect(agenda(upsert(1, {}))).toEqual([1, 0, 0, undefined])
  })

  test('may be a deletion of everything', () => {
    expect(agenda({ ...deleteAll(1), notBefore: soon })).toEqual([0, 0, 0, soon])
    expect(agenda({ ...deleteAll(1), notBefore: NOW })).toEqual([0, 0, 1, undefined])
  })
})

test('each field was asked for by the last upsert that names it', () => {
  const actions = [upsert(1, { summary: 'a', location: null }), upsert(2, { summary: 'b' }), remove(3)]
  expect(askedBy({ target, last: actions[2] as Action, actions })).toEqual({ summary: 2, location: 1 })
  expect(askedBy({ target, last: remove(3), actions: [upsert(1, {}, { request: undefined }), deleteAll(3)] })).toEqual(
    {},
  )
})
