import { describe, expect, test } from 'vitest'
import { SyncError } from '../../../shared/core/errors.ts'
import { epochMs, later, minutes } from '../../../shared/core/time.ts'
import type { Agreement } from '../../../shared/push/agreement.ts'
import { deleteAll } from '../../../shared/push/delete-all.ts'
import type { Cached } from '../../../shared/push/session.ts'
import { action, agreement, content, current, upsert } from '../../support/push.ts'
import { createPushAccount, NOW } from '../../support/push-account.ts'

const DEADLINE = later(NOW, minutes(1))
const AGO = epochMs(NOW - minutes(5))

const ALL = (calendars?: readonly string[]) => action(9, { kind: 'delete-all', calendars }, { acceptedAt: AGO })
const named = (name: string, more: Partial<Agreement> = {}): Agreement =>
  agreement({ key: `key-${name}`, eventId: name, providerId: name, ...more })
const cachedAs = (providerId: string, heardAt = AGO, summary = 'Agreed'): Cached => ({
  ...current({ summary }, { providerId }),
  ...{ calendar: 'calendar', heardAt },
})

type Kept = NonNullable<Parameters<typeof createPushAccount>[0]>

async function swept(kept: Kept, sweep: Parameters<typeof deleteAll>[1] = { action: ALL(), replaced: [] }) {
  const account = createPushAccount(kept)
  account.answer = () => ({ kind: 'done' })
  const ran = await deleteAll(account.push, sweep, DEADLINE)
  return { ran, account, deleted: account.requests.flat().map((call) => 'providerId' in call && call.providerId) }
}

const several = (count: number) => Array.from({ length: count }, (_, at) => named(`e-${at}`))

describe('deleting everything', () => {
  test('deletes each of the integrator’s events, and is done', async () => {
    const [one, two] = [named('one'), named('two')]
    const { ran, account, deleted } = await swept({
      agreements: [one, two],
      cached: ['one', 'two'].map((id) => cachedAs(id)),
    })
    expect([ran, deleted]).toEqual(['complete', ['one', 'two']])
    expect(account.actions.get(9)).toMatchObject({ state: 'applied', overruled: [], finishedAt: NOW })
    expect(account.actions.get(9)?.request).toBeUndefined()
    expect(account.agreements.get('key-one')).toMatchObject({ settled: 9, generation: 2, eventId: 'one' })
    expect(account.agreements.get('key-one')?.providerId).toBeUndefined()
    expect(account.settlements.at(-1)).toMatchObject({ agreements: [], learned: [], dirty: [] })
    const facts = { account: 'acc_1', action: '9', kind: 'delete-all', state: 'applied', durationMs: minutes(5) }
    expect(account.told).toContainEqual(['info', 'action-settled', facts])
  })

  test('leaves alone what is not there, and what others manage', async () => {
    const { providerId: _, ...never } = named('never')
    const foreign = named('foreign', { integrator: 'planner' })
    const { account } = await swept({ agreements: [never, foreign] })
    expect(account.requests).toEqual([])
    expect(account.actions.get(9)).toMatchObject({ state: 'applied' })
  })

  test('looks for what may have been made', async () => {
    const { providerId: _, ...attempted } = named('attempted', { attemptedAt: epochMs(1) })
    const account = createPushAccount({ agreements: [attempted] })
    await deleteAll(account.push, { action: ALL(), replaced: [] }, DEADLINE)
    expect(account.diary[0]).toBe('find')
  })

  test('has no outcome while nobody answers', async () => {
    const account = createPushAccount({ agreements: [named('one')], cached: [cachedAs('one')] })
    account.answer = () => {
      throw new SyncError('MICROSOFT_UNREACHABLE', 'nobody there')
    }
    expect(await deleteAll(account.push, { action: ALL(), replaced: [] }, DEADLINE)).toBe('unanswered')
    expect(account.actions.get(9)).toBeUndefined()
  })

  test('of some calendars leaves the others', async () => {
    const agreements = [named('one'), named('two', { calendar: 'other' })]
    const { deleted } = await swept(
      { agreements, cached: [cachedAs('one')] },
      { action: ALL(['calendar']), replaced: [] },
    )
    expect(deleted).toEqual(['one'])
  })

  test('takes forty at a time, the last of which may be fewer', async () => {
    const agreements = several(41)
    const { account } = await swept({
      agreements,
      cached: agreements.map(({ providerId = '' }) => cachedAs(providerId)),
    })
    expect(account.requests.map((calls) => calls.length)).toEqual([...Array<number>(10).fill(4), 1])
    expect(account.actions.get(9)).toMatchObject({ state: 'applied' })
  })

  test('begins no lot after the deadline, and has no outcome then', async () => {
    const agreements = several(41)
    const cached = agreements.map(({ providerId = '' }) => cachedAs(providerId))
    const account = createPushAccount({ agreements, cached, actions: [ALL()] })
    account.answer = () => {
      if (account.requests.length === 10) account.now = DEADLINE
      return { kind: 'done' }
    }
    expect(await deleteAll(account.push, { action: ALL(), replaced: [] }, DEADLINE)).toBe('late')
    expect(account.requests).toHaveLength(10)
    expect(account.actions.get(9)).toMatchObject({ state: 'pending' })
  })

  test('does not ask again for what it has settled before', async () => {
    const { account } = await swept({ agreements: [named('one', { settled: 9 })] })
    expect(account.requests).toEqual([])
    expect(account.actions.get(9)).toMatchObject({ state: 'rejected', reason: 'some_left', overruled: [] })
  })

  test('is tried again while an event has no outcome', async () => {
    const account = createPushAccount({
      agreements: [named('one'), named('two', { settled: 9 })],
      cached: [cachedAs('one')],
    })
    account.answer = () => ({ kind: 'later', throttled: false })
    await deleteAll(account.push, { action: ALL(), replaced: [] }, DEADLINE)
    expect(account.actions.get(9)).toMatchObject({ state: 'pending', tries: 1, kind: 'delete-all' })
  })

  test('takes the place of the wishes before it', async () => {
    const wish = upsert(8, { summary: 'Ours' })
    const { account } = await swept({}, { action: ALL(), replaced: [wish] })
    expect(account.actions.get(8)).toMatchObject({ state: 'superseded', supersededBy: 9 })
  })
})

describe('an event that somebody edited', () => {
  const outcomeOf = async (cached: Cached, stored = content()) => {
    const { account } = await swept({ agreements: [named('one', { stored: { content: stored } })], cached: [cached] })
    return [account.requests.length, account.actions.get(9)?.state]
  }

  test('before the integrator asked is deleted, for it could be seen', async () => {
    expect(await outcomeOf(cachedAs('one', AGO, 'Theirs'))).toEqual([1, 'applied'])
  })

  test('after that stays', async () => {
    expect(await outcomeOf(cachedAs('one', later(AGO, 1 as never), 'Theirs'))).toEqual([0, 'rejected'])
  })

  test('is none where the news is what the integrator wrote itself', async () => {
    const written = cachedAs('one', NOW, 'Ours')
    expect(await outcomeOf(written, content({ summary: 'Ours' }))).toEqual([1, 'applied'])
  })

  test('is unknown where nobody says when it was heard of, and is deleted', async () => {
    const { heardAt: _, ...silent } = cachedAs('one', AGO, 'Theirs')
    expect(await outcomeOf(silent)).toEqual([1, 'applied'])
  })
})

test('an event that was asked for and never answered is compared with what was asked', async () => {
  const wish = upsert(8, { summary: 'Ours' })
  const request = {
    kind: 'upsert' as const,
    wanted: { summary: 'Ours' },
    target: { agreement: 'key-one', calendar: 'calendar' },
  }
  const {
    providerId: _,
    stored: __,
    ...attempted
  } = named('one', { attemptedAt: epochMs(1), sent: { summary: 'First' } })
  const of = async (replaced: readonly (typeof wish)[]) => {
    const account = createPushAccount({ agreements: [attempted] })
    account.answer = ({ kind }) =>
      kind === 'find'
        ? {
            kind: 'item',
            item: {
              kind: 'event',
              event: { ...content({ summary: 'Ours' }), providerId: 'one', etag: 'e', kind: 'single' },
            },
          }
        : { kind: 'done' }
    await deleteAll(account.push, { action: ALL(), replaced }, DEADLINE)
    return account.diary.filter((line) => line === 'delete').length
  }
  expect(await of([{ ...wish, request }])).toBe(1)
  expect(await of([{ ...wish, request: { ...request, target: { ...request.target, agreement: 'key-two' } } }])).toBe(0)
  expect(await of([{ ...wish, request: undefined }, action(7, { kind: 'delete-all' })])).toBe(0)
})
