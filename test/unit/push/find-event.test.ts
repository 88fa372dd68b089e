import { describe, expect, test } from 'vitest'
import type { Agreement } from '../../../shared/push/agreement.ts'
import type { Cached } from '../../../shared/push/session.ts'
import { cachedAs, codeOf, keyOf, OWN, startChanges, WHO, WHOLE } from '../../support/accepting.ts'
import { agreement } from '../../support/push.ts'

const marked = (more: Partial<Cached> = {}) => cachedAs(more, { marker: `${OWN.key}.1` })

describe('an event by the integrator’s own id', () => {
  const targetOf = async (kept: Parameters<typeof startChanges>[0]) => {
    const { request } = await startChanges(kept).changes.upsert(WHO, 'other', { eventId: 'fa-1' }, WHOLE)
    return request && 'target' in request ? request.target : undefined
  }
  const here = { agreement: keyOf({ eventId: 'fa-1' }, 'other'), calendar: 'other', eventId: 'fa-1' }

  test('that was moved to another calendar is the same event there', async () => {
    const moved = { agreements: [OWN], cached: [cachedAs({ calendar: 'other' })] }
    expect(await targetOf(moved)).toEqual({ agreement: OWN.key, calendar: 'other', eventId: 'fa-1' })
  })

  test('of another calendar is another event', async () => {
    expect(await targetOf({ agreements: [OWN], cached: [cachedAs()] })).toEqual(here)
    expect(await targetOf({ agreements: [OWN] })).toEqual(here)
    const { providerId: _, ...attempted } = OWN
    expect(await targetOf({ agreements: [attempted], cached: [cachedAs({ calendar: 'other' })] })).toEqual(here)
  })

  test('is the one of its calendar where both have one', async () => {
    const cached = [cachedAs({ calendar: 'other' })]
    const own: Agreement = { ...OWN, key: here.agreement, calendar: 'other', providerId: 'provider-2' }
    expect(await targetOf({ agreements: [OWN, own], cached })).toEqual(here)
    const { providerId: _, ...gone } = own
    expect((await targetOf({ agreements: [OWN, gone], cached }))?.agreement).toBe(OWN.key)
  })
})

describe('an event by our key', () => {
  const KEY = { key: 'item provider-1' }
  const send = (kept: Parameters<typeof startChanges>[0], who = WHO) =>
    startChanges(kept).changes.upsert(who, 'calendar', KEY, WHOLE)
  const targetOf = async (...asked: Parameters<typeof send>) => {
    const { request } = await send(...asked)
    return request && 'target' in request ? request.target : undefined
  }
  const foreign = { agreement: keyOf(KEY), calendar: 'calendar', providerId: 'provider-1' }

  test('is the integrator’s own where it has made it', async () => {
    const own = { agreement: OWN.key, calendar: 'calendar', eventId: 'fa-1' }
    expect(await targetOf({ agreements: [OWN], cached: [marked()] })).toEqual(own)
  })

  test('is its to change where it is part of its own series', async () => {
    const agreements = [{ ...OWN, providerId: 'series' }]
    const cached = [marked({ kind: 'occurrence', seriesProviderId: 'series' })]
    expect(await targetOf({ agreements, cached })).toEqual(foreign)
    const { eventId: _, ...nameless } = OWN
    expect(await targetOf({ agreements: [nameless], cached: [marked()] })).toEqual(foreign)
  })

  test.each([
    { name: 'has no marker', cached: cachedAs() },
    { name: 'is a copy of its own', cached: marked({ providerId: 'provider-1' }), own: { providerId: 'provider-2' } },
    { name: 'is another integrator’s', cached: marked(), own: { integrator: 'planner' } },
    { name: 'has a marker that nobody knows', cached: marked(), own: { key: 'another' } },
  ])('that $name is not its to change, unless the person allows it', async ({ cached, own }) => {
    const kept = { agreements: [{ ...OWN, ...own }], cached: [cached] }
    expect(await codeOf(send(kept))).toBe('EVENT_NOT_OWN')
    expect(await codeOf(send(kept, { ...WHO, unrestrictedIn: ['other'] }))).toBe('EVENT_NOT_OWN')
    expect(await targetOf(kept, { ...WHO, unrestrictedIn: ['calendar'] })).toEqual(foreign)
    expect(await targetOf(kept, { ...WHO, unrestricted: true })).toEqual(foreign)
  })

  test('may be changed in part, with nothing agreed on before', async () => {
    const who = { ...WHO, unrestricted: true }
    const { changes } = startChanges({ cached: [cachedAs()] })
    expect(await codeOf(changes.upsert(who, 'calendar', KEY, { summary: 'Ours' }))).toBe('accepted')
  })

  test('goes on from what was agreed on under that key', async () => {
    const known = agreement({ key: keyOf(KEY), eventId: undefined, settled: 5 })
    const action = await send({ agreements: [known], cached: [cachedAs()] }, { ...WHO, unrestricted: true })
    expect(action).toMatchObject({ settledBefore: 5 })
    expect(action.eventId).toBeUndefined()
  })

  test('is no series: that has no time of its own', async () => {
    const who = { ...WHO, unrestricted: true }
    expect(await codeOf(send({ cached: [cachedAs({ kind: 'series' })] }, who))).toBe('NOT_FOUND')
  })

  test('is not found in another calendar, or where it is not cached', async () => {
    const who = { ...WHO, unrestricted: true }
    expect(await codeOf(send({ cached: [cachedAs({ calendar: 'other' })] }, who))).toBe('NOT_FOUND')
    expect(await codeOf(send({}, who))).toBe('NOT_FOUND')
  })
})
