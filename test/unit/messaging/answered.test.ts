import { beforeEach, describe, expect, test } from 'vitest'
import { type Clock, type EpochMs, epochMs, later, seconds } from '../../../shared/core/time.ts'
import { type Answered, createAnswered } from '../../../shared/messaging/answered.ts'
import type { WakeUp } from '../../../shared/messaging/wake-up.ts'

const account = `acc_${'a'.repeat(22)}`
const notified = (calendar?: string): WakeUp => ({ account, reason: 'notified', calendar })
const asked: WakeUp = { account, reason: 'asked' }

let now: EpochMs
let answered: Answered
const clock: Clock = { now: () => now, sleep: () => Promise.reject(new Error('nobody waits')) }

const pass = (ms: number) => {
  now = epochMs(now + ms)
}

/** A visit from this moment on, for a message that was stored at `storedAt`. @returns what ends it. */
function visit(wakeUp: WakeUp, storedAt: EpochMs): () => void {
  expect(answered.isAnswered(wakeUp, storedAt)).toBe(false)
  return answered.begin(wakeUp)
}

beforeEach(() => {
  now = epochMs(1_000_000)
  answered = createAnswered(clock)
})

describe.each([
  ['as the instance', 0],
  ['an hour ahead', 3_600_000],
  ['an hour behind', -3_600_000],
])("the queue's clock is %s, and a message takes 20 ms:", (_clocks, ahead) => {
  const queueTime = (at: EpochMs): EpochMs => epochMs(at + ahead)
  /** A visit that begins at this moment, and is done after a second. @returns when it began, by the instance's clock. */
  function visited(wakeUp: WakeUp): EpochMs {
    const began = now
    const done = visit(wakeUp, queueTime(epochMs(now - 20)))
    pass(1000)
    done()
    return began
  }

  test('what was stored before a visit began that is done is answered', () => {
    const began = visited(notified('one'))
    expect(answered.isAnswered(notified('one'), queueTime(epochMs(began - 21)))).toBe(true)
  })

  test.each([0, -20, 500])('what was stored %d ms after the visit began may not be', (after) => {
    const began = visited(notified('one'))
    expect(answered.isAnswered(notified('one'), queueTime(epochMs(began + after)))).toBe(false)
  })
})

test('while a visit has more to do, nothing is answered', () => {
  const stored = now
  pass(50)
  visit(notified('one'), epochMs(now - 1))
  expect(answered.isAnswered(notified('one'), stored)).toBe(false)
})

test('messages that have waited long tell less of the clocks than one that has not', () => {
  const waited = later(now, seconds(-5))
  visit(notified('one'), waited)()
  expect(answered.isAnswered(notified('one'), waited)).toBe(false)
  pass(1000)
  visit(notified('two'), epochMs(now - 10))()
  pass(1000)
  visit(notified('one'), epochMs(now - 10))()
  expect(answered.isAnswered(notified('one'), later(now, seconds(-1)))).toBe(true)
})

describe('a visit that was told of one calendar', () => {
  let before: EpochMs
  beforeEach(() => {
    before = now
    pass(100)
    visit(notified('one'), epochMs(now - 1))()
  })

  test.each<[string, WakeUp, boolean]>([
    ['of that calendar', notified('one'), true],
    ['of another one', notified('two'), false],
    ['of all', notified(), false],
    ['of what an integrator has asked for', asked, true],
    ['of a new consent', { account, reason: 'connected' }, false],
    ['of an erasure', { account, reason: 'erase' }, false],
    ['of a plan', { account, reason: 'due', plannedFor: epochMs(1) }, false],
    ['of another account', { ...notified('one'), account: `acc_${'b'.repeat(22)}` }, false],
  ])('answers what tells %s: %o is %s', (_what, wakeUp, expected) => {
    expect(answered.isAnswered(wakeUp, before)).toBe(expected)
  })

  test('still answers it after one that was told of another', () => {
    pass(100)
    visit(notified('two'), epochMs(now - 1))()
    expect(answered.isAnswered(notified('one'), before)).toBe(true)
  })
})

test('a visit that was told of all calendars answers what tells of one', () => {
  const before = now
  pass(100)
  visit(notified(), epochMs(now - 1))()
  expect(answered.isAnswered(notified('one'), before)).toBe(true)
})

test('a visit for something else answers what integrators have asked for, and no notification', () => {
  const before = now
  pass(100)
  visit({ account, reason: 'due' }, epochMs(now - 1))()
  expect(answered.isAnswered(asked, before)).toBe(true)
  expect(answered.isAnswered(notified('one'), before)).toBe(false)
})

test('of many accounts the ones that were visited long ago are forgotten', () => {
  const before = now
  pass(100)
  visit(asked, epochMs(now - 1))()
  for (let index = 0; index < 4_000; index++) answered.begin({ account: `acc_${index}`, reason: 'asked' })()
  expect(answered.isAnswered(asked, before)).toBe(false)
})
