import { describe, expect, test } from 'vitest'
import { SyncError } from '../../../shared/core/errors.ts'
import { epochMs, later, minutes, seconds } from '../../../shared/core/time.ts'
import type { Action } from '../../../shared/push/action.ts'
import { runTasks } from '../../../shared/push/run-tasks.ts'
import { begin, type Task } from '../../../shared/push/task.ts'
import type { Answer, Call, ProviderItem } from '../../../shared/push/writer.ts'
import { action, agreement, content, current, noAgreement, place, target, times, upsert } from '../../support/push.ts'
import { createPushAccount, NOW } from '../../support/push-account.ts'

const DEADLINE = later(NOW, minutes(1))

const event = (providerId: string, summary = 'Ours'): ProviderItem => ({
  kind: 'event',
  event: { ...content({ summary }), providerId, etag: 'W/"9"', kind: 'single' },
})
const made = (call: Call): Answer => ({
  kind: 'item',
  item: event('marker' in call ? `made ${call.marker}` : 'provider-1'),
})

/** Actions from 2 on, each for an event of its own that was never created. */
const creations = (count: number): Task[] =>
  Array.from({ length: count }, (_, at) => {
    const last = upsert(at + 2, { summary: 'Ours', times: times() })
    return begin({ target, last, actions: [last] }, { ...noAgreement(), key: `key-${at}` }, place, undefined, NOW)
  })

const taskOf = (last: Action, cached = current()): Task =>
  begin({ target, last, actions: [last] }, agreement(), place, { ...cached, calendar: 'calendar' }, NOW)
const change = (more: Partial<Action> = {}) => taskOf(upsert(2, { summary: 'Ours' }, more))

/** Answers in turn, whatever is asked. */
function inTurn(account: ReturnType<typeof createPushAccount>, ...answers: readonly Answer[]) {
  const left = [...answers]
  account.answer = () => left.shift() ?? { kind: 'gone' }
}

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

describe('a visit ends', () => {
  test('at its deadline, and begins no four after it', async () => {
    const account = createPushAccount()
    account.answer = (call) => {
      account.now = DEADLINE
      return made(call)
    }
    expect(await runTasks(account.push, creations(5), DEADLINE)).toBe('late')
    expect(account.requests).toHaveLength(1)
  })

  test('when nobody answers: those that were asked are tried again, and the others were not tried', async () => {
    const account = createPushAccount()
    account.answer = () => {
      throw new SyncError('MICROSOFT_UNREACHABLE', 'nobody there')
    }
    expect(await runTasks(account.push, creations(5), DEADLINE)).toBe('unanswered')
    expect(account.requests).toHaveLength(1)
    expect([2, 5, 6].map((number) => account.actions.get(number)?.tries)).toEqual([1, 1, undefined])
    expect(account.actions.get(2)).toMatchObject({ state: 'pending', notBefore: later(NOW, seconds(2)) })
  })

  test.each(['MICROSOFT_UNEXPECTED_SHAPE', 'MICROSOFT_REFUSED'] as const)(
    'not with an answer that cannot be read (%s)',
    async (code) => {
      const account = createPushAccount()
      account.answer = () => {
        throw new SyncError(code, 'no sense')
      }
      expect(await runTasks(account.push, creations(5), DEADLINE)).toBe('complete')
      expect(account.actions.get(6)).toMatchObject({ state: 'pending', tries: 1 })
    },
  )

  test('with any other failure, and stores no outcome', async () => {
    const account = createPushAccount()
    account.answer = () => {
      throw new SyncError('MICROSOFT_TOKEN_EXPIRED', 'sign in again')
    }
    await expect(runTasks(account.push, [change()], DEADLINE)).rejects.toMatchObject({
      code: 'MICROSOFT_TOKEN_EXPIRED',
    })
    expect(account.settlements).toEqual([])
  })

  test('for an event about which thirty requests have come to nothing, which is tried again', async () => {
    const account = createPushAccount()
    account.answer = ({ kind }) =>
      kind === 'update' ? { kind: 'conflict' } : { kind: 'item', item: event('provider-1', 'Agreed') }
    expect(await runTasks(account.push, [change()], DEADLINE)).toBe('complete')
    expect(account.requests).toHaveLength(30)
    expect(account.actions.get(2)).toMatchObject({ state: 'pending', tries: 1 })
  })
})

describe('a mailbox that asks for patience', () => {
  const throttled = async (...answers: readonly Answer[]) => {
    const account = createPushAccount()
    inTurn(account, ...answers)
    const thrown = await runTasks(account.push, creations(answers.length), DEADLINE).then(
      () => undefined,
      (error: unknown) => error as SyncError,
    )
    return { account, thrown }
  }

  test('ends the visit when the other outcomes are stored, and leaves its actions as they are', async () => {
    const { account, thrown } = await throttled(
      made({ kind: 'read', providerId: '' }),
      { kind: 'later', throttled: true, retryAfterMs: 5_000 },
      { kind: 'later', throttled: true, retryAfterMs: 9_000 },
      { kind: 'later', throttled: false, retryAfterMs: 60_000 },
    )
    expect(thrown).toMatchObject({ code: 'MICROSOFT_THROTTLED', retryAfterMs: 9_000 })
    expect(thrown?.facts).toEqual({ account: 'acc_1', actions: 2 })
    expect([2, 3, 4, 5].map((number) => account.actions.get(number)?.tries)).toEqual([0, undefined, undefined, 1])
    expect(account.actions.get(2)).toMatchObject({ state: 'applied' })
  })

  test('G4: is asked nothing more about the events beside', async () => {
    const { account, thrown } = await throttled(
      { kind: 'exists', providerId: 'provider-1' },
      { kind: 'later', throttled: true, retryAfterMs: 5_000 },
    )
    expect(thrown).toMatchObject({ code: 'MICROSOFT_THROTTLED', retryAfterMs: 5_000 })
    expect(account.requests).toHaveLength(1)
    expect(account.actions.get(2)).toBeUndefined()
  })

  test('may not say for how long', async () => {
    const { thrown } = await throttled({ kind: 'later', throttled: true })
    expect(thrown).toMatchObject({ code: 'MICROSOFT_THROTTLED', retryAfterMs: undefined })
  })

  test('is another matter than an event that is to be tried later', async () => {
    expect((await throttled({ kind: 'later', throttled: false })).thrown).toBeUndefined()
  })
})

test('no answer at all is as good as one for later', async () => {
  const account = createPushAccount()
  const push = { ...account.push, writer: { ...account.push.writer, run: async () => [] } }
  expect(await runTasks(push, [change({ acceptedAt: epochMs(1) })], DEADLINE)).toBe('complete')
  expect(account.actions.get(2)).toMatchObject({ tries: 1 })
})

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
