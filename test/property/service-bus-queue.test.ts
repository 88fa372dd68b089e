import fc from 'fast-check'
import { expect, test } from 'vitest'
import { QueueSettings } from '../../infra/local/service-bus/definitions.ts'
import { createAgenda } from '../../infra/local/service-bus/model/agenda.ts'
import type { Delivery, SessionReceiver } from '../../infra/local/service-bus/model/lane.ts'
import type { Outcome, Submission } from '../../infra/local/service-bus/model/message.ts'
import { createQueuePair } from '../../infra/local/service-bus/model/queue.ts'
import { systemRandom } from '../../shared/core/random.ts'
import { type EpochMs, epochMs, later, minutes, seconds } from '../../shared/core/time.ts'

const SESSIONS = ['a', 'b', 'c']
const OUTCOMES: Outcome[] = [
  { kind: 'complete' },
  { kind: 'abandon', properties: {} },
  { kind: 'defer', properties: {} },
  { kind: 'dead-letter', reason: 'r', description: 'd', properties: {} },
]

type Step =
  | { kind: 'submit'; session: string; delay: number }
  | { kind: 'accept' | 'take' | 'leave' }
  | { kind: 'settle'; which: number; outcome: Outcome }
  | { kind: 'pass'; milliseconds: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('submit' as const),
    session: fc.constantFrom(...SESSIONS),
    delay: fc.constantFrom(0, 0, 0, 30_000),
  }),
  fc.record({ kind: fc.constantFrom('accept' as const, 'take' as const, 'take' as const, 'leave' as const) }),
  fc.record({ kind: fc.constant('settle' as const), which: fc.nat(5), outcome: fc.constantFrom(...OUTCOMES) }),
  fc.record({ kind: fc.constant('pass' as const), milliseconds: fc.integer({ min: 1, max: 40_000 }) }),
)

/** A queue, and receivers that come and go as the steps say. The newest receiver is the one that acts. */
function createWorld() {
  let now: EpochMs = epochMs(0)
  const clock = { now: () => now, sleep: () => Promise.resolve() }
  const agenda = createAgenda(clock, () => undefined)
  const definition = QueueSettings.parse({ name: 'q', requiresSession: true, maxDeliveryCount: 3 })
  const { queue, deadLetters } = createQueuePair(definition, { clock, random: systemRandom, agenda })
  const holders = new Map<SessionReceiver, string>()
  const inHand = new Map<string, Delivery>()
  let submitted = 0
  let completed = 0

  const forget = (receiver: SessionReceiver) => {
    const session = holders.get(receiver)
    holders.delete(receiver)
    for (const [token, { lane }] of inHand) if (lane.name === session) inHand.delete(token)
  }

  function accept() {
    const receiver: SessionReceiver = {
      granted: (session) => {
        expect([...holders.values()]).not.toContain(session)
        holders.set(receiver, session)
      },
      timedOut: () => undefined,
      lost: () => forget(receiver),
      wake: () => undefined,
    }
    queue.sessions.acceptNext(receiver, seconds(5))
  }

  /** The head of the line is the first active message of the session that nobody has in hand. */
  function take(receiver: SessionReceiver) {
    const lane = queue.sessions.laneOf(receiver)
    const taken = [...inHand.values()].map(({ message }) => message.sequenceNumber)
    const [expected] = queue
      .peek({ fromSequenceNumber: 0, count: 1000, sessionId: holders.get(receiver) ?? '' })
      .filter(({ state, sequenceNumber }) => state === 'active' && !taken.includes(sequenceNumber))
    const delivery = lane && queue.take(lane)
    expect(delivery?.message.sequenceNumber).toBe(expected?.sequenceNumber)
    if (delivery) inHand.set(delivery.token, delivery)
  }

  function settle(which: number, outcome: Outcome) {
    const token = [...inHand.keys()][which]
    if (token === undefined) return
    inHand.delete(token)
    queue.settle(token, outcome)
    if (outcome.kind === 'complete') completed += 1
  }

  function submit(session: string, delay: number) {
    submitted += 1
    const submission = { messageId: undefined, timeToLive: undefined, size: 1, content: { body: submitted } }
    const scheduledFor = delay === 0 ? undefined : epochMs(now + delay)
    queue.submit([{ ...submission, sessionId: session, scheduledFor } satisfies Submission])
  }

  return {
    run(next: Step) {
      const receiver = [...holders.keys()].at(-1)
      if (next.kind === 'submit') submit(next.session, next.delay)
      if (next.kind === 'accept') accept()
      if (next.kind === 'take' && receiver) take(receiver)
      if (next.kind === 'settle') settle(next.which, next.outcome)
      if (next.kind === 'pass') now = epochMs(now + next.milliseconds)
      agenda.runDue()
      if (next.kind === 'leave' && receiver) {
        forget(receiver)
        queue.sessions.release(receiver)
      }
    },
    letAllLocksEnd() {
      now = later(now, minutes(10))
      agenda.runDue()
    },
    count: () => ({ submitted, accounted: completed + queue.held().length + deadLetters.held().length }),
    holders,
  }
}

test('no message is lost or doubled, each session has one receiver, and its head of the line always comes next', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const world = createWorld()
      for (const next of steps) world.run(next)
      // The second time for those who got a session by the end of another lock.
      world.letAllLocksEnd()
      world.letAllLocksEnd()
      const { submitted, accounted } = world.count()
      expect(accounted).toBe(submitted)
      expect(world.holders.size).toBe(0)
    }),
    { numRuns: 300 },
  )
})
