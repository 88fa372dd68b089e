import { describe, expect, test } from 'vitest'
import { epochMs } from '../../../shared/core/time.ts'
import type { Action } from '../../../shared/push/action.ts'
import { inTurn, outdoneBy } from '../../../shared/push/rivals.ts'
import { begin, type Task } from '../../../shared/push/task.ts'
import type { Wanted } from '../../../shared/push/wanted.ts'
import { action, agreement, current, place, target, times, upsert } from '../../support/push.ts'

/** What one integrator asks of the event `provider-1`, by the numbers of its actions. */
function task(integrator: string, wanted: Readonly<Record<number, Wanted>>, providerId = 'provider-1'): Task {
  const actions = Object.entries(wanted).map(([number, one]) => upsert(Number(number), one))
  const base = agreement({ key: integrator, integrator, providerId })
  const cached = { ...current(), calendar: 'calendar' }
  return begin({ target, last: actions.at(-1) as Action, actions }, base, place, cached, epochMs(0))
}

const turn = (tasks: readonly Task[], waiting: readonly Task[] = [], behind: readonly Task[] = []) =>
  inTurn(tasks, waiting, behind).map(({ agreement: { key }, rivals }) => [key, rivals])

const NOW = epochMs(1_000)
const [title, location] = [{ summary: 'One' }, { location: { description: 'Room 1' } }]

test('the later wish goes first', () => {
  const [early, late] = [task('early', { 2: title }), task('late', { 3: { summary: 'Two' } })]
  expect(turn([early, late])).toEqual([['late', [2]]])
})

test('the earlier wish waits for a later one that is not to be tried yet', () => {
  expect(turn([task('early', { 2: title })], [task('late', { 3: { summary: 'Two' } })])).toEqual([])
})

test('the earlier wish waits for one that follows a step before it, and is outdone from there', () => {
  const [early, late] = [task('early', { 2: title }), task('late', { 3: { summary: 'Two' } })]
  const apart = task('apart', { 4: title }, 'provider-2')
  expect(turn([early, apart], [], [late])).toEqual([['apart', []]])
  expect(turn([late], [], [early])).toEqual([['late', [2]]])
})

test('wishes for other fields, and for other events, go together', () => {
  const tasks = [task('a', { 2: title }), task('b', { 3: location }), task('c', { 4: title }, 'provider-2')]
  expect(turn(tasks)).toEqual([
    ['a', []],
    ['b', []],
    ['c', []],
  ])
})

const deletion = (number: number, actions: readonly Action[] = []): Task => {
  const { work, ...one } = task('remover', { [number]: {} })
  const last = action(number, { kind: 'delete', target })
  return { ...one, work: { ...work, last, actions: [...actions, last] } }
}

test('a deletion goes before what others have asked for earlier, guests alone among it, and waits for nobody', () => {
  const guests = { attendees: { invite: [{ email: 'a@b.example' }], remove: [] } }
  for (const wanted of [title, guests]) {
    const editor = task('editor', { 2: wanted, 5: location })
    expect(turn([editor, deletion(3)])).toEqual([['remover', [2]]])
    expect(turn([editor], [deletion(3)])).toEqual([])
    expect(turn([deletion(3)], [editor])).toEqual([['remover', [2]]])
  }
  const others = [task('editor', { 4: title }), task('editor', { 2: title }, 'provider-2')]
  for (const free of others)
    expect(turn([free, deletion(3)])).toEqual([
      ['editor', []],
      ['remover', []],
    ])
})

test('two that delete one event go together: neither takes anything from the other', () => {
  const deletionBy = (integrator: string, number: number): Task => {
    const one = deletion(number)
    return { ...one, agreement: { ...one.agreement, key: integrator } }
  }
  expect(turn([deletionBy('a', 2), deletionBy('b', 5)])).toEqual([
    ['a', []],
    ['b', []],
  ])
})

test('a deletion that is asked for again behind it is in no circle with what lies between', () => {
  const between = task('between', { 4: title })
  const again = { ...task('remover', { 5: { summary: 'Two' } }) }
  expect(turn([between, deletion(3, [upsert(1, title)])], [], [again])).toEqual([['remover', []]])
  expect(turn([between], [], [])).toEqual([['between', []]])
})

test('a circle is broken for its event, whatever waits elsewhere', () => {
  const first = task('first', { 1: title })
  const behind = { ...task('first', { 6: { summary: 'Six' } }) }
  const other = task('other', { 3: { summary: 'Two' } })
  const elsewhere = task('elsewhere', { 2: title }, 'provider-2')
  expect(turn([first, other], [elsewhere], [behind]).map(([key]) => key)).toEqual(['first', 'other'])
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

test('the one that knows where its event is beats nobody but others of that event', () => {
  const nowhere = task('nowhere', { 3: { summary: 'Two' } }, '')
  const unknown = { ...nowhere, agreement: { ...nowhere.agreement, providerId: undefined } }
  const later = task('also', { 4: title })
  const also = { ...later, agreement: { ...later.agreement, providerId: undefined } }
  expect(turn([unknown, also]).map(([key]) => key)).toEqual(['nowhere', 'also'])
  const [same, again] = [task('same', { 2: title }), task('same', { 3: { summary: 'Two' } })]
  expect(turn([same, again]).map(([key]) => key)).toEqual(['same', 'same'])
})

describe('what an earlier action has lost', () => {
  const winner = task('late', { 5: { summary: 'Two', location: { description: 'Room 1' } } })
  const lost = (action: Action) => {
    const { request } = outdoneBy(winner, action, NOW)
    return request?.kind === 'upsert' ? request.outdone : undefined
  }

  test('is each field it asks for that was asked for later', () => {
    expect(lost(upsert(2, { summary: 'One', description: { format: 'text', content: 'x' } }))).toEqual({ summary: 5 })
    expect(lost(upsert(5, { summary: 'One' }))).toEqual({})
    expect(lost(upsert(6, { summary: 'One' }))).toEqual({})
  })

  test('is added to what it had lost before', () => {
    const request = { kind: 'upsert' as const, target, wanted: { summary: 'One' }, outdone: { location: 4 } }
    expect(lost(action(2, request))).toEqual({ location: 4, summary: 5 })
  })

  test('is nothing of a deletion', () => {
    const removal = action(2, { kind: 'delete', target })
    expect(outdoneBy(winner, removal, NOW)).toBe(removal)
    const done = upsert(2, {}, { request: undefined })
    expect(outdoneBy(winner, done, NOW)).toBe(done)
  })

  test('is everything where its event was deleted: the deletion has taken its place', () => {
    expect(outdoneBy(deletion(5), upsert(2, title), NOW)).toMatchObject({ state: 'superseded', supersededBy: 5 })
    expect(outdoneBy(deletion(5), upsert(2, title), NOW).request).toBeUndefined()
  })
})
