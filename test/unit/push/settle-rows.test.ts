import { describe, expect, test } from 'vitest'
import { SyncError } from '../../../shared/core/errors.ts'
import type { Settlement } from '../../../shared/push/session.ts'
import { settleTasks } from '../../../shared/push/settle.ts'
import type { Task } from '../../../shared/push/task.ts'
import { action, agreement, content, target } from '../../support/push.ts'
import { createPushAccount, NOW, PUSHED } from '../../support/push-account.ts'
import { applied, REJECTED, settledAs, taskOf, theirs, wish } from '../../support/push-settling.ts'

describe('what does not fit into a row', () => {
  const other = (number: number) => wish(number, { token: 'other' })
  const settledWith = async (
    fits: (settlement: Settlement) => boolean,
    ends: Parameters<typeof settleTasks>[1],
    attempts: readonly Task[] = [],
    replacing: readonly Task[] = [],
  ) => {
    const account = createPushAccount({})
    account.fits = fits
    const refused = await settleTasks(account.push, ends, attempts, replacing)
    return { ...account, refused }
  }
  const states = (settlements: readonly Settlement[]) =>
    settlements.map(({ actions }) => actions.map(({ number, state }) => `${number} ${state}`).join())

  test('costs its own last action its outcome, and no other task anything', async () => {
    const [large, small] = [taskOf([wish(2), wish(3)]), taskOf([other(4)])]
    const { settlements, refused, told } = await settledWith(
      ({ agreements }) => !agreements.some(({ settled }) => settled === 3),
      [
        { task: large, result: applied() },
        { task: small, result: applied({}, agreement({ settled: 4 })) },
      ],
    )
    expect(states(settlements)).toEqual(['3 rejected', '4 applied'])
    expect(settlements[0]).toMatchObject({
      actions: [{ reason: 'value_refused', finishedAt: NOW }],
      ...{ agreements: [], learned: [], dirty: ['calendar'] },
    })
    expect(settlements[0]?.actions[0]?.request).toBeUndefined()
    expect([...refused]).toEqual([large])
    expect(told.map(([, , facts]) => facts?.['state'])).toEqual(['rejected', 'applied'])
  })

  test('is found among creations that are about to be asked for, and among writes that replace something', async () => {
    const creation = taskOf([wish(2)], {}, agreement({ key: 'large' }))
    const replacing = taskOf([wish(3)], { overruled: [theirs] })
    const fine = taskOf([wish(4)], {}, agreement({ key: 'fine' }))
    const isLarge = ({ agreements, actions }: Settlement) =>
      agreements.some(({ key }) => key === 'large') || actions.some(({ overruled }) => overruled.length > 0)
    const { settlements, refused } = await settledWith((one) => !isLarge(one), [], [creation, fine], [replacing])
    expect([...refused]).toEqual([creation, replacing])
    expect(states(settlements)).toEqual(['2 rejected', '', '3 rejected'])
    expect(settlements[1]?.agreements).toMatchObject([{ key: 'fine', attemptedAt: NOW }])
  })

  test('is another matter than rows that somebody else has changed, at once or meanwhile', async () => {
    for (const failures of [['ROW_CHANGED'], ['VALIDATION_FAILED', 'ROW_CHANGED']] as const) {
      const left: ('ROW_CHANGED' | 'VALIDATION_FAILED')[] = [...failures]
      const account = createPushAccount({})
      account.fits = () => {
        const code = left.shift()
        if (code !== undefined) throw new SyncError(code, 'simulated')
        return true
      }
      const settling = settleTasks(account.push, [{ task: taskOf([wish(2)]), result: applied() }])
      await expect(settling).rejects.toMatchObject({ code: 'ROW_CHANGED' })
      expect(account.settlements).toEqual([])
    }
  })

  test('of a deletion of everything leaves its action alone', async () => {
    const { settlements } = await settledWith(
      ({ agreements }) => agreements.length === 0,
      [{ task: taskOf([]), result: applied() }],
    )
    expect(states(settlements)).toEqual([''])
  })

  test('is nothing where only all of it together was too much', async () => {
    const { settlements, refused } = await settledWith(
      ({ agreements }) => agreements.length < 2,
      [
        { task: taskOf([wish(2)]), result: applied() },
        { task: taskOf([wish(3)]), result: applied() },
      ],
    )
    expect([states(settlements), refused.size]).toEqual([['2 applied', '3 applied'], 0])
  })

  test('is no other failure', async () => {
    const failing = (code: 'ROW_CHANGED' | 'STORAGE_UNAVAILABLE') => () => {
      throw new SyncError(code, 'no')
    }
    const end = { task: taskOf([wish(2)]), result: applied() }
    await expect(settledWith(failing('ROW_CHANGED'), [end])).rejects.toMatchObject({ code: 'ROW_CHANGED' })
    let asked = 0
    const second = () => (asked++ === 0 ? false : failing('STORAGE_UNAVAILABLE')())
    await expect(settledWith(second, [end])).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
  })
})

describe('a calendar has to be read', () => {
  const response = taskOf([action(3, { kind: 'respond', target, response: 'accepted' })])
  const series = { kind: 'series', master: { providerId: 'S', etag: 'e', content: content() } }
  const event = { kind: 'event', event: { ...content(), providerId: 'E', etag: 'e', kind: 'single' } }

  test('after a response that was sent', async () => {
    expect((await settledAs(response, applied())).dirty).toEqual(['calendar'])
    expect((await settledAs(response, applied({ state: 'unchanged' }))).dirty).toEqual([])
    expect((await settledAs(response, REJECTED)).dirty).toEqual([])
  })

  test('after an answer that tells of a series and not of its occurrences', async () => {
    expect((await settledAs(taskOf([wish(3)]), applied({ learned: series }))).dirty).toEqual(['calendar'])
    expect((await settledAs(taskOf([wish(3)]), applied({ learned: event }))).dirty).toEqual([])
    expect((await settledAs(taskOf([wish(3)]), applied())).dirty).toEqual([])
  })

  test('once, however many answers say so', async () => {
    const account = createPushAccount()
    await settleTasks(
      account.push,
      [response, response].map((task) => ({ task, result: applied() })),
    )
    expect(account.settlements[0]?.dirty).toEqual([PUSHED.key])
  })
})
