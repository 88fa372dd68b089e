import { describe, expect, test } from 'vitest'
import { runTasks } from '../../../shared/push/run-tasks.ts'
import type { Task } from '../../../shared/push/task.ts'
import type { Answer } from '../../../shared/push/writer.ts'
import { action, agreement, current, target, upsert } from '../../support/push.ts'
import { createPushAccount, NOW } from '../../support/push-account.ts'
import { change, creations, DEADLINE, event, inTurn, made, taskOf } from '../../support/push-tasks.ts'

describe('what is stored and when', () => {
  test('creations are on record before any is asked for, and each four of them before the next begin', async () => {
    const account = createPushAccount()
    account.answer = made
    expect(await runTasks(account.push, creations(5), DEADLINE)).toBe('complete')
    expect(account.diary).toEqual(['settle', 'create create create create', 'settle', 'create', 'settle'])
    expect(account.settlements.map(({ actions, agreements }) => [actions.length, agreements.length])).toEqual([
      [0, 4],
      [4, 5],
      [1, 1],
    ])
    expect(account.settlements[0]?.agreements[0]).toMatchObject({ attemptedAt: NOW, sentBy: { summary: 2, times: 2 } })
    expect(account.agreements.get('key-4')).toMatchObject({ settled: 6 })
    expect(account.agreements.get('key-4')?.attemptedAt).toBeUndefined()
  })

  test('a creation that is put on record is asked for, however long that took, and four are in each visit', async () => {
    const account = createPushAccount()
    account.answer = made
    const { settle } = account.push.session
    account.push.session.settle = async (settlement, at) => {
      await settle(settlement, at)
      account.now = DEADLINE
    }
    expect(await runTasks(account.push, creations(5), DEADLINE)).toBe('late')
    expect(account.diary).toEqual(['settle', 'create create create create', 'settle'])
    expect(await runTasks(account.push, creations(5), DEADLINE)).toBe('late')
    expect(account.diary.slice(3)).toEqual(['settle', 'create create create create', 'settle'])
  })

  test('what has its end without a call is stored, and nobody is asked', async () => {
    const account = createPushAccount()
    await runTasks(account.push, [taskOf(upsert(2, { summary: 'Agreed' }))], DEADLINE)
    expect(account.diary).toEqual(['settle'])
    expect(account.actions.get(2)).toMatchObject({ state: 'unchanged' })
  })

  test('what cannot be put on record is not asked for, and the rest is', async () => {
    const account = createPushAccount()
    account.answer = made
    account.fits = ({ agreements }) => !agreements.some(({ key }) => key === 'key-1' || key === 'key-4')
    expect(await runTasks(account.push, creations(6), DEADLINE)).toBe('complete')
    expect(account.requests.map((calls) => calls.length)).toEqual([3, 1])
    expect([...account.actions.values()].map(({ number, state }) => `${number} ${state}`)).toEqual([
      '3 rejected',
      '2 applied',
      '4 applied',
      '5 applied',
      '6 rejected',
      '7 applied',
    ])
  })

  test('a change whose replaced value cannot be put on record is not asked for', async () => {
    const account = createPushAccount()
    account.answer = made
    account.fits = ({ actions }) => !actions.some(({ overruled }) => overruled.length > 0)
    const replacing = taskOf(upsert(2, { summary: 'Ours' }), current({ summary: 'Theirs' }))
    expect(await runTasks(account.push, [replacing], DEADLINE)).toBe('complete')
    expect(account.requests.flat()).toEqual([])
    expect(account.actions.get(2)).toMatchObject({ state: 'rejected', reason: 'value_refused' })
  })

  test('a change that replaces nothing is asked for at once', async () => {
    const account = createPushAccount()
    account.answer = made
    await runTasks(account.push, [change()], DEADLINE)
    expect(account.diary).toEqual(['update', 'settle'])
    expect(account.actions.get(2)).toMatchObject({ state: 'applied' })
  })

  test('what a change replaces is on record before it is asked for', async () => {
    const account = createPushAccount()
    account.answer = made
    await runTasks(account.push, [taskOf(upsert(2, { summary: 'Ours' }), current({ summary: 'Theirs' }))], DEADLINE)
    expect(account.diary).toEqual(['settle', 'update', 'settle'])
    const overruled = [{ field: 'summary', value: 'Theirs' }]
    expect(account.settlements.map(({ actions }) => actions)).toMatchObject([
      [{ state: 'pending', overruled }],
      [{ state: 'applied', overruled }],
    ])
  })

  test('a creation that only turned out to be needed is on record before it is asked for', async () => {
    const account = createPushAccount()
    const gone: Answer = { kind: 'gone' }
    const nowhereElse: Answer = { kind: 'calendars', providerIds: [] }
    inTurn(account, gone, gone, gone, nowhereElse, { kind: 'item', item: event('provider-2') })
    await runTasks(account.push, [change()], DEADLINE)
    expect(account.diary).toEqual(['update', 'fence', 'update', 'find', 'calendars', 'settle', 'create', 'settle'])
    expect(account.settlements[0]).toMatchObject({ actions: [], agreements: [{ generation: 2, attemptedAt: NOW }] })
  })
})

describe('a handler that may not be alone any more', () => {
  test('asks before a response, which names no version', async () => {
    const account = createPushAccount()
    account.answer = () => ({ kind: 'done' })
    const invited = current({ organizedByAccount: false, participation: 'needs_action' })
    const answered = action(2, { kind: 'respond', target, response: 'accepted' })
    await runTasks(account.push, [taskOf(answered, invited)], DEADLINE)
    expect(account.diary).toEqual(['fence', 'respond', 'settle'])
    const both = createPushAccount()
    both.answer = () => ({ kind: 'done' })
    const other = { ...change(), agreement: agreement({ key: 'other', providerId: 'other' }) }
    const elsewhere: Task = { ...other, current: current({}, { providerId: 'other' }) }
    await runTasks(both.push, [elsewhere, taskOf(answered, invited)], DEADLINE)
    expect(both.diary).toEqual(['fence', 'update respond', 'settle'])
  })

  test('asks before it writes over a version that was read just now, and not before it reads', async () => {
    const account = createPushAccount()
    inTurn(
      account,
      { kind: 'conflict' },
      { kind: 'item', item: event('provider-1', 'Agreed') },
      made({ kind: 'read', providerId: '' }),
    )
    await runTasks(account.push, [change()], DEADLINE)
    expect(account.diary).toEqual(['update', 'find', 'fence', 'update', 'settle'])
  })

  test('asks before it deletes what was read just now', async () => {
    const account = createPushAccount()
    inTurn(account, { kind: 'conflict' }, { kind: 'item', item: event('provider-1', 'Agreed') }, { kind: 'done' })
    await runTasks(account.push, [taskOf(action(2, { kind: 'delete', target }))], DEADLINE)
    expect(account.diary).toEqual(['delete', 'find', 'fence', 'delete', 'settle'])
  })

  test('stops before the call when it is not', async () => {
    const account = createPushAccount()
    account.isAlone = false
    await expect(runTasks(account.push, creations(1), DEADLINE)).rejects.toMatchObject({ code: 'ROW_CHANGED' })
    expect(account.requests).toEqual([])
  })
})
