import { describe, expect, test } from 'vitest'
import { epochMs } from '../../../shared/core/time.ts'
import { MOST_PENDING } from '../../../shared/push/accept.ts'
import { snapshotOf } from '../../../shared/push/snapshot.ts'
import { versionOf } from '../../../shared/push/version.ts'
import { cachedAs, codeOf, digest, keyOf, OWN, startChanges, WHO, WHOLE } from '../../support/accepting.ts'
import { agreement, times, upsert } from '../../support/push.ts'
import { NOW, PUSHED } from '../../support/push-account.ts'

describe('an accepted request', () => {
  test('is an action that says who asks for what since when, and wakes the account', async () => {
    const { changes, told } = startChanges({ agreements: [OWN] })
    const key = { name: 'name', fingerprint: 'f' }
    const { token, ...accepted } = await changes.upsert({ ...WHO, key }, 'calendar', { eventId: 'fa-1' }, WHOLE)
    expect(accepted).toEqual({
      ...{ number: 9, integrator: 'sample', acceptedAt: NOW, settledBefore: 7, state: 'pending', kind: 'upsert' },
      ...{ eventId: 'fa-1', overruled: [], tries: 0 },
      request: {
        ...{ kind: 'upsert', wanted: WHOLE, seen: undefined },
        target: { agreement: OWN.key, calendar: 'calendar', eventId: 'fa-1' },
      },
    })
    expect(token).toMatch(/^[\w-]{22}$/)
    expect(told).toEqual(['append', 'under name', 'wake'])
  })

  test('of a new event has nothing settled before it', async () => {
    const accepted = await startChanges().changes.upsert(WHO, 'calendar', { eventId: 'new' }, WHOLE)
    expect(accepted).toMatchObject({ settledBefore: 0, eventId: 'new' })
  })

  test('may go where its batch says', async () => {
    const { changes, told } = startChanges()
    const lot = changes.lot('acc_1', 2)
    const both = [0, 1].map((at) =>
      changes.upsert({ ...WHO, intake: lot.place(at) }, 'calendar', { eventId: `e-${at}` }, WHOLE),
    )
    expect((await Promise.all(both)).map(({ eventId }) => eventId)).toEqual(['e-0', 'e-1'])
    expect(told).toEqual(['append', 'append', 'wake'])
  })
})

describe('nothing is accepted', () => {
  const upsertIn = (calendar: string, ...kept: Parameters<typeof startChanges>) =>
    codeOf(startChanges(...kept).changes.upsert(WHO, calendar, { eventId: 'fa-1' }, WHOLE))

  test('until the person has connected again, and for nobody', async () => {
    expect(await upsertIn('calendar', {}, 'needs-reconnect')).toBe('RECONNECT_REQUIRED')
    expect(await upsertIn('calendar', {}, 'away')).toBe('NOT_FOUND')
    expect(await codeOf(startChanges({}, 'needs-reconnect').changes.deleteAll(WHO))).toBe('RECONNECT_REQUIRED')
    expect(await codeOf(startChanges({}, 'away').changes.deleteAll(WHO))).toBe('NOT_FOUND')
    expect(await upsertIn('calendar')).toBe('accepted')
  })

  test('in a calendar that is unknown, deleted or read-only', async () => {
    expect(await upsertIn('unknown')).toBe('NOT_FOUND')
    expect(await upsertIn('calendar', { calendars: [{ ...PUSHED, deleted: true }] })).toBe('NOT_FOUND')
    const kept = { calendars: [{ ...PUSHED, writable: false }], agreements: [OWN] }
    expect(await upsertIn('calendar', kept)).toBe('CALENDAR_READ_ONLY')
    const { changes } = startChanges(kept)
    expect(await codeOf(changes.delete(WHO, 'calendar', { eventId: 'fa-1' }))).toBe('CALENDAR_READ_ONLY')
  })

  test('that is too little to make an event of, where there is none', async () => {
    const send = (wanted: object, kept = {}) =>
      codeOf(startChanges(kept).changes.upsert(WHO, 'calendar', { eventId: 'fa-1' }, wanted))
    expect(await send({ summary: 'Ours' })).toBe('NOT_FOUND')
    expect(await send({ times: times() })).toBe('NOT_FOUND')
    expect(await send(WHOLE)).toBe('accepted')
    expect(await send({ summary: 'Ours' }, { agreements: [OWN] })).toBe('accepted')
    const { providerId: _, ...attempted } = { ...OWN, attemptedAt: epochMs(1) }
    expect(await send({ summary: 'Ours' }, { agreements: [attempted] })).toBe('accepted')
    const { attemptedAt: __, ...deleted } = attempted
    expect(await send({ summary: 'Ours' }, { agreements: [deleted] })).toBe('NOT_FOUND')
  })
})

describe('an integrator with 1,000 changes waiting for an account', () => {
  const waiting = (count: number, more = {}) => Array.from({ length: count }, (_, at) => upsert(at + 1, WHOLE, more))
  const send = (actions: ReturnType<typeof waiting>, who = WHO) => {
    const { changes, account } = startChanges({ actions })
    const change = changes.upsert(who, 'calendar', { eventId: 'new' }, WHOLE)
    return change.then(
      () => `accepted after ${account.asked.pendingActions} looks`,
      ({ code, retryAfterMs, facts }) => `${code} for ${retryAfterMs}: ${JSON.stringify(facts)}`,
    )
  }

  test('has to wait before the next one, and nobody has to for another', async () => {
    expect(await send(waiting(MOST_PENDING))).toBe('RATE_LIMITED for 60000: {"policy":"pending","pending":1000}')
    expect(await send(waiting(MOST_PENDING), { ...WHO, integrator: 'other' })).toBe('accepted after 1 looks')
    expect(await codeOf(startChanges({ actions: waiting(MOST_PENDING) }).changes.deleteAll(WHO))).toBe('RATE_LIMITED')
  })

  test('is looked for only where there may be so many, and what has an outcome does not count', async () => {
    expect(await send(waiting(MOST_PENDING - 1))).toBe('accepted after 0 looks')
    expect(await send(waiting(MOST_PENDING, { state: 'applied' }))).toBe('accepted after 1 looks')
  })
})

describe('what the integrator is taken to have seen', () => {
  const kept = { agreements: [OWN], cached: [cachedAs()] }
  const seen = async (event: { eventId: string } | { key: string }, basedOn?: string, who = WHO) => {
    const { request } = await startChanges(kept).changes.upsert(who, 'calendar', event, WHOLE, basedOn)
    return request && 'seen' in request ? request.seen : undefined
  }
  const everything = { ...WHO, unrestricted: true }
  const byKey = { key: 'item provider-1' }
  const version = digest(versionOf(cachedAs()))

  test('is the version it names, if that is still the one that is cached', async () => {
    expect(await seen({ eventId: 'fa-1' }, version)).toEqual(snapshotOf(cachedAs()))
    expect(await seen({ eventId: 'fa-1' }, 'older')).toBeUndefined()
    expect(await seen(byKey, 'older', everything)).toBeUndefined()
  })

  test('is the cached event where it names none, of events it did not create', async () => {
    expect(await seen(byKey, undefined, everything)).toEqual(snapshotOf(cachedAs()))
    expect(await seen({ eventId: 'fa-1' })).toBeUndefined()
  })

  test('is nothing of what is not cached', async () => {
    const { changes } = startChanges({ agreements: [OWN] })
    const { request } = await changes.upsert(WHO, 'calendar', { eventId: 'fa-1' }, WHOLE, version)
    expect(request).toMatchObject({ seen: undefined })
  })
})

describe('a deletion', () => {
  const remove = (kept: Parameters<typeof startChanges>[0], who = WHO) =>
    startChanges(kept).changes.delete(who, 'calendar', { eventId: 'fa-1' })

  test('says what the cache held of the event', async () => {
    expect(await remove({ agreements: [OWN], cached: [cachedAs()] })).toMatchObject({
      ...{ kind: 'delete', settledBefore: 7 },
      request: { kind: 'delete', target: { agreement: OWN.key }, seen: snapshotOf(cachedAs()) },
    })
    expect((await remove({ agreements: [OWN] }))?.request).toMatchObject({ seen: undefined })
  })

  test('of what is not there and not wanted is nothing to do', async () => {
    expect(await remove({})).toBeUndefined()
  })

  test('of what may be made yet is accepted', async () => {
    expect(await remove({ actions: [upsert(3, WHOLE)] })).toMatchObject({ kind: 'delete' })
    const { changes } = startChanges()
    const lot = changes.lot('acc_1', 2)
    lot.leave(0)
    const who = { ...WHO, intake: lot.place(1) }
    expect(await changes.delete(who, 'calendar', { eventId: 'fa-1' })).toMatchObject({ kind: 'delete' })
  })
})

test('a deletion of everything names known calendars, or none', async () => {
  const { changes } = startChanges()
  expect(await changes.deleteAll(WHO)).toMatchObject({ kind: 'delete-all', request: { calendars: undefined } })
  expect(await changes.deleteAll(WHO, ['other'])).toMatchObject({
    request: { kind: 'delete-all', calendars: ['other'] },
  })
  expect((await changes.deleteAll(WHO)).eventId).toBeUndefined()
  expect(await codeOf(changes.deleteAll(WHO, ['other', 'unknown']))).toBe('NOT_FOUND')
})

test('a response goes to the event itself, and needs no right to write', async () => {
  const known = agreement({ key: keyOf({ key: 'item provider-1' }), settled: 5 })
  const kept = { calendars: [{ ...PUSHED, writable: false }], cached: [cachedAs()], agreements: [known] }
  const respond = (key: string) => startChanges(kept).changes.respond(WHO, 'calendar', key, 'declined')
  expect(await respond('item provider-1')).toMatchObject({
    ...{ kind: 'respond', settledBefore: 5 },
    request: {
      ...{ kind: 'respond', response: 'declined' },
      target: { agreement: known.key, calendar: 'calendar', providerId: 'provider-1' },
    },
  })
  expect(await codeOf(respond('item unknown'))).toBe('NOT_FOUND')
})

test('an action is told to its own integrator, who knows its token', async () => {
  const { changes } = startChanges({ actions: [upsert(3, WHOLE)] })
  expect(await changes.action(WHO, 3, 'token-3')).toMatchObject({ number: 3 })
  expect(await codeOf(changes.action(WHO, 3, 'token-4'))).toBe('NOT_FOUND')
  expect(await codeOf(changes.action({ ...WHO, integrator: 'planner' }, 3, 'token-3'))).toBe('NOT_FOUND')
  expect(await codeOf(changes.action(WHO, 4, 'token-4'))).toBe('NOT_FOUND')
})
