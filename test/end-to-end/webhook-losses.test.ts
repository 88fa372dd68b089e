import { beforeEach, describe, expect, test } from 'vitest'
import { SyncError } from '../../shared/core/errors.ts'
import { type DurationMs, hours, minutes, seconds } from '../../shared/core/time.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { linesOf, pass, pulls, type Reading, startReading } from '../support/reading.ts'
import { type ServiceFixture, startService } from '../support/service.ts'
import { startWriting } from '../support/writing.ts'

describe('W6: while the queue takes nothing,', () => {
  let isDown: boolean
  let fixture: ServiceFixture
  let reading: Reading

  beforeEach(async () => {
    isDown = false
    fixture = await startService({
      throughWaker: (waker) => ({
        async wake(...given) {
          if (isDown) throw new SyncError('QUEUE_UNAVAILABLE', 'the queue is down')
          await waker.wake(...given)
        },
      }),
    })
    reading = await startReading(fixture, { singles: 5 })
  })

  test('notifications are refused, come again, and none is lost', async () => {
    isDown = true
    for (let minute = 0; minute < 10; minute++) {
      reading.mailbox.create(oneHour(`Minute ${minute}`, '2026-11-20', minute))
      await fixture.clock.advance(minutes(1))
      await fixture.settle()
    }
    expect(await reading.shown()).toHaveLength(5)
    isDown = false
    await pass(fixture, minutes(10), minutes(1))
    expect(await reading.shown()).toEqual(reading.actual())
  })

  test('and for longer than Microsoft tries again, the safety poll reads what was missed', async () => {
    isDown = true
    reading.mailbox.create(oneHour('Missed', '2026-11-20'))
    for (let tick = 0; tick < 50; tick++) {
      await fixture.clock.advance(minutes(6))
      await fixture.service.wakeDue().catch(() => undefined)
    }
    isDown = false
    await pass(fixture, hours(7), minutes(15))
    expect(await reading.shown()).toEqual(reading.actual())
  })

  test('a request of an integrator is accepted, and the timer sees to it', async () => {
    const at = await startWriting(Promise.resolve(fixture))
    isDown = true
    const asked = await at.upsert(at.meeting())
    expect(asked.status).toBe(202)
    await fixture.clock.advance(minutes(1))
    await expect(fixture.service.wakeDue()).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' })
    isDown = false
    await pass(fixture, minutes(1), seconds(30))
    expect(await at.outcome(asked)).toMatchObject({ state: 'applied' })
    expect(at.held()).toHaveLength(1)
  })

  test('somebody who signs in is connected, and their calendar is read within minutes of its return', async () => {
    isDown = true
    const other = await startReading(fixture, { singles: 3 })
    expect(linesOf(fixture, 'connect-waits-for-timer')).toEqual([
      expect.objectContaining({ level: 'warn', account: expect.stringMatching(/^acc_/), code: 'QUEUE_UNAVAILABLE' }),
    ])
    expect(fixture.queue).toEqual([])
    isDown = false
    await pass(fixture, minutes(6), minutes(1))
    expect(await other.shown()).toEqual(other.actual())
  })
})

describe('W5: a notification that comes a thousand times', () => {
  test('in two deliveries is one visit, which writes what one alone writes', async () => {
    const fixture = await startService()
    const reading = await startReading(fixture, { singles: 20 })
    const account = String(
      JSON.parse(fixture.logged.find((line) => line.includes('account-connected')) ?? '{}').account,
    )
    const rowsOf = async (subject: string) => {
      // Taken as soon as it was stored, it shows how little a message may take.
      await fixture.service.syncMailbox({ account, reason: 'continued' }, fixture.clock.now())
      fixture.graph.requests.clear()
      const before = fixture.counters.rowsWritten
      reading.mailbox.create(oneHour(subject, '2026-11-20'))
      await fixture.clock.advance(seconds(1))
      const wakeUps = fixture.queue.length
      await fixture.clock.advance(1 as DurationMs)
      await fixture.settle()
      return { wakeUps, rows: fixture.counters.rowsWritten - before, pulls: pulls(fixture) }
    }
    await rowsOf('Told first, which plans a visit soon after')
    const once = await rowsOf('Told once')
    fixture.faults.notifications.copies = 1_000
    expect(await rowsOf('Told a thousand times')).toEqual({ ...once, wakeUps: 2 })
    expect(once).toMatchObject({ wakeUps: 1, pulls: 1 })
    expect(await reading.shown()).toEqual(reading.actual())
  })
})

describe('W11: a notification of our own creation that comes before its answer is stored', () => {
  test.each([
    ['waits behind it in the queue', false],
    ['is handled by another instance meanwhile', true],
  ])('and %s makes no second event', async (_what, isHandled) => {
    const at = await startWriting()
    const { fixture } = at
    const other = await startService({ beside: fixture })
    let isFirst = true
    fixture.intercept = async (sent) => {
      if (!isFirst || sent.method !== 'POST') return undefined
      isFirst = false
      const answer = await fixture.graph.fetch(sent)
      await fixture.clock.advance(seconds(1))
      expect(fixture.queue).not.toEqual([])
      if (isHandled) for (const message of fixture.queue) await other.service.syncMailbox(message)
      return answer
    }
    const asked = await at.upsert(at.meeting())
    await fixture.settle()
    expect(isFirst).toBe(false)
    for (let turn = 0; turn < 3; turn++) {
      await fixture.clock.advance(seconds(30))
      await other.settle()
      await fixture.settle()
    }
    expect(await at.outcome(asked)).toMatchObject({ state: 'applied' })
    expect(at.held()).toHaveLength(1)
    expect((await at.read()).map(({ event_id, summary }) => `${event_id} ${summary}`)).toEqual(['fa-1 Board meeting'])
    expect(at.writes().filter((line) => line.includes('events') || line.includes('$batch'))).toHaveLength(1)
  })
})
