import { describe, expect, test } from 'vitest'
import { type EpochMs, hours, later, minutes, seconds } from '../../../shared/core/time.ts'
import type { Agreement } from '../../../shared/push/agreement.ts'
import { settleTasks, triedAgain } from '../../../shared/push/settle.ts'
import type { Result } from '../../../shared/push/task.ts'
import { action, agreement, noAgreement, target, upsert } from '../../support/push.ts'
import { createPushAccount, NOW } from '../../support/push-account.ts'
import { AGO, applied, LATER, older, REJECTED, settledAs, taskOf, theirs, wish } from '../../support/push-settling.ts'

describe('the actions of a task', () => {
  test('are replaced by the last, which has the outcome, and nothing of what was asked for is kept', async () => {
    const { actions, agreements } = await settledAs(taskOf([wish(2, { notBefore: AGO }), wish(3)]), applied())
    const { request: _, ...kept } = wish(3)
    expect(actions).toEqual([
      { ...kept, number: 2, token: 'token-2', state: 'superseded', supersededBy: 3, finishedAt: NOW },
      { ...kept, state: 'applied', finishedAt: NOW },
    ])
    expect(agreements).toEqual([agreement({ settled: 3 })])
  })

  test('replace nothing when the last is rejected', async () => {
    const { actions } = await settledAs(taskOf([wish(2), wish(3)]), REJECTED)
    expect(actions).toMatchObject([{ number: 3, state: 'rejected', reason: 'value_refused', finishedAt: NOW }])
  })

  test('are all tried again when there is no outcome', async () => {
    const asked = await settledAs(taskOf([wish(2)]), { ...LATER, retryAfterMs: minutes(3) } as Result)
    expect(asked.actions).toMatchObject([{ number: 2, notBefore: later(NOW, minutes(3)) }])
    const { actions, agreements } = await settledAs(taskOf([wish(2), wish(3, { tries: 3 })]), LATER)
    expect(actions).toMatchObject([
      { number: 2, state: 'pending', tries: 1, notBefore: later(NOW, seconds(2)) },
      { number: 3, state: 'pending', tries: 4, notBefore: later(NOW, seconds(16)) },
    ])
    expect(actions.every(({ request }) => request !== undefined)).toBe(true)
    expect(agreements).toEqual([])
  })

  test('of which the last is given up have a chance of their own', async () => {
    const { actions } = await settledAs(taskOf([wish(2, { tries: 60 }), wish(3, { tries: 79 })]), LATER)
    expect(actions).toMatchObject([
      { number: 2, state: 'pending', tries: 0 },
      { number: 3, state: 'rejected', reason: 'microsoft_failing' },
    ])
    expect(actions[0]?.notBefore).toBeUndefined()
  })

  test('wait with the whole mailbox when it asks for patience', async () => {
    const { actions, agreements } = await settledAs(taskOf([wish(2)]), { state: 'later', throttled: true })
    expect([actions, agreements]).toEqual([[], []])
  })

  test('may be none: the agreement is stored all the same', async () => {
    const { actions, agreements } = await settledAs(taskOf([]), applied())
    expect([actions.length, agreements.length]).toEqual([0, 1])
  })

  test('are told with their outcome and delay, once they have one', async () => {
    const task = taskOf([wish(2), wish(36)])
    const { told, measured } = await settledAs(task, REJECTED)
    const facts = { account: 'acc_1', action: '10', kind: 'upsert', state: 'rejected', reason: 'value_refused' }
    expect(told).toEqual([['info', 'action-settled', { ...facts, durationMs: minutes(5) }]])
    expect(measured).toEqual([['action.delay', { outcome: 'rejected' }, minutes(5)]])
    expect((await settledAs(task, applied())).told.map(([, , facts]) => facts && Object.keys(facts))).toEqual([
      ['account', 'action', 'kind', 'state', 'durationMs'],
      ['account', 'action', 'kind', 'state', 'durationMs'],
    ])
    expect((await settledAs(task, LATER)).told).toEqual([])
  })
})

describe('an action without an outcome', () => {
  const tries = (count: number) => triedAgain(wish(2, { tries: count }), NOW)

  test('is tried again after pauses that grow up to an hour', () => {
    const pauseAfter = (count: number) => ((tries(count).notBefore ?? 0) - NOW) as EpochMs
    expect([0, 1, 10, 11, 70].map(pauseAfter)).toEqual([seconds(2), seconds(4), seconds(2048), hours(1), hours(1)])
  })

  test('waits as long as Microsoft asks for, and no longer than an hour', () => {
    const pause = (asked: number, tries = 0) =>
      ((triedAgain(wish(2, { tries }), NOW, asked).notBefore ?? 0) - NOW) as EpochMs
    expect([pause(120_000), pause(500), pause(120_000, 9), pause(hours(5))]).toEqual([
      ...[minutes(2), seconds(2), seconds(1024), hours(1)],
    ])
  })

  test('is given up when it was tried eighty times', () => {
    expect(tries(78)).toMatchObject({ state: 'pending', tries: 79 })
    const { request: _, ...kept } = wish(2)
    expect(tries(79)).toEqual({
      ...{ ...kept, tries: 80, state: 'rejected', reason: 'microsoft_failing', finishedAt: NOW },
    })
  })
})

describe('what a task has replaced', () => {
  test('is on record with what earlier tries replaced, each value once', async () => {
    const task = taskOf([wish(3, { overruled: [older] })])
    const outcome = async (overruled: object[]) => (await settledAs(task, applied({ overruled }))).of(3)?.overruled
    expect(await outcome([theirs, older])).toEqual([older, theirs])
    expect(await outcome([{ field: 'location', value: 'Older' }])).toEqual([
      older,
      { field: 'location', value: 'Older' },
    ])
    expect((await settledAs(task, REJECTED)).of(3)?.overruled).toEqual([older])
  })

  test('stays on record of the last action when its answer got lost', async () => {
    const { of } = await settledAs(taskOf([wish(2), wish(3)], { overruled: [theirs] }), LATER)
    expect([of(2)?.overruled, of(3)?.overruled]).toEqual([[], [theirs]])
  })

  test('stays on record of an action that a later one takes the place of', async () => {
    const { of } = await settledAs(taskOf([wish(2, { overruled: [older] }), wish(3)]), applied())
    expect([of(2)?.overruled, of(3)?.overruled]).toEqual([[older], []])
  })
})

describe('the agreement after a rejection', () => {
  const rejectedWith = async (base: Agreement) => (await settledAs(taskOf([wish(3)], {}, base), REJECTED)).agreements

  test('forgets what was sent while there can be no event', async () => {
    const base = { ...noAgreement(), sent: { summary: 'Sent' }, sentBy: { summary: 2 } }
    expect(await rejectedWith(base)).toEqual([{ ...base, settled: 3, sent: {}, sentBy: {} }])
    const attempted = { ...base, attemptedAt: AGO }
    expect(await rejectedWith(attempted)).toEqual([{ ...attempted, settled: 3 }])
  })

  test('is as it was where there is one', async () => {
    expect(await rejectedWith(agreement())).toEqual([agreement({ settled: 3 })])
  })
})

describe('an action of another integrator that has lost its fields', () => {
  const rival = upsert(1, { summary: 'Early', location: null }, { integrator: 'planner' })
  const winner = taskOf([wish(3)], { rivals: [1] })
  const outdone = { ...rival, request: { ...rival.request, outdone: { summary: 3 } } }

  test('does not ask for them any more once the later wish is fulfilled', async () => {
    expect((await settledAs(winner, applied(), [rival])).of(1)).toEqual(outdone)
    expect((await settledAs(winner, applied({ state: 'unchanged' }), [rival])).of(1)).toEqual(outdone)
  })

  test.each([REJECTED, LATER])('goes on asking while it is not fulfilled ($state)', async (result) => {
    expect((await settledAs(winner, result, [rival])).of(1)).toBeUndefined()
  })

  test('is nobody but a rival', async () => {
    expect((await settledAs(taskOf([wish(3)], { rivals: [7] }), applied(), [rival])).of(1)).toBeUndefined()
    expect((await settledAs(taskOf([wish(3)]), applied(), [rival])).of(1)).toBeUndefined()
  })

  test('loses to each that beats it', async () => {
    const other = taskOf([upsert(4, { location: { description: 'Room 1' } })], { rivals: [1] })
    const account = createPushAccount({ actions: [rival] })
    await settleTasks(
      account.push,
      [winner, other].map((task) => ({ task, result: applied() })),
    )
    expect(account.actions.get(1)?.request).toMatchObject({ outdone: { summary: 3, location: 4 } })
  })

  const last = (seen: object) => taskOf([{ ...wish(3), request: { kind: 'upsert', target, wanted: {}, ...seen } }])

  test('is superseded by the latest of them when it had nothing left to ask for', async () => {
    const task = last({ outdone: { summary: 7, location: 5 } })
    expect((await settledAs(task, applied({ state: 'unchanged' }))).of(3)).toMatchObject({
      ...{ state: 'superseded', supersededBy: 7 },
    })
    expect((await settledAs(task, applied())).of(3)).toMatchObject({ state: 'applied' })
    expect((await settledAs(last({ outdone: {} }), applied({ state: 'unchanged' }))).of(3)).toMatchObject({
      state: 'unchanged',
    })
    const deletion = taskOf([action(3, { kind: 'delete', target })])
    expect((await settledAs(deletion, applied({ state: 'unchanged' }))).of(3)).toMatchObject({ state: 'unchanged' })
  })
})
