import { describe, expect, test } from 'vitest'
import { createDice } from '../support/dice.ts'
import { livesOf, type Sample } from './gauge.ts'
import { createLedger, differences, faultsOf, type Shown } from './ledger.ts'
import { LONG_RUN, PROCESSES, planTroubles, SECURED } from './plan.ts'
import type { ChaosResult } from './run.ts'
import { growthProblems, problemsOf } from './verdict.ts'
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

const seeds = Array.from({ length: 200 }, (_, index) => index)

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

test('within ten minutes each process is killed, and each secured link garbled and cut, with any seed', () => {
  const everything = [
    ...PROCESSES.map((name) => `kill ${name}`),
    ...SECURED.flatMap((name) => [`garble ${name}`, `cut ${name}`]),
  ]
  for (const seed of seeds) {
    const plan = planTroubles(createDice(seed), LONG_RUN)
    const done = plan.map((one) => `${one.kind} ${'process' in one ? one.process : one.link}`)
    expect(done).toEqual(expect.arrayContaining(everything))
  }
})

/** A host with the noise of collections and connections, that gains so much a minute. */
function lifeWith(gain: { live?: number; handles?: number }, seed: number, seconds = 240) {
  const dice = createDice(seed)
  let wave = 0
  const samples = Array.from({ length: seconds / 3 }, (_, index): Sample => {
    const [at, minute] = [index * 3, (index * 3) / 60]
    wave = 0.7 * wave + dice.fraction() - 0.5
    const live = 115 + wave + (gain.live ?? 0) * minute - 20 * Math.exp(-minute * 3)
    const handles = Math.round(40 + 40 * dice.fraction() ** 3 + (gain.handles ?? 0) * minute)
    return { at, pid: 1, live, resident: 240 + 5 * dice.fraction(), handles }
  })
  const [life] = livesOf(samples)
  if (life === undefined) throw new Error('the life was too short')
  return life
}

const problemsIn = (gain: { live?: number; handles?: number }, seed: number) => growthProblems(lifeWith(gain, seed))

test.each<[string, { live?: number; handles?: number }]>([
  ['two megabytes and a half a minute', { live: 2.5 }],
  ['a handle every two seconds', { handles: 30 }],
])('a host that gains %s is seen within four minutes', (_, gain) => {
  for (const seed of seeds) expect(problemsIn(gain, seed)).toHaveLength(1)
})

test('a host that gains nothing is never taken for one that does', () => {
  for (const seed of seeds) expect(problemsIn({}, seed)).toEqual([])
})

const counted = (...names: readonly string[]) => new Map(names.map((name) => [name, 3]))
const MET = { connections: 9, cut: 1, halfClosed: 0, garbled: 1, refused: 0 }
const LINKS = { tables: MET, broker: MET, graph: MET }
const KILLED = ['host killed', 'broker killed', 'tables killed']

/** A run of ten minutes in which everything came out right. */
const WELL: ChaosResult = {
  ...{ durationMs: 600_000, settled: { faults: [], tookSeconds: 1, aheadSeconds: 0 }, restless: [], audit: [] },
  ...{ errors: counted('request-failed QUEUE_UNAVAILABLE'), edits: counted('Outlook', 'integrator', 'FlowAgent') },
  ...{ processes: counted(...KILLED, 'host frozen'), links: LINKS, lives: [lifeWith({}, 1)] },
  ...{ left: 3, failures: [], deadLetters: 0 },
}

test.each<[string, Partial<ChaosResult>]>([
  ['a calendar was set aside', { errors: new Map([['calendar-set-aside MICROSOFT_UNREACHABLE', 1]]) }],
  ['connections stay open', { left: 4 }],
  ['the host grew', { lives: [lifeWith({ live: 5 }, 1)] }],
  ['a host of two hours grew a little', { lives: [lifeWith({ live: 0.1 }, 1, 7_200)] }],
  ['no host lived long enough', { lives: [lifeWith({}, 1, 180)] }],
  ['a message was given up', { deadLetters: 1 }],
  ['the host was never killed', { processes: counted(...KILLED.slice(1), 'host frozen') }],
  ['the broker was never killed', { processes: counted('host killed', 'tables killed') }],
  ['the tables were never killed', { processes: counted('host killed', 'broker killed') }],
  ['nobody edited in Outlook', { edits: counted("Outlook, on the integrator's", 'integrator', 'FlowAgent') }],
  ['no integrator edited', { edits: counted('Outlook', 'FlowAgent') }],
  ['nobody edited in FlowAgent', { edits: counted('Outlook', 'integrator') }],
  ['nothing was garbled on a link', { links: { ...LINKS, graph: { ...MET, garbled: 0 } } }],
  ['nothing was cut on a link', { links: { ...LINKS, broker: { ...MET, cut: 0 } } }],
])('a run is right, and not when %s', (_, change) => {
  expect(problemsOf(WELL)).toEqual([])
  expect(problemsOf({ ...WELL, ...change })).toHaveLength(1)
})

test('a run of a minute need not have met everything', () => {
  const nothing = { edits: new Map(), processes: new Map(), links: {} }
  expect(problemsOf({ ...WELL, ...nothing, durationMs: 60_000 })).toEqual([])
  expect(problemsOf({ ...WELL, ...nothing })).toHaveLength(12)
})

test('a line that is no line of ours is an error, and so is one that says so', () => {
  expect(errorIn('{"level":"info","event":"notified"}')).toBeUndefined()
  expect(errorIn('{"level":"error","event":"request-failed","code":"BUG"}')).toBe('request-failed BUG')
  expect(errorIn('TypeError: fetch failed')).toContain('no line of ours')
})
