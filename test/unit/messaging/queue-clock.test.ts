import { beforeEach, expect, test } from 'vitest'
import { type Clock, type EpochMs, epochMs, later, minutes, seconds } from '../../../shared/core/time.ts'
import { createQueueClock, type QueueClock } from '../../../shared/messaging/queue-clock.ts'

let now: EpochMs
let queue: QueueClock
const clock: Clock = { now: () => now, sleep: () => Promise.reject(new Error('nobody waits')) }

const pass = (ms: number) => {
  now = epochMs(now + ms)
}
/** A message that was stored `wait` ago, by a clock that is `ahead` of ours. */
const take = (wait: number, ahead = 0) => queue.taken(epochMs(now - wait + ahead))

beforeEach(() => {
  now = epochMs(1_000_000_000)
  queue = createQueueClock(clock)
})

test('before a message has told anything, the queue may show any time', () => {
  expect(queue.earliest()).toBe(Number.NEGATIVE_INFINITY)
  expect(queue.lasting(seconds(2))).toBe(2_000)
})

test('the message that has waited least tells most', () => {
  for (const wait of [900, 20, 300]) take(wait)
  expect(queue.earliest()).toBe(now - 20)
  expect(queue.lasting(seconds(2))).toBe(2_000)
})

test('a queue that is ahead shows more than we do', () => {
  take(20, 60_000)
  expect(queue.earliest()).toBe(later(now, seconds(59.98)))
  expect(queue.lasting(seconds(2))).toBe(61_980)
})

test.each([
  { what: 'many', pauses: Array(9).fill(minutes(1)), last: minutes(1) },
  { what: 'few', pauses: [minutes(9.9)], last: minutes(0.1) },
])('what a clock has told that was put right is forgotten within ten minutes, where messages are $what', (given) => {
  take(20, 60_000)
  for (const pause of given.pauses) {
    pass(pause)
    take(20)
  }
  expect(queue.earliest()).toBeGreaterThan(now)
  pass(given.last)
  take(20)
  expect(queue.earliest()).toBe(now - 20)
})

test('after a long silence only what is said then counts', () => {
  take(20, 60_000)
  pass(minutes(30))
  take(500)
  expect(queue.earliest()).toBe(now - 500)
})
