import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { type DeltaHabits, type DeltaPage, deltaPage } from '../../../infra/local/microsoft365/mailbox/delta.ts'
import { occurrenceId } from '../../../infra/local/microsoft365/mailbox/ids.ts'
import type { Mailbox } from '../../../infra/local/microsoft365/mailbox/mailbox.ts'
import { dailySeries, graphFixture, oneHour } from '../../support/graph-stand-in.ts'

const november = { from: Date.parse('2026-11-01T00:00:00Z'), to: Date.parse('2026-12-01T00:00:00Z') }
const keyOf = ({ item, date }: { item: { id: string }; date?: string }) =>
  date ? occurrenceId(item.id, date) : item.id

/** A client that does what the documentation tells it: keeps what it is told, and replaces a series as a whole. */
function follower() {
  const held = new Map<string, { start: number; series?: string }>()
  let token: string | undefined
  return {
    held: () => [...held].map(([id, { start }]) => [id, start]).sort(),
    step(mailbox: Mailbox, pageSize: number, habits: DeltaHabits, between: () => void): void {
      const told = new Map<string, Set<string>>()
      for (let next: DeltaPage['next'] | undefined; next?.kind !== 'delta'; ) {
        const from = next ? { token: next.token } : token ? { token } : { window: november }
        const page = deltaPage(mailbox, { from, pageSize, habits })
        for (const item of page.items) {
          if (item.kind === 'removed') {
            for (const [id, { series }] of held) if (id === item.id || series === item.id) held.delete(id)
            continue
          }
          const { item: owner, type, span } = item.instance
          const group = told.get(owner.id) ?? new Set()
          told.set(owner.id, group.add(keyOf(item.instance)))
          if (type === 'singleInstance') held.set(owner.id, { start: span.startAt })
          else if (type !== 'seriesMaster') held.set(keyOf(item.instance), { start: span.startAt, series: owner.id })
        }
        next = page.next
        token = page.next.token
        between()
      }
      for (const [id, { series }] of held) if (series && told.has(series) && !told.get(series)?.has(id)) held.delete(id)
    },
  }
}

const day = fc
  .integer({ min: 1, max: 60 })
  .map((days) => new Date(Date.UTC(2026, 9, 15 + days)).toISOString().slice(0, 10))
const operation = fc.record({
  kind: fc.constantFrom('single', 'series', 'move', 'rename', 'remove', 'cancel', 'except'),
  day,
  pick: fc.nat(),
})
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never

function apply(mailbox: Mailbox, { kind, day, pick }: Operation): void {
  const items = [...mailbox.calendar().store.items.values()]
  const item = items[pick % Math.max(items.length, 1)]
  if (kind === 'single') mailbox.create(oneHour('single', day))
  if (kind === 'series') mailbox.create(dailySeries('series', day, 1 + (pick % 12)))
  if (item === undefined) return
  if (kind === 'remove') mailbox.remove(item.id)
  if (kind === 'rename') mailbox.patch(item.id, { subject: `renamed ${pick}` })
  if (kind === 'move' && item.recurrence === undefined) mailbox.patch(item.id, oneHour('moved', day))
  const shown = mailbox.view({ from: 0, to: Number.MAX_SAFE_INTEGER / 4 }).filter(({ date }) => date !== undefined)
  const occurrence = shown[pick % Math.max(shown.length, 1)]
  if (occurrence === undefined) return
  if (kind === 'cancel') mailbox.remove(keyOf(occurrence))
  if (kind === 'except') mailbox.patch(keyOf(occurrence), { subject: `other ${pick}` })
}

test('who follows the rounds holds what a view of the window shows, whatever happened and in whatever order', () => {
  const habits = fc.record({
    seriesOrder: fc.constantFrom('first', 'last', 'other-page'),
    emptyPages: fc.nat({ max: 2 }),
    replays: fc.boolean(),
    removedOccurrences: fc.boolean(),
    loops: fc.constant(false),
  })
  const rounds = fc.array(fc.array(operation, { maxLength: 8 }), { minLength: 1, maxLength: 5 })
  const during = fc.array(operation, { maxLength: 6 })
  fc.assert(
    fc.property(habits, fc.integer({ min: 1, max: 7 }), rounds, during, (habits_, pageSize, rounds_, during_) => {
      const { mailbox } = graphFixture()
      const client = follower()
      const waiting = [...during_]
      for (const operations of rounds_) {
        for (const each of operations) apply(mailbox, each)
        client.step(mailbox, pageSize, habits_ as DeltaHabits, () => {
          const next = waiting.shift()
          if (next) apply(mailbox, next)
        })
      }
      client.step(mailbox, pageSize, habits_ as DeltaHabits, () => {})
      expect(client.held()).toEqual(
        mailbox
          .view(november)
          .map((each) => [keyOf(each), each.span.startAt])
          .sort(),
      )
    }),
    { numRuns: 60, seed: 11 },
  )
})
