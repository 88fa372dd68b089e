import { expect, test } from 'vitest'
import { SyncError } from '../../shared/core/errors.ts'
import { hours, minutes } from '../../shared/core/time.ts'
import type { Waker } from '../../shared/messaging/service-bus.ts'
import { pass } from '../support/reading.ts'
import { startService } from '../support/service.ts'
import { startWriting } from '../support/writing.ts'

/** What becomes of a wake-up: sent, sent twice, or not sent because the instance died before or after. */
type Fate = 'once' | 'twice' | 'died before' | 'died after'

const withFate =
  (fate: () => Fate) =>
  (waker: Waker): Waker => ({
    async wake(...given) {
      if (fate() === 'died before') throw new SyncError('QUEUE_UNAVAILABLE', 'the instance is gone')
      await waker.wake(...given)
      if (fate() === 'twice') await waker.wake(...given)
      if (fate() === 'died after') throw new SyncError('QUEUE_UNAVAILABLE', 'the instance is gone')
    },
  })

test.each<Fate>(['once', 'twice', 'died before', 'died after'])(
  'S5: an accepted change becomes exactly one event when its wake-up is sent like this: %s',
  async (wanted) => {
    let fate: Fate = 'once'
    const at = await startWriting(startService({ throughWaker: withFate(() => fate) }))
    await at.sync()
    fate = wanted
    const sent = await at.upsert(at.meeting())
    expect(sent.status).toBe(202)
    fate = 'once'
    await pass(at.fixture, minutes(50), minutes(5))
    expect(at.held()).toHaveLength(1)
    expect(await at.outcome(sent)).toMatchObject({ state: 'applied' })
    await pass(at.fixture, hours(1), minutes(5))
    expect(at.writes().filter((write) => /^POST .*events/.test(write))).toHaveLength(1)
  },
)
