import { describe, expect, test } from 'vitest'
import { epochMs } from '../../../shared/core/time.ts'
import { DESCRIPTION_MAX, type EventContent } from '../../../shared/events/event.ts'
import { plan } from '../../../shared/push/plan.ts'
import type { Current, Snapshot } from '../../../shared/push/snapshot.ts'
import type { Wanted } from '../../../shared/push/wanted.ts'
import { planned } from '../../support/planning.ts'
import { agreement, content, current, KEY, noAgreement, place, times } from '../../support/push.ts'

describe('an event that is not there', () => {
  test('is created once with everything that was asked for', () => {
    expect(planned({ summary: 'New', times: times() }, undefined, { base: noAgreement() })).toMatchObject({
      call: { kind: 'create', calendarProviderId: 'calendar-1', marker: `${KEY}.1`, content: { summary: 'New' } },
    })
  })

  test('was deleted by a person, and stays so while nothing new is asked for', () => {
    expect(planned({ summary: 'Agreed', times: times() }, undefined)).toEqual({ outcome: 'unchanged' })
  })

  test('was deleted by a person, and comes back under a new marker when something new is asked for', () => {
    const result = planned({ summary: 'Still on' }, undefined)
    expect(result).toMatchObject({
      call: { kind: 'create', marker: `${KEY}.2`, content: { summary: 'Still on', times: times() } },
      agreement: { generation: 2 },
    })
  })

  test('is never brought back when the integrator did not create it', () => {
    const { eventId: _, ...external } = agreement()
    expect(planned({ summary: 'Back' }, undefined, { base: external })).toEqual({
      outcome: 'rejected',
      reason: 'event_gone',
    })
  })

  test('takes no time when it lasts whole days, unless that is asked for', () => {
    const days = { start: { kind: 'date', date: '2026-11-23' }, end: { kind: 'date', date: '2026-11-24' } } as const
    const create = (wanted: Wanted) =>
      planned({ summary: 'Trip', times: days, ...wanted }, undefined, { base: noAgreement() })
    expect(create({})).toMatchObject({ call: { content: { transparency: 'transparent' } } })
    expect(create({ transparency: 'opaque' })).toMatchObject({ call: { content: { transparency: 'opaque' } } })
  })
})

describe('what is asked for some fields only', () => {
  const deleted = { ...noAgreement(), generation: 2 }

  test.each<Wanted>([{ summary: 'New' }, { summary: 'New', location: null }, { reminderMinutes: 5 }])(
    '%j makes no event where nobody has said when that is to be',
    (wanted) => {
      const gone = { outcome: 'rejected', reason: 'event_gone' }
      expect(planned(wanted, undefined, { base: deleted })).toEqual(gone)
      expect(planned({ ...wanted, times: times() }, undefined, { base: deleted })).toMatchObject({ outcome: 'write' })
    },
  )
})

describe('a creation', () => {
  const made = (wanted: Wanted, base = noAgreement(), at = place) =>
    planned({ times: times(), ...wanted }, undefined, { base, at })

  test('of an online meeting needs a calendar that has them', () => {
    const none = { ...place, onlineMeetings: false }
    expect(made({ summary: 'New', conferencing: 'teams' }, noAgreement(), none)).toEqual({
      ...{ outcome: 'rejected', reason: 'conferencing_unavailable' },
    })
    expect(made({ summary: 'New', conferencing: 'none' }, noAgreement(), none)).toMatchObject({ outcome: 'write' })
    expect(made({ summary: 'New', conferencing: 'teams' })).toMatchObject({
      ...{ outcome: 'write', overruled: [], call: { kind: 'create', content: { conferencing: 'teams' } } },
    })
  })

  test('remembers what the first try asked for, and asks for all of it each time', () => {
    expect(made({ summary: 'New' })).toMatchObject({
      agreement: { sent: { summary: 'New', times: times() }, generation: 1 },
    })
    const tried = { ...noAgreement(), sent: { location: null, summary: 'Old' } }
    expect(made({ summary: 'New' }, tried)).toMatchObject({
      agreement: { sent: { location: null, summary: 'Old' } },
      call: { content: { summary: 'New' } },
    })
  })

  test('remembers no more people than a row can hold', () => {
    const people = (from: number) => ({
      invite: Array.from({ length: 500 }, (_, index) => ({ email: `p${from + index}@x.example` })),
      remove: [],
    })
    const base = agreement({ sent: { times: times(), attendees: people(0) } })
    expect(planned({ attendees: people(500) }, undefined, { base })).toMatchObject({
      agreement: { sent: { attendees: people(500) } },
    })
  })

  test('of what was deleted forgets where it was, and what was stored and sent', () => {
    const result = planned({ summary: 'Still on' }, undefined, {
      base: agreement({ attemptedAt: epochMs(1), attemptedSince: epochMs(1) }),
    })
    expect(result).toMatchObject({
      agreement: {
        ...{
          generation: 2,
          providerId: undefined,
          stored: undefined,
          attemptedAt: undefined,
          attemptedSince: undefined,
        },
        sent: { summary: 'Still on', times: times() },
      },
    })
  })

  test.each<Wanted>([
    { attendees: { invite: [{ email: 'bo@x.example' }], remove: [] } },
    { attendees: { invite: [], remove: ['bo@x.example'] } },
    { attendees: { invite: [{ email: 'bo@x.example' }], remove: ['al@x.example'] } },
    { summary: 'New' },
  ])('comes after a deletion by somebody else where %j is new', (wanted) => {
    expect(planned(wanted, undefined)).toMatchObject({ outcome: 'write' })
  })

  test('does not come after a deletion where the guests are the same', () => {
    const base = agreement({ sent: { attendees: { invite: [{ email: 'bo@x.example' }], remove: [] } } })
    const wanted = { attendees: { invite: [{ email: 'BO@x.example' }], remove: [] } }
    expect(planned(wanted, undefined, { base })).toEqual({ outcome: 'unchanged' })
  })
})

describe('a deletion', () => {
  const remove = (held: Current | undefined, seen?: Snapshot, at = place) =>
    plan({ kind: 'delete', asked: {} }, { agreement: agreement(), snapshot: seen, existed: true }, held, at)

  test('names the version it was decided on', () => {
    expect(remove(current(), { content: content() })).toEqual({
      outcome: 'write',
      call: { kind: 'delete', providerId: 'provider-1', etag: 'W/"1"' },
      overruled: [],
    })
  })

  test('of what is gone is nothing to do', () => {
    expect(remove(undefined)).toEqual({ outcome: 'unchanged' })
  })

  test('gives way to an edit that nobody has seen', () => {
    expect(remove(current({ summary: 'Theirs' }), { content: content() })).toEqual({
      outcome: 'rejected',
      reason: 'changed_meanwhile',
    })
  })

  test('is not possible in a calendar that is read-only, and is tried in one that may be gone', () => {
    const seen = { content: content() }
    expect(remove(current(), seen, { ...place, writable: false })).toEqual({
      ...{ outcome: 'rejected', reason: 'calendar_read_only' },
    })
    for (const writable of [true, false])
      expect(remove(current(), seen, { ...place, writable, deleted: true }).outcome).toBe('write')
    expect(remove(undefined, seen, { ...place, writable: false })).toEqual({ outcome: 'unchanged' })
  })

  test('of what nobody has seen goes by what was asked for, first or later', () => {
    const decided = (held: Current, asked: Wanted = {}, sent: Wanted = { summary: 'Asked', times: times() }) =>
      plan(
        { kind: 'delete', asked },
        { agreement: agreement({ sent }), snapshot: undefined, existed: true },
        held,
        place,
      ).outcome
    expect(decided(current({ summary: 'Asked' }))).toBe('write')
    expect(decided(current({ summary: 'Later' }), { summary: 'Later' })).toBe('write')
    expect(decided(current({ summary: 'Theirs' }), { summary: 'Later' })).toBe('rejected')
    expect(decided(current({ summary: 'Asked', description: 'Theirs' }))).toBe('rejected')
    const html = { description: { format: 'html' as const, content: '<b>Ours</b>' } }
    expect(decided(current({ summary: 'Asked', description: 'Ours' }), html)).toBe('write')
    expect(
      decided(current({ summary: 'Asked', description: 'Ours' }), {}, { summary: 'Asked', times: times(), ...html }),
    ).toBe('write')
    expect(decided(current({ summary: 'Theirs', description: 'Ours' }), html)).toBe('rejected')
    const asked: Wanted = { summary: 'Asked', times: times(), transparency: 'tentative' }
    expect(decided(current({ summary: 'Asked', transparency: 'unknown' }), {}, asked)).toBe('write')
    expect(decided(current({ summary: 'Asked' }), {}, asked)).toBe('rejected')
  })

  test('of what nobody has seen knows a long text by what is kept of it', () => {
    const long = (text: string, length: number) => text.repeat(length).slice(0, length)
    const decided = (asked: string, held: string) => {
      const sent: Wanted = { summary: 'Asked', times: times(), description: { format: 'text', content: asked } }
      const base = { agreement: agreement({ sent }), snapshot: undefined, existed: true }
      return plan({ kind: 'delete', asked: {} }, base, current({ summary: 'Asked', description: held }), place).outcome
    }
    const asked = long('ab', DESCRIPTION_MAX + 100)
    expect(decided(asked, long('ab', DESCRIPTION_MAX))).toBe('write')
    expect(decided(asked, long('ab', DESCRIPTION_MAX - 1))).toBe('rejected')
    expect(decided(asked, long('ba', DESCRIPTION_MAX))).toBe('rejected')
    expect(decided(`c${asked}`, long('ab', DESCRIPTION_MAX))).toBe('rejected')
  })

  test('goes by what was seen of what the provider tells', () => {
    const seen = { content: content({ transparency: 'unknown' }) }
    expect(remove(current({ transparency: 'opaque' }), seen)).toMatchObject({ outcome: 'write' })
    expect(remove(current({ transparency: 'unknown' }), { content: content() })).toMatchObject({ outcome: 'write' })
    expect(remove(current({ transparency: 'tentative' }), { content: content() })).toMatchObject({
      outcome: 'rejected',
    })
  })

  describe('after a change of its own whose answer was lost', () => {
    const guest = (email: string) => ({ email, status: 'needs_action', kind: 'required' }) as const
    const [anna, bo] = [guest('a@x.example'), guest('b@x.example')]
    const invite = { attendees: { invite: [{ email: 'B@x.example' }], remove: [] } }
    const decided = (asked: Wanted, now: Partial<EventContent>) => {
      const base = { agreement: agreement(), snapshot: { content: content({ attendees: [anna] }) }, existed: true }
      return plan({ kind: 'delete', asked }, base, current({ attendees: [anna], ...now }), place).outcome
    }

    test.each<[Wanted, Partial<EventContent>]>([
      [{ summary: 'Later' }, { summary: 'Later' }],
      [{ times: times(2) }, times(2)],
      [{ summary: 'Later', times: times(2) }, { summary: 'Later' }],
      [{ description: { format: 'text', content: 'Later' } }, { description: 'Later' }],
      [invite, { attendees: [anna, bo] }],
      [invite, {}],
    ])('which asked for %j, takes away what says %j', (asked, now) => {
      expect(decided(asked, now)).toBe('write')
    })

    test.each<[Wanted, Partial<EventContent>]>([
      [{ summary: 'Later' }, { summary: 'Theirs' }],
      [{ summary: 'Later' }, { summary: 'Later', description: 'Theirs' }],
      [{ description: { format: 'html', content: 'Later' } }, { description: 'Theirs' }],
      [invite, { attendees: [bo] }],
      [invite, { attendees: [anna, bo, guest('c@x.example')] }],
      [{}, { attendees: [anna, bo] }],
    ])('which asked for %j, gives way to somebody whose edit says %j', (asked, now) => {
      expect(decided(asked, now)).toBe('rejected')
    })
  })

  test('does not care about answers of attendees', () => {
    const attendees = [{ email: 'b@x.example', status: 'accepted', kind: 'required' }] as const
    const asked = [{ ...attendees[0], status: 'needs_action' as const, email: 'B@x.example' }]
    expect(remove(current({ attendees }), { content: content({ attendees: asked }) })).toMatchObject({
      outcome: 'write',
    })
  })

  test('gives way to a guest whom somebody has added or taken off since', () => {
    const guest = (email: string) => ({ email, status: 'needs_action', kind: 'required' }) as const
    const [one, both] = [[guest('a@x.example')], [guest('a@x.example'), guest('b@x.example')]]
    for (const [seen, now] of [
      [one, both],
      [both, one],
      [one, [guest('b@x.example')]],
    ] as const)
      expect(remove(current({ attendees: now }), { content: content({ attendees: seen }) })).toEqual({
        ...{ outcome: 'rejected', reason: 'changed_meanwhile' },
      })
  })

  test('of what nobody has seen gives way to a guest whom nobody asked for', () => {
    const invite = (name: string) => ({ attendees: { invite: [{ email: `${name}@x.example` }], remove: [] } })
    const attendees = ['a', 'b'].map(
      (name) => ({ email: `${name}@x.example`, status: 'unknown', kind: 'required' }) as const,
    )
    const decided = (asked: Wanted, sent: Wanted) =>
      plan(
        { kind: 'delete', asked },
        {
          agreement: agreement({ sent: { summary: 'Asked', times: times(), ...sent } }),
          snapshot: undefined,
          existed: true,
        },
        current({ summary: 'Asked', attendees }),
        place,
      ).outcome
    expect([decided(invite('b'), invite('A')), decided(invite('b'), {}), decided({}, invite('a'))]).toEqual([
      ...['write', 'rejected', 'rejected'],
    ])
  })
})
