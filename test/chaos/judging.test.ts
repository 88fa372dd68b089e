import { describe, expect, test } from 'vitest'
import { createDice } from '../simulation/dice.ts'
import { livesOf, type Sample } from './gauge.ts'
import { createLedger, differences, faultsOf, type Shown } from './ledger.ts'
import { planTroubles } from './plan.ts'
import { errorIn } from './watch.ts'

const shown = (title: string, startAt = 9): Shown => ({ title, startAt, endAt: startAt + 1 })

/** What was asked for: one event that is there, one that was deleted, and one that both sides have changed. */
function asked() {
  const ledger = createLedger()
  ledger.want('O0-1', { person: 0, titles: ['O0-1 r3'], startAt: 9, isGone: false })
  ledger.want('O0-2', { person: 0, titles: ['O0-2 r0'], startAt: 9, isGone: true })
  ledger.want('I0-1', { person: 0, titles: ['I0-1 r0', 'I0-1 Outlook4'], startAt: 9, isGone: false })
  return ledger
}

const RIGHT = [shown('O0-1 r3'), shown('I0-1 Outlook4')]

describe('a calendar', () => {
  test('that is as was asked for has no faults', () => {
    expect(faultsOf(asked(), 0, RIGHT)).toEqual([])
  })

  test.each<[string, readonly Shown[]]>([
    ['lacks an event', RIGHT.slice(1)],
    ['has one twice', [...RIGHT, shown('O0-1 r3')]],
    ['has a deleted one', [...RIGHT, shown('O0-2 r0')]],
    ['has an older title', [shown('O0-1 r2'), shown('I0-1 r0')]],
    ['has another time', [shown('O0-1 r3', 10), shown('I0-1 r0')]],
    ['has what nobody asked for', [...RIGHT, shown('O0-3 r0')]],
  ])('that %s has one fault', (_, calendar) => {
    expect(faultsOf(asked(), 0, calendar)).toHaveLength(1)
  })

  test('differs from another in what only one of them shows, counted', () => {
    expect(differences(RIGHT, RIGHT, ['A', 'B'])).toEqual([])
    expect(differences([...RIGHT, shown('O0-1 r3')], RIGHT, ['A', 'B'])).toEqual(['only in A: O0-1 r3 | 9 | 10'])
  })
})

test('a seed plans the same troubles each time, and another seed other ones', () => {
  const plan = (seed: number) => planTroubles(createDice(seed), 600_000)
  expect(plan(7)).toEqual(plan(7))
  expect(plan(7)).not.toEqual(plan(8))
})

test('every kind of trouble meets somebody within ten minutes, and the host lives on in the end', () => {
  const plan = planTroubles(createDice(1), 600_000)
  const kinds = new Set(plan.map(({ kind }) => kind))
  expect([...kinds].sort()).toEqual(['cut', 'cut-answers', 'freeze', 'garble', 'half-close', 'kill', 'weather'])
  const late = plan.filter((one) => 'process' in one && one.process === 'host' && one.atMs > 360_000)
  expect(late).toEqual([])
})

test('a process that opens a handle every two seconds and never closes one is seen', () => {
  const samples = Array.from({ length: 100 }, (_, index): Sample => {
    return { at: index * 2, pid: 1, megabytes: 200 + (index % 3), sockets: 10, handles: 40 + index }
  })
  const [life] = livesOf(samples)
  expect(life?.handlesPerMinute).toBeCloseTo(30)
  expect(Math.abs(life?.megabytesPerMinute ?? 99)).toBeLessThan(0.5)
})

test('a line that is no line of ours is an error, and so is one that says so', () => {
  expect(errorIn('{"level":"info","event":"notified"}')).toBeUndefined()
  expect(errorIn('{"level":"error","event":"request-failed","code":"BUG"}')).toBe('request-failed BUG')
  expect(errorIn('TypeError: fetch failed')).toContain('no line of ours')
})
