import { describe, expect, test } from 'vitest'
import { SyncError } from '../../../shared/core/errors.ts'
import { type EpochMs, epochMs, hours, later, minutes, seconds } from '../../../shared/core/time.ts'
import type { Action } from '../../../shared/push/action.ts'
import type { Agreement } from '../../../shared/push/agreement.ts'
import type { Settlement } from '../../../shared/push/session.ts'
import { settleTasks, triedAgain } from '../../../shared/push/settle.ts'
import { begin, type Result, type Task } from '../../../shared/push/task.ts'
import { action, agreement, content, current, noAgreement, place, target, upsert } from '../../support/push.ts'
import { createPushAccount, NOW, PUSHED } from '../../support/push-account.ts'

const AGO = epochMs(NOW - minutes(5))

function taskOf(actions: readonly Action[], more: Partial<Task> = {}, base = agreement()): Task {
  const last = actions.at(-1) ?? upsert(9, {})
  const cached = { ...current(), calendar: 'calendar' }
  return { ...begin({ target, last, actions }, base, place, cached, NOW), ...more }
}

const wish = (number: number, more: Partial<Action> = {}) =>
  upsert(number, { summary: 'Ours' }, { acceptedAt: AGO, ...more })
const applied = (more: object = {}, base = agreement({ settled: 3 })): Result => ({
  ...{ state: 'applied', agreement: base, overruled: [], isOwn: true },
  ...more,
})
const REJECTED: Result = { state: 'rejected', reason: 'value_refused' }
const LATER: Result = { state: 'later', throttled: false }
const [theirs, older] = [
  { field: 'summary', value: 'Theirs' },
  { field: 'summary', value: 'Older' },
]

async function settledAs(task: Task, result: Result, pending: readonly Action[] = []) {
  const account = createPushAccount({ actions: [...pending, ...task.work.actions] })
  await settleTasks(account.push, [{ task, result }])
  const [settlement] = account.settlements
  if (settlement === undefined) throw new Error('nothing was settled')
  return { ...account, ...settlement, of: (number: number) => settlement.actions.find((one) => one.number === number) }
}

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
