import { describe, expect, test } from 'vitest'
import { SyncError } from '../../../shared/core/errors.ts'
import { later, minutes, seconds } from '../../../shared/core/time.ts'
import type { Action } from '../../../shared/push/action.ts'
import { pushActions } from '../../../shared/push/push-actions.ts'
import type { Answer, Call } from '../../../shared/push/writer.ts'
import { action, agreement, content, current, times, upsert } from '../../support/push.ts'
import { createPushAccount, NOW, PUSHED } from '../../support/push-account.ts'

const DEADLINE = later(NOW, minutes(1))

/** Makes and changes whatever is asked for. */
const willing = (call: Call): Answer => {
  if (call.kind === 'delete' || call.kind === 'respond') return { kind: 'done' }
  const providerId = 'marker' in call ? `made ${call.marker}` : 'providerId' in call ? call.providerId : ''
  const summary = 'patch' in call ? (call.patch.summary ?? '') : ''
  return {
    kind: 'item',
    item: { kind: 'event', event: { ...content({ summary }), providerId, etag: 'e', kind: 'single' } },
  }
}

const wish = (number: number, key: string, more: Partial<Action> = {}): Action => ({
  ...upsert(number, {}, more),
  request: {
    kind: 'upsert',
    wanted: { summary: `Wish ${number}`, times: times() },
    target: { agreement: key, calendar: 'calendar', eventId: key },
  },
})

const pushed = (kept: Parameters<typeof createPushAccount>[0]) => {
  const account = createPushAccount(kept)
  account.answer = willing
  return account
}
const states = (account: ReturnType<typeof createPushAccount>) =>
  [...account.actions.values()].map(({ state }) => state)

/** What somebody asks of `provider-1` who names it by our key. */
const byKey = (number: number, kind: 'upsert' | 'delete'): Action => {
  const at = { agreement: 'x', calendar: 'calendar', providerId: 'provider-1' }
  const wanted = { summary: `Wish ${number}` }
  return action(number, kind === 'delete' ? { kind, target: at } : { kind, target: at, wanted })
}

describe('of many pending actions', () => {
  const shared = [
    agreement({ key: 'x', integrator: 'other', eventId: undefined }),
    agreement({ key: 'shared', calendar: 'calendar' }),
  ]
  const many = Array.from({ length: 90 }, (_, at) => wish(at + 3, `own ${at}`))

  test.each(['upsert', 'delete'] as const)(
    'a later %s of an event goes before an earlier wish, however far that is behind',
    async (kind) => {
      const account = pushed({
        agreements: shared,
        cached: [{ ...current(), calendar: 'calendar' }],
        actions: [byKey(2, 'upsert'), ...many, wish(100, 'shared'), byKey(200, kind)],
      })
      await pushActions(account.push, DEADLINE)
      expect(account.actions.get(100)).toMatchObject({ state: 'superseded', supersededBy: 200 })
      expect(account.actions.get(200)).toMatchObject({ state: 'applied' })
    },
  )

  test('those go on whose event nobody waits for', async () => {
    const account = pushed({
      agreements: shared,
      cached: [{ ...current(), calendar: 'calendar' }],
      actions: [byKey(2, 'upsert'), ...many, wish(100, 'shared', { tries: 1, notBefore: later(NOW, minutes(5)) })],
    })
    await pushActions(account.push, DEADLINE)
    expect(states(account).filter((state) => state === 'applied')).toHaveLength(90)
  })
})

describe('an event that somebody has moved', () => {
  const calendars = [PUSHED, { ...PUSHED, key: 'gone', deleted: true }]
  const moved = {
    calendars,
    agreements: [agreement({ key: 'a', calendar: 'gone', eventId: 'a' })],
    cached: [{ ...current(), calendar: 'calendar' }],
  }

  test.each(['upsert', 'delete'] as const)(
    'takes an %s where it is, although the calendar it was made in is gone',
    async (kind) => {
      const deletion = action(2, { kind: 'delete', target: { agreement: 'a', calendar: 'calendar', eventId: 'a' } })
      const account = pushed({ ...moved, actions: [kind === 'delete' ? deletion : wish(2, 'a')] })
      await pushActions(account.push, DEADLINE)
      expect(account.requests.flat().map((call) => call.kind)).toEqual([kind === 'delete' ? 'delete' : 'update'])
      expect(states(account)).toEqual(['applied'])
    },
  )

  test('goes with a deletion of everything in the calendar it is in, and not of the one it was in', async () => {
    for (const [calendar, calls] of [
      ['calendar', 1],
      ['gone', 0],
    ] as const) {
      const account = pushed({ ...moved, actions: [action(2, { kind: 'delete-all', calendars: [calendar] })] })
      await pushActions(account.push, DEADLINE)
      expect(account.requests.flat()).toHaveLength(calls)
      expect(states(account)).toEqual(['applied'])
    }
  })
})

describe('pending actions', () => {
  test('are none of a quiet account', async () => {
    const account = pushed({})
    expect(await pushActions(account.push, DEADLINE)).toEqual({ ran: 'complete' })
    expect(account.diary).toEqual([])
  })

  test('are applied until none is left', async () => {
    const account = pushed({
      actions: [
        wish(2, 'a'),
        wish(3, 'b'),
        action(4, { kind: 'delete', target: { agreement: 'a', calendar: 'calendar', eventId: 'a' } }),
        wish(5, 'a'),
      ],
    })
    expect(await pushActions(account.push, DEADLINE)).toEqual({ ran: 'complete' })
    expect(states(account)).toEqual(['superseded', 'applied', 'unchanged', 'applied'])
  })

  const silent = (kept: Parameters<typeof createPushAccount>[0]) => {
    const account = createPushAccount(kept)
    account.answer = () => {
      throw new SyncError('MICROSOFT_UNREACHABLE', 'nobody there')
    }
    return account
  }

  test('are left for another visit when nobody answers', async () => {
    const account = silent({ actions: [wish(2, 'a')] })
    expect(await pushActions(account.push, DEADLINE)).toEqual({ ran: 'unanswered', notBefore: undefined })
    expect(account.requests).toHaveLength(1)
  })

  const sweeps = {
    agreements: ['sample', 'planner'].map((integrator) =>
      agreement({ key: integrator, integrator, eventId: integrator, providerId: integrator }),
    ),
    cached: ['sample', 'planner'].map((providerId) => ({ ...current({}, { providerId }), calendar: 'calendar' })),
    actions: ['sample', 'planner'].map((integrator, at) => ({
      ...action(at + 2, { kind: 'delete-all' }),
      integrator,
    })),
  }

  test('may be deletions of everything of several integrators, each in its turn', async () => {
    const account = pushed(sweeps)
    let readings = 0
    Object.defineProperty(account.session, 'hasPending', { get: () => readings++ === 0 })
    expect(await pushActions(account.push, DEADLINE)).toEqual({ ran: 'complete' })
    expect(states(account)).toEqual(['applied', 'applied'])
    const unanswered = silent(sweeps)
    expect(await pushActions(unanswered.push, DEADLINE)).toMatchObject({ ran: 'unanswered' })
    expect(unanswered.requests).toHaveLength(1)
  })

  test('begin a new agreement where there is none', async () => {
    const account = pushed({ actions: [wish(2, 'a')] })
    await pushActions(account.push, DEADLINE)
    expect(account.settlements[0]?.agreements).toEqual([
      {
        ...{ key: 'a', integrator: 'sample', calendar: 'calendar', eventId: 'a', providerId: undefined, generation: 1 },
        ...{
          sent: { summary: 'Wish 2', times: times() },
          sentBy: { summary: 2, times: 2 },
          storedBy: 0,
          settled: 0,
          attemptedAt: NOW,
          attemptedSince: NOW,
        },
      },
    ])
  })

  test('are put on with what the cache and the calendar say', async () => {
    const cached = { ...current({ summary: 'Wish 2' }), calendar: 'calendar' }
    const known = agreement({ key: 'a', eventId: 'a', stored: undefined, sent: {} })
    const account = pushed({ actions: [wish(2, 'a')], agreements: [known], cached: [cached] })
    await pushActions(account.push, DEADLINE)
    expect([account.requests, states(account)]).toEqual([[], ['unchanged']])
    const readOnly = pushed({ actions: [wish(2, 'a')], calendars: [{ ...PUSHED, writable: false }] })
    await pushActions(readOnly.push, DEADLINE)
    expect(readOnly.actions.get(2)).toMatchObject({ reason: 'calendar_read_only' })
    const elsewhere = pushed({ actions: [wish(2, 'a')], calendars: [{ ...PUSHED, key: 'other' }] })
    await pushActions(elsewhere.push, DEADLINE)
    expect(elsewhere.actions.get(2)).toMatchObject({ reason: 'calendar_gone' })
  })

  test('are taken eighty at a time', async () => {
    const account = pushed({ actions: Array.from({ length: 81 }, (_, at) => wish(at + 2, `key-${at}`)) })
    await pushActions(account.push, DEADLINE)
    const counts = account.settlements.map(({ actions }) => actions.length)
    // Each eighty begin with creations that are noted.
    expect(counts).toEqual([0, ...Array.from({ length: 20 }, () => 4), 0, 1])
  })

  test('that are to be tried later are left, and told when', async () => {
    const notBefore = later(NOW, seconds(5))
    const account = pushed({ actions: [wish(2, 'a', { notBefore }), wish(3, 'b')] })
    expect(await pushActions(account.push, DEADLINE)).toEqual({ ran: 'complete', notBefore })
    expect(states(account)).toEqual(['pending', 'applied'])
  })

  test('stop at the deadline, and come further before', async () => {
    const at = later(NOW, seconds(5))
    const ready = ['a', 'b', 'c', 'd', 'e'].map((name, index) => wish(index + 2, name))
    const account = pushed({ actions: [...ready, wish(9, 'f', { notBefore: at })] })
    const applied = () => states(account).filter((state) => state === 'applied')
    expect(await pushActions(account.push, NOW)).toEqual({ ran: 'late', notBefore: at })
    expect(applied()).toHaveLength(4)
    expect(await pushActions(account.push, NOW)).toEqual({ ran: 'late', notBefore: at })
    expect(applied()).toHaveLength(5)
    account.now = at
    expect(await pushActions(account.push, NOW)).toEqual({ ran: 'complete' })
    expect(applied()).toHaveLength(6)
  })
})

describe('a deletion of everything', () => {
  const ALL = action(9, { kind: 'delete-all' })
  const managed = agreement({ key: 'a', eventId: 'a', providerId: 'provider-1' })
  const cached = { ...current(), calendar: 'calendar' }

  test('comes after the other work', async () => {
    const account = pushed({
      actions: [{ ...wish(2, 'b'), integrator: 'planner' }, ALL],
      agreements: [managed],
      cached: [cached],
    })
    expect(await pushActions(account.push, DEADLINE)).toEqual({ ran: 'complete' })
    expect(account.requests.flat().map(({ kind }) => kind)).toEqual(['create', 'delete'])
    expect(states(account)).toEqual(['applied', 'applied'])
  })

  test('is one after another, and ends with the visit', async () => {
    const theirs = { ...ALL, number: 10, integrator: 'planner' }
    const other = agreement({ key: 'b', eventId: 'b', providerId: 'provider-1', integrator: 'planner' })
    const account = pushed({ actions: [ALL, theirs], agreements: [managed, other], cached: [cached] })
    expect(await pushActions(account.push, NOW)).toEqual({ ran: 'late', notBefore: undefined })
    expect(states(account)).toEqual(['applied', 'pending'])
    expect(await pushActions(account.push, DEADLINE)).toEqual({ ran: 'complete' })
    expect(states(account)).toEqual(['applied', 'applied'])
  })
})

describe('two integrators that want one event', () => {
  const cached = { ...current(), calendar: 'calendar' }
  const external = (number: number, integrator: string, more: Partial<Action> = {}): Action => ({
    ...wish(number, integrator, more),
    integrator,
    request: {
      ...{ kind: 'upsert', wanted: { summary: `Wish ${number}` } },
      target: { agreement: integrator, calendar: 'calendar', providerId: 'provider-1' },
    },
  })

  test('are served in turn, the later wish first', async () => {
    const account = pushed({ actions: [external(2, 'early'), external(3, 'late')], cached: [cached] })
    await pushActions(account.push, DEADLINE)
    expect(account.requests.flat()).toMatchObject([{ kind: 'update', patch: { summary: 'Wish 3' } }])
    expect(account.actions.get(2)).toMatchObject({ state: 'superseded', supersededBy: 3 })
  })

  test('wait for a later wish that is not to be tried yet', async () => {
    const notBefore = later(NOW, seconds(5))
    const account = pushed({ actions: [external(2, 'early'), external(3, 'late', { notBefore })], cached: [cached] })
    expect(await pushActions(account.push, DEADLINE)).toEqual({ ran: 'complete', notBefore })
    expect(account.requests).toEqual([])
    const managed = { ...wish(2, 'early'), integrator: 'early' }
    const agreements = [agreement({ key: 'early', eventId: 'early', integrator: 'early' })]
    const mixed = pushed({ actions: [managed, external(3, 'late', { notBefore })], agreements, cached: [cached] })
    await pushActions(mixed.push, DEADLINE)
    expect(mixed.requests).toEqual([])
  })
})

test('of upserts of one event those are refused that name too many people, before anything is written', async () => {
  const invite = (from: number) => Array.from({ length: 300 }, (_, at) => ({ email: `p${from + at}@x.example` }))
  const inviting = (number: number, from: number): Action => {
    const wanted = { times: times(), attendees: { invite: invite(from), remove: [] } }
    const target = { agreement: 'crowd', calendar: 'calendar', eventId: 'crowd' }
    return { ...upsert(number, {}), request: { kind: 'upsert', wanted, target } }
  }
  const account = pushed({ actions: [inviting(2, 0), inviting(3, 300), wish(4, 'crowd'), wish(5, 'other')] })
  expect(await pushActions(account.push, DEADLINE)).toEqual({ ran: 'complete' })
  expect(states(account)).toEqual(['superseded', 'rejected', 'applied', 'applied'])
  expect(account.actions.get(3)).toMatchObject({ reason: 'value_refused', finishedAt: NOW })
  expect(account.actions.get(3)?.request).toBeUndefined()
  expect(account.requests[0]).toMatchObject([{ content: { summary: 'Wish 4', attendees: invite(0) } }, {}])
  expect(account.told[0]).toMatchObject(['info', 'action-settled', { action: '3', state: 'rejected' }])
})
