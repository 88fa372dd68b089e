import { expect, test } from 'vitest'
import { epochMs } from '../../../shared/core/time.ts'
import type { Action } from '../../../shared/push/action.ts'
import { inTurn } from '../../../shared/push/rivals.ts'
import { begin, type Task } from '../../../shared/push/task.ts'
import type { Wanted } from '../../../shared/push/wanted.ts'
import { agreement, current, place, target, times, upsert } from '../../support/push.ts'

/** What one integrator asks of the event `provider-1`, by the numbers of its actions. */
function task(integrator: string, wanted: Readonly<Record<number, Wanted>>, providerId = 'provider-1'): Task {
  const actions = Object.entries(wanted).map(([number, one]) => upsert(Number(number), one))
  const base = agreement({ key: integrator, integrator, providerId })
  const cached = { ...current(), calendar: 'calendar' }
  return begin({ target, last: actions.at(-1) as Action, actions }, base, place, cached, epochMs(0))
}

const turn = (tasks: readonly Task[], waiting: readonly Task[] = []) =>
  inTurn(tasks, waiting).map(({ agreement: { key }, rivals }) => [key, rivals])

const [title, location] = [{ summary: 'One' }, { location: { description: 'Room 1' } }]

test('the later wish goes first', () => {
  const [early, late] = [task('early', { 2: title }), task('late', { 3: { summary: 'Two' } })]
  expect(turn([early, late])).toEqual([['late', [2]]])
})

test('the earlier wish waits for a later one that is not to be tried yet', () => {
  expect(turn([task('early', { 2: title })], [task('late', { 3: { summary: 'Two' } })])).toEqual([])
})

test('wishes for other fields, and for other events, go together', () => {
  const tasks = [task('a', { 2: title }), task('b', { 3: location }), task('c', { 4: title }, 'provider-2')]
  expect(turn(tasks)).toEqual([
    ['a', []],
    ['b', []],
    ['c', []],
  ])
})

test('what is only repeated later counts from when it was asked for first', () => {
  const [repeating, other] = [task('repeating', { 2: title, 4: title }), task('other', { 3: { summary: 'Two' } })]
  expect(turn([repeating, other])).toEqual([['other', [2, 4]]])
})

test('of two that beat each other the one with the latest wish goes first', () => {
  const one = task('one', { 2: title, 5: location })
  const other = task('other', { 3: { summary: 'Two' }, 4: { location: { description: 'Room 2' } } })
  expect(turn([one, other])).toEqual([['one', [3, 4]]])
})

test('three that wait for each other in a circle wait for nobody', () => {
  const a = task('a', { 2: { summary: 'A' }, 7: { times: times(5) } })
  const b = task('b', { 3: { summary: 'B' }, 4: { location: { description: 'B' } } })
  const c = task('c', { 5: { location: { description: 'C' } }, 6: { times: times(6) } })
  expect(turn([a, b, c])).toHaveLength(3)
})
