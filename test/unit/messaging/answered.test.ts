import { beforeEach, describe, expect, test } from 'vitest'
import {
  type Clock,
  type DurationMs,
  type EpochMs,
  epochMs,
  hours,
  later,
  minutes,
  seconds,
} from '../../../shared/core/time.ts'
import { type Answered, createAnswered } from '../../../shared/messaging/answered.ts'
import { createQueueClock, type QueueClock } from '../../../shared/messaging/queue-clock.ts'
import type { WakeUp } from '../../../shared/messaging/wake-up.ts'

const account = `acc_${'a'.repeat(22)}`
const notified = (calendar?: string): WakeUp => ({ account, reason: 'notified', calendar })
const asked: WakeUp = { account, reason: 'asked' }

let now: EpochMs
let queue: QueueClock
let answered: Answered
const clock: Clock = { now: () => now, sleep: () => Promise.reject(new Error('nobody waits')) }

const pass = (ms: number) => {
  now = epochMs(now + ms)
}

/** What is said of a message that is taken at this moment. */
function isAnswered(wakeUp: WakeUp, storedAt: EpochMs): boolean {
  queue.taken(storedAt)
  return answered.isAnswered(wakeUp, storedAt)
}

/** A visit from this moment on, for a message that was stored at `storedAt`. @returns what ends it with nothing left to do. */
function visit(wakeUp: WakeUp, storedAt: EpochMs): () => void {
  expect(isAnswered(wakeUp, storedAt)).toBe(false)
  return answered.begin(wakeUp).done
}

/** The same, with more to do after a wait. @returns the wake-up that is sent for it. */
function visitAgain(kind: 'again' | 'held', wakeUp: WakeUp, wait: DurationMs): WakeUp {
  const visiting = answered.begin(wakeUp)
  const next = { ...wakeUp, notBefore: later(now, wait) }
  visiting[kind](next)
  return next
}

beforeEach(() => {
  now = epochMs(1_000_000)
  queue = createQueueClock(clock)
  answered = createAnswered(queue)
})

test('whoever asks tells nothing of the clocks', () => {
  answered.isAnswered(asked, now)
  expect(queue.earliest()).toBe(Number.NEGATIVE_INFINITY)
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
    expect(isAnswered(notified('one'), queueTime(epochMs(began - 21)))).toBe(true)
  })

  test.each([0, -20, 500])('what was stored %d ms after the visit began may not be', (after) => {
    const began = visited(notified('one'))
    expect(isAnswered(notified('one'), queueTime(epochMs(began + after)))).toBe(false)
  })
})

test('while a visit has more to do, nothing is answered', () => {
  const stored = now
  pass(50)
  visit(notified('one'), epochMs(now - 1))
  expect(isAnswered(notified('one'), stored)).toBe(false)
})

test('messages that have waited long tell less of the clocks than one that has not', () => {
  const waited = later(now, seconds(-5))
  visit(notified('one'), waited)()
  expect(isAnswered(notified('one'), waited)).toBe(false)
  pass(1000)
  visit(notified('two'), epochMs(now - 10))()
  pass(1000)
  visit(notified('one'), epochMs(now - 10))()
  expect(isAnswered(notified('one'), later(now, seconds(-1)))).toBe(true)
})

describe('when a visit has more to do after a wait', () => {
  const justStored = () => queue.taken(now)
  beforeEach(justStored)

  test('what was stored before it is answered, and what is stored after it is not', () => {
    pass(100)
    visitAgain('again', notified('one'), seconds(30))
    expect(isAnswered(notified('one'), epochMs(now - 1))).toBe(true)
    expect(isAnswered(notified('two'), epochMs(now - 1))).toBe(false)
    for (const wakeUp of [notified('one'), asked]) expect(isAnswered(wakeUp, now)).toBe(false)
  })

  test('what is stored until then is answered too, where nobody can do anything sooner', () => {
    const next = visitAgain('held', notified('one'), seconds(30))
    for (const wait of [0, 29_999]) expect(isAnswered(notified('one'), epochMs(now + wait))).toBe(true)
    expect(isAnswered(asked, now)).toBe(true)
    expect(isAnswered(notified('two'), now)).toBe(false)
    expect(isAnswered(notified('one'), later(now, seconds(30)))).toBe(false)
    expect(isAnswered(next, now)).toBe(false)
  })

  test.each(['again', 'held'] as const)(
    'of two wake-ups for the rest (%s) the first is answered by the second',
    (kind) => {
      const first = visitAgain(kind, notified('one'), seconds(30))
      pass(10_000)
      const second = visitAgain(kind, notified('one'), seconds(30))
      expect([isAnswered(first, now), isAnswered(second, now)]).toEqual([true, false])
    },
  )

  test('of two wake-ups for the rest the one that came second is not answered by a later one that was first', () => {
    const first = visitAgain('again', asked, seconds(30))
    const second = visitAgain('again', asked, seconds(2))
    expect([isAnswered(second, now), isAnswered(first, now)]).toEqual([false, false])
  })

  test('nothing waits any more once a visit is done', () => {
    visitAgain('held', notified('one'), seconds(30))
    pass(100)
    answered.begin(notified('one')).done()
    expect(isAnswered(notified('one'), later(now, seconds(1)))).toBe(false)
  })

  test('what is put off for long is looked at all the same', () => {
    const next = visitAgain('held', notified('one'), minutes(2))
    expect(isAnswered(notified('one'), now)).toBe(false)
    expect(isAnswered(next, now)).toBe(false)
  })
})

describe.each<WakeUp>([
  { account, reason: 'erase' },
  { account, reason: 'connected' },
  { account, reason: 'revoked' },
  { account, reason: 'renew', calendar: 'one' },
  { account, reason: 'resync', askedAt: epochMs(5) },
])('of wake-ups for %o', (wakeUp) => {
  test('one that is delivered twice makes one visit while it is put off, and one when it is done', () => {
    const first = visitAgain('held', wakeUp, seconds(30))
    pass(30_001)
    expect(isAnswered(first, epochMs(now - 1))).toBe(false)
    visitAgain('held', wakeUp, seconds(30))
    expect(isAnswered(first, epochMs(now - 1))).toBe(true)
    pass(30_001)
    answered.begin(wakeUp).done()
    expect(isAnswered(first, epochMs(now - 30_002))).toBe(true)
  })

  test('none is answered by one for something else', () => {
    answered.begin({ account, reason: 'renew', calendar: 'two' }).done()
    answered.begin({ account, reason: 'resync', askedAt: epochMs(6) }).done()
    answered.begin(notified()).done()
    expect(isAnswered(wakeUp, epochMs(now - 1))).toBe(false)
  })
})

describe("where the queue's clock is an hour behind", () => {
  test('a wake-up for the rest comes an hour late, and answers nothing', () => {
    const queueTime = () => later(now, hours(-1))
    queue.taken(queueTime())
    const next = visitAgain('held', asked, seconds(30))
    expect(isAnswered(asked, queueTime())).toBe(false)
    expect(isAnswered({ ...next, notBefore: later(now, seconds(2)) }, queueTime())).toBe(false)
  })
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
    ['of what was left to do', { account, reason: 'continued' }, true],
    ['of a new consent', { account, reason: 'connected' }, false],
    ['of an erasure', { account, reason: 'erase' }, false],
    ['of its subscription', { account, reason: 'renew', calendar: 'one' }, false],
    ['of a plan', { account, reason: 'due', plannedFor: epochMs(1) }, false],
    ['of another account', { ...notified('one'), account: `acc_${'b'.repeat(22)}` }, false],
  ])('answers what tells %s: %o is %s', (_what, wakeUp, expected) => {
    expect(isAnswered(wakeUp, before)).toBe(expected)
  })

  test('still answers it after one that was told of another', () => {
    pass(100)
    visit(notified('two'), epochMs(now - 1))()
    expect(isAnswered(notified('one'), before)).toBe(true)
  })
})

test('a visit that was told of all calendars answers what tells of one', () => {
  const before = now
  pass(100)
  visit(notified(), epochMs(now - 1))()
  expect(isAnswered(notified('one'), before)).toBe(true)
})

test('a visit for something else answers what integrators have asked for, and no notification', () => {
  const before = now
  pass(100)
  visit({ account, reason: 'due' }, epochMs(now - 1))()
  expect(isAnswered(asked, before)).toBe(true)
  expect(isAnswered(notified('one'), before)).toBe(false)
})

test('of many accounts the ones that were visited long ago are forgotten', () => {
  const before = now
  pass(100)
  visit(asked, epochMs(now - 1))()
  for (let index = 0; index < 4_000; index++) answered.begin({ account: `acc_${index}`, reason: 'asked' }).done()
  expect(isAnswered(asked, before)).toBe(false)
})
