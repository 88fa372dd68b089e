import { describe, expect, test } from 'vitest'
import { SyncError } from '../../../shared/core/errors.ts'
import { endsWithLessons, stepOf } from '../../../shared/push/put-off.ts'
import type { End } from '../../../shared/push/run-tasks.ts'
import { end, type Result } from '../../../shared/push/task.ts'
import { agreement, content } from '../../support/push.ts'
import { createPushAccount } from '../../support/push-account.ts'
import { applied, taskOf, wish } from '../../support/push-settling.ts'

/** The end of a task that has read an event of this name. */
const endOf = (providerId: string, actions = [wish(2)]): End => ({
  task: taskOf(actions),
  result: applied(
    { learned: { kind: 'event', event: { ...content(), providerId, etag: 'e', kind: 'single' } } },
    agreement(),
  ),
})

/** Learns from these ends, and fails where an event of that name is looked up. */
async function learnt(ends: readonly End[], fail: (keys: readonly string[]) => Error | undefined) {
  const { push, session, told } = createPushAccount()
  const knowledge: typeof session.knowledge = async (...keys) => {
    const failure = fail(keys.flat())
    if (failure !== undefined) throw failure
    return session.knowledge(...keys)
  }
  const learning = endsWithLessons({ ...push, session: { ...session, knowledge } }, ends)
  const { ends: after, lessons } = await learning
  return {
    states: after.map(({ result: { state } }) => state),
    learnt: lessons.flatMap(({ outcome }) => outcome.changes.map(({ key }) => key)),
    told: told.map(([level, event]) => `${level} ${event}`),
    after,
  }
}

const mistake = new TypeError('ours')
const failOn =
  (key: string, error: Error = mistake) =>
  (keys: readonly string[]) =>
    keys.includes(key) ? error : undefined

describe('a mistake of ours that one event brings to light', () => {
  test('puts off the actions for it, and the cache learns of the others', async () => {
    const ends = [endOf('a'), endOf('bad', [wish(3)]), endOf('c', [wish(4)])]
    expect(await learnt(ends, failOn('item bad'))).toMatchObject({
      ...{ states: ['applied', 'later', 'applied'], learnt: ['item a', 'item c'], told: ['error action-put-off'] },
    })
    expect(await learnt([endOf('bad')], failOn('item bad'))).toMatchObject({ states: ['later'], learnt: [] })
  })

  test('keeps that event in a deletion of everything, which goes on', async () => {
    const { after } = await learnt([endOf('bad', [])], failOn('item bad'))
    expect(after.map(({ result }) => result)).toEqual([{ state: 'rejected', reason: 'value_refused' }])
  })

  test('ends the task where the next step is decided on', () => {
    const { push } = createPushAccount()
    const [task, done] = [taskOf([wish(2)]), { state: 'later', throttled: true } satisfies Result]
    expect(stepOf(push, task, () => end(task, done))).toEqual(end(task, done))
    const wrong = () => {
      throw mistake
    }
    expect(stepOf(push, task, wrong)).toEqual(end(task, { state: 'later', throttled: false }))
  })
})

describe('what puts off nothing', () => {
  test('is any failure that is no mistake of ours', async () => {
    const changed = new SyncError('ROW_CHANGED', 'another handler')
    await expect(learnt([endOf('bad'), endOf('b')], failOn('item bad', changed))).rejects.toBe(changed)
    const { push } = createPushAccount()
    const task = taskOf([wish(2)])
    const failing = () => {
      throw changed
    }
    expect(() => stepOf(push, task, failing)).toThrow(changed)
  })

  test('is a mistake that no event makes alone', async () => {
    const together = (keys: readonly string[]) => (keys.length > 1 ? mistake : undefined)
    await expect(learnt([endOf('a'), endOf('b')], together)).rejects.toBe(mistake)
  })
})
