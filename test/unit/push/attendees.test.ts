import { describe, expect, test, vi } from 'vitest'
import type { Attendee } from '../../../shared/events/event.ts'
import { isCrowd, joinDeltas, listAfter, newestPeople, newWishes } from '../../../shared/push/attendees.ts'

const person = (name: string): Attendee => ({ email: `${name}@x.example`, status: 'needs_action', kind: 'optional' })
const people = (names: string) => names.split('').map(person)
const delta = (invite: string, remove = '') => ({
  invite: invite.split('').map((name) => ({ email: `${name}@x.example` })),
  remove: remove.split('').map((name) => `${name}@x.example`),
})
const names = (list: readonly { readonly email: string }[] | undefined) => list?.map(({ email }) => email[0]).join('')

describe('who is asked for anew', () => {
  test.each([
    { wanted: delta('a'), sent: undefined, seen: undefined, invite: 'a', remove: '' },
    { wanted: delta('a'), sent: delta('a'), seen: undefined, invite: '', remove: '' },
    { wanted: delta('ab'), sent: delta('a'), seen: undefined, invite: 'b', remove: '' },
    { wanted: delta('a'), sent: delta('a'), seen: '', invite: 'a', remove: '' },
    { wanted: delta('a'), sent: delta('a'), seen: 'a', invite: '', remove: '' },
    { wanted: delta('', 'a'), sent: delta('', 'a'), seen: undefined, invite: '', remove: '' },
    { wanted: delta('', 'a'), sent: delta('', 'a'), seen: 'a', invite: '', remove: 'a' },
    { wanted: delta('', 'a'), sent: delta('a'), seen: undefined, invite: '', remove: 'a' },
  ])('wanted $wanted, sent $sent, seen "$seen"', ({ wanted, sent, seen, invite, remove }) => {
    const wishes = newWishes({
      wanted,
      sent,
      seen: seen === undefined ? undefined : people(seen),
    })
    expect(names(wishes.invite)).toBe(invite)
    expect(wishes.remove.map((email) => email[0]).join('')).toBe(remove)
  })
})

test('the list keeps everybody who is not named, with the part they have', () => {
  expect(listAfter(people('ab'), delta('c', 'a'))).toEqual([
    { email: 'b@x.example', name: undefined, kind: 'optional' },
    { email: 'c@x.example', name: undefined, kind: 'required' },
  ])
})

test('a list that stays as it is, is not written', () => {
  expect(listAfter(people('ab'), delta('a', 'z'))).toBeUndefined()
})

test('addresses are the same in any case', () => {
  expect(listAfter(people('a'), { invite: [{ email: 'A@X.EXAMPLE' }], remove: [] })).toBeUndefined()
})

test('what is said last about a person counts', () => {
  expect(joinDeltas(delta('ab'), delta('c', 'a'))).toEqual(delta('bc', 'a'))
  expect(joinDeltas(delta('', 'a'), delta('a'))).toEqual(delta('a'))
  expect(joinDeltas(delta('', 'ab'), delta('c', 'b'))).toEqual(delta('c', 'ab'))
  expect(joinDeltas(delta('', 'ab'), delta('a', 'bc'))).toEqual(delta('a', 'bc'))
  expect(joinDeltas(delta('abc'), delta('', 'ba'))).toEqual(delta('c', 'ba'))
  expect(joinDeltas(undefined, delta('a', 'b'))).toEqual(delta('a', 'b'))
  const loud = { invite: [], remove: ['A@X.EXAMPLE', 'B@X.EXAMPLE'] }
  expect(joinDeltas(delta('a', 'b'), loud)).toEqual(loud)
})

describe('people in great number', () => {
  const many = (count: number, from = 0) =>
    Array.from({ length: count }, (_, index) => ({ email: `p${from + index}@x.example` }))
  const emails = (count: number, from = 0) => many(count, from).map(({ email }) => email)

  test('are a crowd from the 501st on, asked in or off', () => {
    expect(isCrowd({ invite: many(500), remove: emails(500) })).toBe(false)
    expect(isCrowd({ invite: many(501), remove: [] })).toBe(true)
    expect(isCrowd({ invite: [], remove: emails(501) })).toBe(true)
  })

  test('are remembered by those that were named last', () => {
    expect(newestPeople({ invite: many(502), remove: emails(501) })).toEqual({
      invite: many(500, 2),
      remove: emails(500, 1),
    })
  })

  test('cost a look at each address and not at each pair', () => {
    const lookedAt = vi.spyOn(String.prototype, 'toLowerCase')
    const crowd = { invite: many(500), remove: emails(500, 500) }
    const there = many(500, 250).map((one): Attendee => ({ ...one, status: 'accepted', kind: 'required' }))
    joinDeltas(crowd, { invite: many(500, 400), remove: emails(500, 900) })
    newWishes({ wanted: crowd, sent: crowd, seen: there })
    listAfter(there, crowd)
    const looks = lookedAt.mock.calls.length
    lookedAt.mockRestore()
    expect(looks).toBeLessThan(10_000)
  })
})
