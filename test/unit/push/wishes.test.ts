import { describe, expect, test } from 'vitest'
import type { Wanted } from '../../../shared/push/wanted.ts'
import { addWishes, NO_WISHES, wantedOfNew } from '../../../shared/push/wishes.ts'
import { agreement, content, times } from '../../support/push.ts'

const seeing = (summary: string) => ({ content: content({ summary }) })
const wishes = (
  wanted: Parameters<typeof addWishes>[1],
  base = agreement(),
  settledBefore = base.settled,
  before = NO_WISHES,
) => addWishes(before, wanted, base, settledBefore).changed

describe('what an integrator repeats is no wish', () => {
  test('of what it sent last', () => {
    expect(wishes({ wanted: { summary: 'Agreed', times: times() } })).toEqual({})
  })

  test('of what it has seen, though it had sent something else', () => {
    expect(wishes({ wanted: { summary: 'Theirs' }, seen: seeing('Theirs') })).toEqual({})
  })

  test('of what it sent, when Exchange keeps that in words of its own', () => {
    const base = agreement({
      sent: { description: { format: 'html', content: '<p>Hello</p>' } },
      sentBy: { description: 1 },
      stored: { content: content({ description: 'Hello' }) },
    })
    const wanted = { description: { format: 'html' as const, content: '<p>Hello</p>' } }
    expect(wishes({ wanted, seen: { content: content({ description: 'Hello' }) } }, base)).toEqual({})
  })
})

describe('what differs from what it knows is a wish', () => {
  test('from what it sent last', () => {
    expect(wishes({ wanted: { summary: 'Ours' } })).toEqual({ summary: 'Ours' })
  })

  test('from what it has seen, though it is what it had sent', () => {
    expect(wishes({ wanted: { summary: 'Agreed' }, seen: seeing('Theirs') })).toEqual({ summary: 'Agreed' })
  })

  test('from what was stored, for a field that it never sent', () => {
    expect(wishes({ wanted: { reminderMinutes: 5 } })).toEqual({ reminderMinutes: 5 })
  })

  test('from its own wish before, though it has seen exactly that', () => {
    const before = addWishes(NO_WISHES, { wanted: { summary: 'Away' }, seen: seeing('Agreed') }, agreement(), 1)
    expect(wishes({ wanted: { summary: 'Agreed' }, seen: seeing('Agreed') }, agreement(), 1, before)).toEqual({
      summary: 'Agreed',
    })
  })

  test('from its own wish that was applied after it looked', () => {
    const applied = agreement({ sent: { summary: 'Away' }, sentBy: { summary: 2 }, settled: 2 })
    expect(wishes({ wanted: { summary: 'Agreed' }, seen: seeing('Agreed') }, applied, 1)).toEqual({ summary: 'Agreed' })
  })
})

test('of several wishes for a field the last one counts, and fields add up', () => {
  const first = addWishes(NO_WISHES, { wanted: { summary: 'One', reminderMinutes: 5 } }, agreement(), 1)
  const { changed, whole } = addWishes(first, { wanted: { summary: 'Two' } }, agreement(), 1)
  expect(changed).toEqual({ summary: 'Two', reminderMinutes: 5 })
  expect(whole).toEqual({ summary: 'Two', reminderMinutes: 5 })
})

describe('a field that another integrator has asked for later', () => {
  const lost = { wanted: { summary: 'Ours', reminderMinutes: 5 }, outdone: { summary: 9, location: 8 } }
  const first = () => addWishes(NO_WISHES, lost, agreement(), 1)

  test('is no wish any more', () => {
    expect(first()).toStrictEqual({
      changed: { reminderMinutes: 5 },
      whole: { summary: 'Ours', reminderMinutes: 5 },
      onCreation: {},
      outdone: { summary: 'Ours' },
    })
  })

  test('is one again where it differs from what was lost, or was seen to be something else', () => {
    expect(wishes({ wanted: { summary: 'Ours' } }, agreement(), 1, first())).not.toHaveProperty('summary')
    expect(wishes({ wanted: { summary: 'Anew' } }, agreement(), 1, first())).toMatchObject({ summary: 'Anew' })
    expect(wishes({ wanted: { summary: 'Ours' }, seen: seeing('Theirs') }, agreement(), 1, first())).toMatchObject({
      summary: 'Ours',
    })
    expect(
      addWishes(first(), { wanted: { location: null }, outdone: { location: 9 } }, agreement(), 1).outdone,
    ).toEqual({
      ...{ summary: 'Ours', location: null },
    })
  })
})

test('a reminder for new events only is no wish for one that is there', () => {
  const wanted = { reminderMinutes: 5, summary: 'Ours', reminderOnCreateOnly: true }
  const first = addWishes(NO_WISHES, { wanted }, agreement(), 1)
  expect([first.changed, first.whole]).toEqual([{ summary: 'Ours' }, { summary: 'Ours' }])
  expect(wantedOfNew(first)).toEqual({ summary: 'Ours', reminderMinutes: 5 })
  expect(wishes({ wanted: { ...wanted, reminderOnCreateOnly: false } })).toMatchObject({ reminderMinutes: 5 })
  const after = (more: Wanted) => wantedOfNew(addWishes(first, { wanted: more }, agreement(), 1)).reminderMinutes
  expect([after({ summary: 'New' }), after({ reminderMinutes: 7 })]).toEqual([5, 7])
  expect([after({ reminderOnCreateOnly: true }), after({ ...wanted, reminderMinutes: null })]).toEqual([5, null])
})

describe('of a field that it never sent', () => {
  const base = agreement({ sent: {}, sentBy: {} })

  test('what was stored is known, and nothing is where nothing was stored', () => {
    expect(wishes({ wanted: { summary: 'Agreed' } }, base)).toEqual({})
    expect(wishes({ wanted: { summary: 'Ours' } }, base)).toEqual({ summary: 'Ours' })
    expect(wishes({ wanted: { summary: 'Agreed' } }, { ...base, stored: undefined })).toEqual({ summary: 'Agreed' })
  })

  test('what it has seen is known', () => {
    expect(wishes({ wanted: { summary: 'Theirs' }, seen: seeing('Theirs') }, base)).toEqual({})
    expect(wishes({ wanted: { summary: 'Agreed' }, seen: seeing('Theirs') }, base)).toEqual({ summary: 'Agreed' })
  })
})

test('who repeats what was sent changes nothing only while what it saw is what was stored', () => {
  const html = { description: { format: 'html' as const, content: '<p>Hello</p>' } }
  const base = agreement({
    sent: html,
    sentBy: { description: 1 },
    stored: { content: content({ description: 'Hello' }) },
  })
  const of = (description: string, more = base) =>
    wishes({ wanted: html, seen: { content: content({ description }) } }, more)
  expect(of('Hello')).toEqual({})
  expect(of('Edited')).toEqual(html)
  expect(of('Hello', { ...base, stored: undefined })).toEqual(html)
})

test('guests that were named before are no wish, and the last word about each counts', () => {
  const invite = (name: string) => ({ attendees: { invite: [{ email: `${name}@x.example` }], remove: [] } })
  const base = agreement({ sent: invite('a') })
  expect(wishes({ wanted: invite('a') }, base)).toEqual({ attendees: { invite: [], remove: [] } })
  const before = addWishes(NO_WISHES, { wanted: invite('b') }, base, 1)
  expect(wishes({ wanted: invite('c') }, base, 1, before).attendees?.invite).toHaveLength(2)
  expect(wishes({ wanted: { summary: 'Ours' } }, base)).not.toHaveProperty('attendees')
})

test.each([
  ['taken off and invited again', { invite: ['a'], remove: [] }, { invite: [], remove: ['a'] }],
  ['invited again and taken off', { invite: [], remove: ['a'] }, { invite: ['a'], remove: [] }],
])('a guest who is %s before anything is sent is as the last word says', (_, sent, first) => {
  const delta = ({ invite, remove }: { invite: string[]; remove: string[] }) => ({
    attendees: {
      invite: invite.map((name) => ({ email: `${name}@x.example` })),
      remove: remove.map((name) => `${name}@x.example`),
    },
  })
  const base = agreement({ sent: delta(sent) })
  const before = addWishes(NO_WISHES, { wanted: delta(first) }, base, 1)
  expect(before.changed).toEqual(delta(first))
  expect(wishes({ wanted: delta(sent) }, base, 1, before)).toEqual(delta(sent))
})
