import { describe, expect, test } from 'vitest'
import type { Agreement } from '../../../shared/push/agreement.ts'
import { type Desired, type Place, plan } from '../../../shared/push/plan.ts'
import type { Current, Snapshot } from '../../../shared/push/snapshot.ts'
import type { Wanted } from '../../../shared/push/wanted.ts'
import { addWishes, NO_WISHES } from '../../../shared/push/wishes.ts'
import { agreement, content, current, KEY, noAgreement, place, times } from '../../support/push.ts'

const wishing = (wanted: Wanted, base = agreement(), seen?: Snapshot): Desired => ({
  kind: 'upsert',
  wishes: addWishes(NO_WISHES, { wanted, seen }, base, base.settled),
})

const planned = (
  wanted: Wanted,
  held: Current | undefined,
  { base = agreement(), at = place }: { base?: Agreement; at?: Place } = {},
) =>
  plan(
    wishing(wanted, base),
    { agreement: base, snapshot: base.stored, existed: base.providerId !== undefined },
    held,
    at,
  )

const update = (patch: object, overruled: object[] = []) => ({
  outcome: 'write',
  call: { kind: 'update', providerId: 'provider-1', etag: 'W/"1"', patch },
  overruled,
})

describe('one field: what was agreed, what Microsoft holds, and what the integrator wants', () => {
  test.each([
    { agreed: 'Agreed', held: 'Agreed', wanted: 'Agreed', expected: { outcome: 'unchanged' } },
    { agreed: 'Agreed', held: 'Agreed', wanted: 'Ours', expected: update({ summary: 'Ours' }) },
    { agreed: 'Agreed', held: 'Theirs', wanted: 'Agreed', expected: { outcome: 'unchanged' } },
    {
      agreed: 'Agreed',
      held: 'Theirs',
      wanted: 'Ours',
      expected: update({ summary: 'Ours' }, [{ field: 'summary', value: 'Theirs' }]),
    },
    { agreed: 'Agreed', held: 'Ours', wanted: 'Ours', expected: { outcome: 'unchanged' } },
  ])('$agreed, $held, $wanted', ({ held, wanted, expected }) => {
    expect(planned({ summary: wanted }, current({ summary: held }))).toEqual(expected)
  })

  test.each<{ name: string; wanted: Wanted; held: Parameters<typeof content>[0] }>([
    { name: 'a description', wanted: { description: { format: 'text', content: 'New' } }, held: {} },
    { name: 'times', wanted: { times: times(3) }, held: {} },
    { name: 'a place', wanted: { location: { description: 'Room 1' } }, held: {} },
    { name: 'no place', wanted: { location: null }, held: { location: { description: 'Room 1' } } },
    { name: 'a reminder', wanted: { reminderMinutes: 10 }, held: {} },
    { name: 'no reminder', wanted: { reminderMinutes: null }, held: { reminderMinutes: 15 } },
    { name: 'transparency', wanted: { transparency: 'out_of_office' }, held: {} },
    { name: 'privacy', wanted: { sensitivity: 'private' }, held: {} },
    { name: 'an address', wanted: { url: 'https://flowagent.example/1' }, held: {} },
    { name: 'Teams', wanted: { conferencing: 'teams' }, held: {} },
  ])('$name is written alone', ({ wanted, held }) => {
    const base = agreement({ stored: { content: content(held) } })
    expect(planned(wanted, current(held), { base })).toEqual(update(wanted))
  })

  test.each<{ name: string; wanted: Wanted; held: Parameters<typeof content>[0] }>([
    {
      name: 'line ends',
      wanted: { description: { format: 'text', content: 'a\nb' } },
      held: { description: 'a\r\nb \r\n' },
    },
    { name: 'a zone of the same clock', wanted: { times: times() }, held: zoned('Europe/Paris') },
    { name: 'a zone without a Windows name', wanted: { times: inZone('Antarctica/Troll') }, held: zoned('UTC') },
    { name: 'a person’s own sensitivity', wanted: { sensitivity: 'normal' }, held: { sensitivity: 'personal' } },
  ])('$name makes no difference', ({ wanted, held }) => {
    const base = agreement({ sent: {}, sentBy: {}, stored: { content: content({ summary: 'Old' }) } })
    expect(planned(wanted, current(held), { base })).toEqual({ outcome: 'unchanged' })
  })

  test('a colour replaces the colour, and no other category', () => {
    const held = current({ categories: ['Project X', 'Red category'] })
    expect(planned({ color: 'Blue category' }, held)).toMatchObject({
      call: { patch: { categories: ['Project X', 'Blue category'] } },
    })
  })

  test('who saw Microsoft’s value may ask for the agreed one again', () => {
    const seen = { content: content({ summary: 'Theirs' }) }
    const base = agreement()
    const desired = wishing({ summary: 'Agreed' }, base, seen)
    expect(
      plan(desired, { agreement: base, snapshot: seen, existed: true }, current({ summary: 'Theirs' }), place),
    ).toEqual(update({ summary: 'Agreed' }))
  })
})

function inZone(zone: string) {
  const { start, end } = times()
  return { start: { ...start, zone }, end: { ...end, zone } }
}

function zoned(zone: string) {
  return inZone(zone)
}

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

  test('does not care about answers of attendees', () => {
    const attendees = [{ email: 'b@x.example', status: 'accepted', kind: 'required' }] as const
    expect(remove(current({ attendees }), { content: content() })).toMatchObject({ outcome: 'write' })
  })
})

describe('what cannot be', () => {
  test.each<{ name: string; wanted: Wanted; held: Current; at?: Place; reason: string }>([
    {
      name: 'a calendar that is gone',
      wanted: { summary: 'x' },
      held: current(),
      at: { ...place, deleted: true },
      reason: 'calendar_gone',
    },
    {
      name: 'a read-only calendar',
      wanted: { summary: 'x' },
      held: current(),
      at: { ...place, writable: false },
      reason: 'calendar_read_only',
    },
    {
      name: 'an organizer’s field on a copy',
      wanted: { summary: 'x' },
      held: current({ organizedByAccount: false }),
      reason: 'organizer_only',
    },
    {
      name: 'taking Teams off',
      wanted: { conferencing: 'none' },
      held: current({ onlineMeeting: { provider: 'teams' } }),
      reason: 'conferencing_fixed',
    },
    {
      name: 'Teams where there is none',
      wanted: { conferencing: 'teams' },
      held: current(),
      at: { ...place, onlineMeetings: false },
      reason: 'conferencing_unavailable',
    },
    {
      name: 'a rule for one occurrence',
      wanted: { recurrence: null },
      held: current(
        {},
        { kind: 'occurrence', recurrence: { frequency: 'daily', interval: 1, startDate: '2026-11-23' } },
      ),
      reason: 'occurrence_only',
    },
  ])('$name is rejected as $reason', ({ wanted, held, at, reason }) => {
    const base = agreement({ stored: { content: held.content, recurrence: held.recurrence } })
    expect(planned(wanted, held, { base, ...(at && { at }) })).toEqual({ outcome: 'rejected', reason })
  })

  test('an attendee may set the reminder, the category and the time it takes on the own copy', () => {
    const held = current({ organizedByAccount: false })
    const wanted: Wanted = { reminderMinutes: 5, color: 'Red category', transparency: 'transparent' }
    expect(planned(wanted, held, { base: agreement({ stored: { content: held.content } }) })).toMatchObject({
      outcome: 'write',
    })
  })
})

describe('an answer to an invitation', () => {
  const respond = (held: Current | undefined) =>
    plan(
      { kind: 'respond', response: 'accepted' },
      { agreement: noAgreement(), snapshot: undefined, existed: false },
      held,
      place,
    )

  test.each([
    {
      name: 'is sent',
      held: current({ organizedByAccount: false, participation: 'needs_action' }),
      expected: { outcome: 'write' },
    },
    { name: 'is not sent twice', held: current({ organizedByAccount: false }), expected: { outcome: 'unchanged' } },
    { name: 'has nobody to go to', held: current(), expected: { outcome: 'rejected', reason: 'not_invited' } },
    { name: 'comes too late', held: undefined, expected: { outcome: 'rejected', reason: 'event_gone' } },
  ])('$name', ({ held, expected }) => {
    expect(respond(held)).toMatchObject(expected)
  })
})
