import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findPeriods, findSlots, type Meeting, type Member } from '../../shared/availability/find.ts'
import { common, merged, type Span, without } from '../../shared/availability/spans.ts'
import { epochMs, minutes } from '../../shared/core/time.ts'

/** The model counts minutes one by one: 0 to 119. */
const LENGTH = 120
const spanOf = (from: number, to: number): Span => ({ from: epochMs(from * 60_000), to: epochMs(to * 60_000) })
const minutesOf = ({ from, to }: Span): readonly [number, number] => [from / 60_000, to / 60_000]

const span = fc
  .tuple(fc.nat(LENGTH), fc.nat(LENGTH))
  .map(([one, other]) => spanOf(Math.min(one, other), Math.max(one, other)))
const spans = fc.array(span, { maxLength: 5 })
const member = fc.record({ open: spans.map(merged), busy: spans })
const group = fc
  .tuple(fc.array(member, { minLength: 1, maxLength: 4 }), fc.nat(3))
  .map(([members, required]) => ({ members, required: 1 + (required % members.length) }))
const meeting = fc
  .record({
    groups: fc.array(group, { minLength: 1, maxLength: 3 }),
    duration: fc.integer({ min: 1, max: 40 }).map(minutes),
    buffer: fc.record({ before: fc.nat(20).map(minutes), after: fc.nat(20).map(minutes) }),
  })
  .map(
    ({ groups, ...rest }): Meeting => ({
      ...rest,
      groups: groups.map(({ members, required }, at) => ({
        required,
        members: members.map((one, number): Member => ({ ...one, name: `${at}.${number}` })),
      })),
    }),
  )

const covers = (list: readonly Span[], minute: number): boolean =>
  list.some((one) => minutesOf(one)[0] <= minute && minute < minutesOf(one)[1])
const every = (from: number, to: number, holds: (minute: number) => boolean): boolean => {
  for (let minute = from; minute < to; minute += 1) if (!holds(minute)) return false
  return true
}

/** Whether a member can be there from one minute to another, looked at minute by minute. */
const canBeThere = ({ open, busy }: Member, { buffer }: Meeting, from: number, to: number): boolean =>
  every(from, to, (minute) => covers(open, minute)) &&
  every(from - buffer.before / 60_000, to + buffer.after / 60_000, (minute) => !covers(busy, minute))

/** The names of those who can, in order; undefined when a group is not there in its number. */
function whoCan(asked: Meeting, from: number, to: number): readonly string[] | undefined {
  const there = asked.groups.map(({ members }) => members.filter((one) => canBeThere(one, asked, from, to)))
  if (asked.groups.some(({ required }, at) => (there[at]?.length ?? 0) < required)) return undefined
  return there
    .flat()
    .map(({ name }) => name)
    .sort()
}

test('spans are united, cut and subtracted as sets of minutes are', () => {
  fc.assert(
    fc.property(spans, spans, (some, others) => {
      const [one, other] = [merged(some), merged(others)]
      for (let minute = 0; minute < LENGTH; minute += 1) {
        expect(covers(one, minute)).toBe(covers(some, minute))
        expect(covers(common(one, other), minute)).toBe(covers(some, minute) && covers(others, minute))
        expect(covers(without(one, other), minute)).toBe(covers(some, minute) && !covers(others, minute))
      }
    }),
  )
})

test('a meeting is possible in a period, and nowhere else, and all who are named can be there all of the time', () => {
  fc.assert(
    fc.property(meeting, (asked) => {
      const periods = findPeriods(asked)
      const duration = asked.duration / 60_000
      for (let from = 0; from + duration <= LENGTH; from += 1) {
        const isOffered = periods.some((one) => minutesOf(one)[0] <= from && from + duration <= minutesOf(one)[1])
        expect(isOffered, `minute ${from}`).toBe(whoCan(asked, from, from + duration) !== undefined)
      }
      for (const offer of periods) expect([...offer.names].sort()).toEqual(whoCan(asked, ...minutesOf(offer)))
      const inOrder = periods.every((one, at) => at === 0 || one.from > (periods[at - 1]?.from ?? 0))
      expect(inOrder && periods.every((one, at) => at === 0 || one.to > (periods[at - 1]?.to ?? 0))).toBe(true)
    }),
    { numRuns: 300 },
  )
})

test('slots are all the possible ones on the grid, the first ones of those that overlap', () => {
  const rules = fc.record({
    within: spans.map(merged),
    interval: fc.integer({ min: 1, max: 30 }),
    mayOverlap: fc.boolean(),
  })
  fc.assert(
    fc.property(meeting, rules, (asked, { within, interval, mayOverlap }) => {
      const duration = asked.duration / 60_000
      const expected: [number, number, readonly string[]][] = []
      for (const [first, end] of within.map(minutesOf))
        for (let from = first; from + duration <= end; from += interval) {
          const names = whoCan(asked, from, from + duration)
          const isLate = !mayOverlap && from < (expected.at(-1)?.[1] ?? 0)
          if (names !== undefined && !isLate) expected.push([from, from + duration, names])
        }
      const found = findSlots(asked, { within, interval: minutes(interval), mayOverlap, limit: 1_000 })
      expect(found.map((one) => [...minutesOf(one), [...one.names].sort()])).toEqual(expected)
      const some = findSlots(asked, { within, interval: minutes(interval), mayOverlap, limit: 2 })
      expect(some).toEqual(found.slice(0, 2))
    }),
    { numRuns: 300 },
  )
})
