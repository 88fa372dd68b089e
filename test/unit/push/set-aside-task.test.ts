import { describe, expect, test } from 'vitest'
import { SyncError } from '../../../shared/core/errors.ts'
import { runTasks } from '../../../shared/push/run-tasks.ts'
import { begin, type Task } from '../../../shared/push/task.ts'
import type { Answer, Call } from '../../../shared/push/writer.ts'
import { action, agreement, content, place, target } from '../../support/push.ts'
import { createPushAccount, NOW } from '../../support/push-account.ts'
import { change, creations, DEADLINE, made } from '../../support/push-tasks.ts'

describe('a mistake of ours that one event brings to light', () => {
  const unreadable = { kind: 'item', item: { kind: 'event' } } as unknown as Answer
  const isSecond = (call: Call) => 'marker' in call && call.marker.startsWith('key-1')

  async function settledAfter(account: ReturnType<typeof createPushAccount>) {
    expect(await runTasks(account.push, creations(4), DEADLINE)).toBe('complete')
    return account.settlements.at(-1)?.actions.map(({ number, state }) => [number, state])
  }
  const butSecond = [
    [2, 'applied'],
    [3, 'pending'],
    [4, 'applied'],
    [5, 'applied'],
  ]

  test('while its request is made ready or its answer read: it is put off', async () => {
    const account = createPushAccount()
    const mistake: Answer = { kind: 'mistake', error: new TypeError('nobody thought of this') }
    account.answer = (call) => (isSecond(call) ? mistake : made(call))
    expect(await settledAfter(account)).toEqual(butSecond)
    expect(account.diary).toEqual(['settle', 'create create create create', 'settle'])
    expect(account.told).toContainEqual([
      'error',
      'action-put-off',
      { account: 'acc_1', action: '3', kind: 'upsert', code: 'INTERNAL', cause: 'TypeError' },
    ])
  })

  test('while its answer is thought about: it is put off', async () => {
    const account = createPushAccount()
    account.answer = (call) => (isSecond(call) ? unreadable : made(call))
    expect(await settledAfter(account)).toEqual(butSecond)
    expect(account.diary).toEqual(['settle', 'create create create create', 'settle'])
  })

  test('while the cache learns of it: it is put off, and the others are settled', async () => {
    const account = createPushAccount()
    const endless = { ...content(), providerId: 'made', etag: 'W/"9"', kind: 'single', end: undefined }
    const odd = { kind: 'item', item: { kind: 'event', event: endless } } as unknown as Answer
    account.answer = (call) => (isSecond(call) ? odd : made(call))
    expect(await settledAfter(account)).toEqual(butSecond)
    expect(account.told.filter(([, name]) => name === 'action-put-off')).toHaveLength(1)
    expect(account.agreements.get('key-1')).toMatchObject({ attemptedAt: NOW })
  })

  test('in one of the events of a deletion of everything: that goes on, and leaves it', async () => {
    const account = createPushAccount()
    account.answer = () => ({ kind: 'mistake', error: new TypeError('nobody thought of this') })
    const last = action(9, { kind: 'delete', target })
    const task = begin({ target, last, actions: [] }, agreement(), place, undefined, NOW)
    expect(await runTasks(account.push, [task], DEADLINE)).toBe('complete')
    expect(account.settlements.at(-1)?.agreements).toMatchObject([{ settled: 9 }])
  })

  test('while it is planned: it is put off, and the others are asked for', async () => {
    const account = createPushAccount()
    account.answer = made
    const odd = { ...change(), current: {} } as unknown as Task
    expect(await runTasks(account.push, [odd, ...creations(2).slice(1)], DEADLINE)).toBe('complete')
    expect(account.diary).toEqual(['settle', 'create', 'settle'])
    expect(account.settlements.map(({ actions }) => actions.map(({ state }) => state))).toEqual([
      ['pending'],
      ['applied'],
    ])
  })

  test('a failure that is not ours is no such mistake', async () => {
    const account = createPushAccount()
    account.answer = () => {
      throw new SyncError('MICROSOFT_THROTTLED', 'patience')
    }
    await expect(runTasks(account.push, creations(2), DEADLINE)).rejects.toThrow('patience')
    expect(account.diary.filter((line) => line.includes('create'))).toEqual(['create create'])
  })
})
