import { describe, expect, test } from 'vitest'
import { addWishes, NO_WISHES } from '../../../shared/push/wishes.ts'
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
