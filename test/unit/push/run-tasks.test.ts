import { describe, expect, test } from 'vitest'
import { SyncError } from '../../../shared/core/errors.ts'
import { epochMs, later, seconds } from '../../../shared/core/time.ts'
import { runTasks } from '../../../shared/push/run-tasks.ts'
import type { Answer } from '../../../shared/push/writer.ts'
import { createPushAccount, NOW } from '../../support/push-account.ts'
import { change, creations, DEADLINE, event, inTurn, made } from '../../support/push-tasks.ts'

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
    expect(attempted(account)).toEqual(['key-0', 'key-1', 'key-2', 'key-3'])
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

/** The keys of the creations that are noted. */
const attempted = ({ agreements }: ReturnType<typeof createPushAccount>) =>
  [...agreements.values()].flatMap(({ key, attemptedAt }) => (attemptedAt === undefined ? [] : key))

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

  test('G4: notes no creation that is not asked for now', async () => {
    const noted = async (first: Answer) => {
      const account = createPushAccount()
      const left = [first]
      account.answer = () => left.shift() ?? { kind: 'later', throttled: false }
      await runTasks(account.push, creations(8), DEADLINE).catch(() => undefined)
      return attempted(account)
    }
    expect(await noted({ kind: 'later', throttled: true })).toEqual(['key-0', 'key-1', 'key-2', 'key-3'])
    expect(await noted({ kind: 'later', throttled: false })).toHaveLength(8)
  })

  test('may not say for how long', async () => {
    const { thrown } = await throttled({ kind: 'later', throttled: true })
    expect(thrown).toMatchObject({ code: 'MICROSOFT_THROTTLED', retryAfterMs: undefined })
  })

  test('is not one that wants a single event to be tried later: the others go on', async () => {
    const { account } = await throttled(
      { kind: 'exists', providerId: 'provider-1' },
      { kind: 'later', throttled: false, retryAfterMs: 5_000 },
    )
    expect(account.diary.slice(0, 3)).toEqual(['settle', 'create create', 'find'])
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
