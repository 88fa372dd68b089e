import { describe, expect, test } from 'vitest'
import { SyncError } from '../../../shared/core/errors.ts'
import type { Action } from '../../../shared/push/action.ts'
import { alone, createLot } from '../../../shared/push/lot.ts'
import type { ActionSessions } from '../../../shared/push/ports.ts'
import type { RequestKey } from '../../../shared/push/request-key.ts'
import { upsert } from '../../support/push.ts'

type Draft = Omit<Action, 'number'>
type Opened = Awaited<ReturnType<ActionSessions['open']>>

const draft = (token: string): Draft => ({ ...upsert(0, {}), token })
const KEY: RequestKey = { name: 'n', fingerprint: 'f' }
const SESSION = { calendars: [] } as unknown as Opened

const taken = async (account: Opened) => account

/** Meets a commit of a visit so many times before it has read. */
function meeting(changes: number) {
  let left = changes
  return async (account: Opened) => {
    if (left-- > 0) throw new SyncError('ROW_CHANGED', 'a visit has committed')
    return account
  }
}

/** Writes down what is asked for, in order; what `fail` names fails. */
function neighbours() {
  const diary: string[] = []
  const keys: (RequestKey | undefined)[] = []
  const fail = new Set<string>()
  let number = 0
  const say = async (text: string) => {
    diary.push(text)
    if (fail.has(text)) throw new SyncError('STORAGE_UNAVAILABLE', text)
  }
  const dependencies = {
    sessions: {
      async open(account: string) {
        await say(`open ${account}`)
        return SESSION
      },
    },
    log: {
      async append(_account: string, { token, ...rest }: Draft, key?: RequestKey) {
        await say(`append ${token}`)
        keys.push(key)
        number += 1
        return { ...rest, token, number }
      },
      pending: () => Promise.reject(new Error('nobody asks')),
      get: () => Promise.reject(new Error('nobody asks')),
    },
    waking: {
      expect: (account: string) => say(`expect ${account}`),
      wake: (account: string) => say(`wake ${account}`),
    },
    accountFor: (_account: string, drafts: readonly Draft[]) =>
      say(`account for ${drafts.map(({ token }) => token).join(' ')}`),
  }
  return { dependencies, diary, keys, fail }
}

const reasonOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'stored',
    (error: unknown) => (error as Error).message,
  )

describe('a request that comes alone', () => {
  test('is accounted for and expected before it is stored, and wakes the account after', async () => {
    const { dependencies, diary, keys } = neighbours()
    const intake = alone(dependencies, 'acc')
    expect(intake.hasEarlier).toBe(false)
    expect(await intake.look(taken)).toBe(SESSION)
    expect(await intake.append(draft('a'), KEY)).toMatchObject({ number: 1, token: 'a' })
    expect(diary).toEqual(['open acc', 'account for a', 'expect acc', 'append a', 'wake acc'])
    expect(keys).toEqual([KEY])
  })

  test('looks again when a visit has changed the account meanwhile, and no more than five times', async () => {
    const { dependencies, diary } = neighbours()
    const intake = alone(dependencies, 'acc')
    expect(await intake.look(meeting(4))).toBe(SESSION)
    expect(diary).toHaveLength(5)
    await expect(intake.look(meeting(5))).rejects.toMatchObject({ code: 'ROW_CHANGED' })
  })

  test.each(['account for a', 'expect acc'])('is not stored when "%s" fails', async (what) => {
    const { dependencies, diary, fail } = neighbours()
    fail.add(what)
    expect(await reasonOf(alone(dependencies, 'acc').append(draft('a')))).toBe(what)
    expect(diary).not.toContain('append a')
  })
})

describe('requests that come together', () => {
  test('are stored in their order when each has come, and wake the account once', async () => {
    const { dependencies, diary, keys } = neighbours()
    const lot = createLot(dependencies, 'acc', 3)
    const third = lot.place(2).append(draft('c'))
    const first = lot.place(0).append(draft('a'), KEY)
    await Promise.resolve()
    expect(diary).toEqual([])
    const second = lot.place(1).append(draft('b'))
    expect((await Promise.all([first, second, third])).map(({ number }) => number)).toEqual([1, 2, 3])
    expect(diary).toEqual(['account for a b c', 'expect acc', 'append a', 'append b', 'append c', 'wake acc'])
    expect(keys).toEqual([KEY, undefined, undefined])
  })

  test('do not wait for one that has left', async () => {
    const { dependencies, diary } = neighbours()
    const lot = createLot(dependencies, 'acc', 2)
    const second = lot.place(1).append(draft('b'))
    lot.leave(0)
    expect(await second).toMatchObject({ token: 'b' })
    expect(diary).toEqual(['account for b', 'expect acc', 'append b', 'wake acc'])
  })

  test('ask nobody for anything when all have left', async () => {
    const { dependencies, diary } = neighbours()
    const lot = createLot(dependencies, 'acc', 2)
    lot.leave(0)
    lot.leave(1)
    lot.leave(1)
    lot.leave(2)
    await new Promise(setImmediate)
    expect(diary).toEqual([])
  })

  test('are stored once, also when a place is left after it was taken', async () => {
    const { dependencies, diary } = neighbours()
    const lot = createLot(dependencies, 'acc', 1)
    const first = lot.place(0).append(draft('a'))
    lot.leave(0)
    await first
    await new Promise(setImmediate)
    expect(diary.filter((line) => line === 'append a')).toHaveLength(1)
  })

  test('fail one by one where storing fails, and the account is woken for the others', async () => {
    const { dependencies, diary, fail } = neighbours()
    fail.add('append a')
    const lot = createLot(dependencies, 'acc', 2)
    const both = [lot.place(0).append(draft('a')), lot.place(1).append(draft('b'))]
    expect(await Promise.all(both.map(reasonOf))).toEqual(['append a', 'stored'])
    expect(diary.at(-1)).toBe('wake acc')
  })

  test.each(['account for a b', 'expect acc', 'wake acc'])('fail together when "%s" fails', async (what) => {
    const { dependencies, fail } = neighbours()
    fail.add(what)
    const lot = createLot(dependencies, 'acc', 2)
    const both = [lot.place(0).append(draft('a')), lot.place(1).append(draft('b'))]
    expect(await Promise.all(both.map(reasonOf))).toEqual([what, what])
  })

  test('look at the account once, one after another', async () => {
    const { dependencies, diary } = neighbours()
    const lot = createLot(dependencies, 'acc', 3)
    let isOpen = false
    const third = lot.place(2).look(taken)
    third.then(() => {
      isOpen = true
    })
    expect(await lot.place(0).look(taken)).toBe(SESSION)
    lot.leave(0)
    await new Promise(setImmediate)
    expect(isOpen).toBe(false)
    lot.leave(1)
    expect(await third).toBe(SESSION)
    expect(diary).toEqual(['open acc'])
    expect([0, 1].map((at) => lot.place(at).hasEarlier)).toEqual([false, true])
  })

  test('look again when a visit has changed the account meanwhile, and not because of anything else', async () => {
    const { dependencies, diary } = neighbours()
    const lot = createLot(dependencies, 'acc', 2)
    expect(await lot.place(0).look(meeting(1))).toBe(SESSION)
    expect(diary).toEqual(['open acc', 'open acc'])
    const refused = () => Promise.reject(new SyncError('NOT_FOUND', 'no such event'))
    await expect(lot.place(0).look(refused)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    lot.leave(0)
    expect(await lot.place(1).look(taken)).toBe(SESSION)
    expect(diary).toEqual(['open acc', 'open acc'])
  })
})
