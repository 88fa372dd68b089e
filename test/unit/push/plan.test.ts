import { describe, expect, test } from 'vitest'
import { type Place, plan, saysTheSame } from '../../../shared/push/plan.ts'
import type { Current } from '../../../shared/push/snapshot.ts'
import type { Wanted } from '../../../shared/push/wanted.ts'
import { planned, wishing } from '../../support/planning.ts'
import { agreement, content, current, noAgreement, place, times } from '../../support/push.ts'

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

  test('one field of the organizer’s is enough to refuse the others', () => {
    const held = current({ organizedByAccount: false })
    expect(planned({ summary: 'x', reminderMinutes: 5 }, held)).toEqual({
      outcome: 'rejected',
      reason: 'organizer_only',
    })
  })

  test.each(['occurrence', 'exception'] as const)('a rule for an %s is refused, and nothing else of it', (kind) => {
    const rule = { frequency: 'daily', interval: 1, startDate: '2026-11-23' } as const
    expect(planned({ recurrence: rule }, current({}, { kind }))).toEqual({
      outcome: 'rejected',
      reason: 'occurrence_only',
    })
    expect(planned({ summary: 'x' }, current({}, { kind }))).toMatchObject({ outcome: 'write' })
    expect(planned({ recurrence: rule }, current())).toMatchObject({ outcome: 'write' })
  })

  test('to be without Teams is no wish where there is none', () => {
    const base = agreement({ stored: undefined })
    expect(planned({ conferencing: 'none' }, current(), { base })).toEqual({ outcome: 'unchanged' })
    const at = { ...place, onlineMeetings: false }
    expect(planned({ summary: 'x' }, current(), { at })).toMatchObject({ outcome: 'write' })
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
      expected: {
        outcome: 'write',
        call: { kind: 'respond', providerId: 'provider-1', response: 'accepted', isTold: true },
      },
    },
    {
      name: 'is kept to oneself where the organizer wants none',
      held: current({ organizedByAccount: false, participation: 'needs_action', answersWanted: false }),
      expected: { outcome: 'write', call: { kind: 'respond', isTold: false } },
    },
    { name: 'is not sent twice', held: current({ organizedByAccount: false }), expected: { outcome: 'unchanged' } },
    { name: 'has nobody to go to', held: current(), expected: { outcome: 'rejected', reason: 'not_invited' } },
    { name: 'comes too late', held: undefined, expected: { outcome: 'rejected', reason: 'event_gone' } },
  ])('$name', ({ held, expected }) => {
    expect(respond(held)).toMatchObject(expected)
  })
})

describe('two snapshots', () => {
  const says = (one: Parameters<typeof content>[0], other: Parameters<typeof content>[0]) =>
    saysTheSame({ content: content(one) }, { content: content(other) })

  test('say the same where nothing differs that can be written', () => {
    expect(says({}, {})).toBe(true)
    expect(says({ onlineMeeting: undefined }, { categories: ['Private matters'] })).toBe(true)
  })

  test('differ in one field, or in who is invited', () => {
    expect(says({}, { summary: 'Another' })).toBe(false)
    expect(says({}, { location: { description: 'Room 1' } })).toBe(false)
    expect(says({ attendees: [{ email: 'bo@x.example', status: 'unknown', kind: 'required' }] }, {})).toBe(false)
  })

  test('say the same where one of them does not say', () => {
    expect(says({ transparency: 'opaque' }, { transparency: 'unknown' })).toBe(true)
    expect(says({ transparency: 'unknown' }, { transparency: 'opaque' })).toBe(true)
    expect(says({ transparency: 'transparent' }, { transparency: 'opaque' })).toBe(false)
  })
})
