import fc from 'fast-check'
import { expect, test } from 'vitest'
import { epochMs } from '../../shared/core/time.ts'
import type { Action } from '../../shared/push/action.ts'
import { afterAnswer } from '../../shared/push/after-answer.ts'
import type { Agreement } from '../../shared/push/agreement.ts'
import { collapse, type Work } from '../../shared/push/collapse.ts'
import { FIELD_NAMES, FIELDS, sameValue } from '../../shared/push/fields.ts'
import { plan } from '../../shared/push/plan.ts'
import type { Current } from '../../shared/push/snapshot.ts'
import { begin, nextStep, type Result, type Task } from '../../shared/push/task.ts'
import type { Wanted } from '../../shared/push/wanted.ts'
import { NO_WISHES } from '../../shared/push/wishes.ts'
import type { EventPatch } from '../../shared/push/writer.ts'
import { action, agreement, current, noAgreement, place, target, times, upsert } from '../support/push.ts'
import { createProvider, type Provider, patched } from './push-model.ts'

const text = fc.constantFrom('a', 'b', 'c')
const email = fc.constantFrom(
  'ida@contoso.example',
  'IDA@contoso.example',
  'per@contoso.example',
  'eva@contoso.example',
)
const delta = fc
  .record({ invite: fc.uniqueArray(email, { selector: lower }), remove: fc.uniqueArray(email, { selector: lower }) })
  .map(({ invite, remove }) => ({
    invite: invite.map((address) => ({ email: address })),
    remove: remove.filter((address) => !invite.some((other) => lower(other) === lower(address))),
  }))
const recurrence = fc.record({
  frequency: fc.constant('daily' as const),
  interval: fc.constantFrom(1, 2),
  startDate: fc.constant('2026-11-23'),
  zone: fc.constant('Europe/Copenhagen'),
})
const when = fc.oneof(
  fc.integer({ min: 0, max: 5 }).map((hours) => times(hours)),
  fc.constantFrom('2026-11-24', '2026-11-25').map((date) => ({
    start: { kind: 'date' as const, date },
    end: { kind: 'date' as const, date: '2026-11-26' },
  })),
)

/** What an integrator may ask for, with few values, so that it often asks for what is there. */
const FIELDS_ASKED = {
  description: text.map((said) => ({ format: 'text' as const, content: said })),
  location: fc.option(text.map((description) => ({ description }))),
  attendees: delta,
  reminderMinutes: fc.option(fc.constantFrom(0, 10)),
  transparency: fc.constantFrom('opaque' as const, 'transparent' as const),
  sensitivity: fc.constantFrom('normal' as const, 'private' as const),
  color: fc.option(fc.constantFrom('Red category' as const, 'Blue category' as const)),
  recurrence: fc.option(recurrence),
}
const partly: fc.Arbitrary<Wanted> = fc.record({ summary: text, times: when, ...FIELDS_ASKED }, { requiredKeys: [] })
/** By the integrator's own id: with a title and times. */
const wanted: fc.Arbitrary<Wanted> = fc.record(
  { summary: text, times: when, ...FIELDS_ASKED },
  { requiredKeys: ['summary', 'times'] },
)

/** What the event says at the provider, which people there may have changed. */
const held: fc.Arbitrary<Current> = partly.map((said) => patched(current(), patchOf(said)))

function patchOf({ color, attendees, ...said }: Wanted): EventPatch {
  const people = attendees?.invite.map((one) => ({ ...one, kind: 'required' as const }))
  const { reminderOnCreateOnly: _, conferencing: __, ...plain } = said
  return { ...plain, ...(color && { categories: [color] }), ...(people && { attendees: people }) }
}

/** Brings one step to its end, with a cache that is as old as `cached`. */
function run(
  provider: Provider,
  base: Agreement,
  work: Work,
  cached = provider.held(),
  change: (task: Task) => Task = (task) => task,
): Result {
  let step = nextStep(change(begin(work, base, place, cached && { ...cached, calendar: 'calendar' }, NOW)))
  for (let calls = 0; step.kind === 'call'; calls++) {
    expect(calls).toBeLessThan(6)
    step = afterAnswer(step.task, step.call, provider.answer(step.call))
  }
  return step.result
}

const NOW = epochMs(Date.UTC(2026, 10, 23))

const alone = (one: Action): Work => ({ target, last: one, actions: [one] })
const agreementIn = (result: Result): Agreement => {
  if (result.state === 'applied' || result.state === 'unchanged') return result.agreement
  throw new Error(`it ended as ${JSON.stringify(result)}`)
}

/** What is there, in the words of the fields; where it lives and in which version does not count. */
const said = (event: Current | undefined) =>
  event && {
    ...Object.fromEntries(FIELD_NAMES.map((name) => [name, FIELDS[name].of(event)])),
    recurrence: event.recurrence && { ...event.recurrence, startDate: '' },
    people: event.content.attendees.map(({ email }) => lower(email)).sort(),
  }

const based = (sent: Wanted, stored: Current): Agreement =>
  agreement({ sent, sentBy: {}, stored: { content: stored.content, recurrence: stored.recurrence } })

const baseOn = (stored: Current) => ({ agreement: based({}, stored), snapshot: stored, existed: true })

test('what was applied and is asked for once more makes no call', () => {
  fc.assert(
    fc.property(wanted, held, held, wanted, (sent, stored, now, asked) => {
      const provider = createProvider(now)
      const once = agreementIn(run(provider, based(sent, stored), alone(upsert(2, asked))))
      const writes = provider.written.length
      const again = run(provider, once, alone(upsert(3, asked, { settledBefore: 2 })))
      expect([again.state, provider.written.length]).toEqual(['unchanged', writes])
    }),
  )
})

test('a write holds fields that were asked for and differ, and no others', () => {
  fc.assert(
    fc.property(partly, held, held, (changed, stored, now) => {
      const desired = { kind: 'upsert' as const, wishes: { ...NO_WISHES, changed, whole: changed } }
      const decided = plan(desired, baseOn(stored), now, place)
      if (decided.outcome !== 'write' || decided.call.kind !== 'update') return
      const asked = new Set(Object.keys(changed).map((name) => (name === 'color' ? 'categories' : name)))
      // A rule is written with the times it begins with, and the times of a series with its rule.
      if (asked.has('recurrence') || (asked.has('times') && now.recurrence)) asked.add('recurrence').add('times')
      expect(Object.keys(decided.call.patch).filter((name) => !asked.has(name))).toEqual([])
    }),
  )
})

test('every wish is in the result, and every other field is as it was', () => {
  fc.assert(
    fc.property(partly, held, held, (changed, stored, now) => {
      const desired = { kind: 'upsert' as const, wishes: { ...NO_WISHES, changed, whole: changed } }
      const base = baseOn(stored)
      const decided = plan(desired, base, now, place)
      const isUpdate = decided.outcome === 'write' && decided.call.kind === 'update'
      const after = isUpdate && 'patch' in decided.call ? patched(now, decided.call.patch) : now
      for (const name of FIELD_NAMES) {
        const of = FIELDS[name].of
        if (name === 'url') continue
        if (changed[name] !== undefined) expect(sameValue(name, changed[name], of(after)), name).toBe(true)
        else if (name !== 'recurrence') expect(of(after), name).toEqual(of(now))
      }
      expect(plan(desired, base, after, place)).toEqual({ outcome: 'unchanged' })
    }),
  )
})

const merging = (change?: (task: Task) => Task) =>
  fc.property(text, text, text, text, (agreed, theirs, room, asked) => {
    const stored = current({ summary: agreed })
    const provider = createProvider(patched(stored, { summary: theirs, location: { description: room } }))
    const sent = { summary: agreed, times: times(), location: null }
    const result = run(provider, based(sent, stored), alone(upsert(2, { ...sent, summary: asked })), stored, change)
    const isWish = asked !== agreed
    expect(provider.held()?.content).toMatchObject({
      summary: isWish ? asked : theirs,
      location: { description: room },
    })
    const lost = isWish && theirs !== agreed && theirs !== asked ? [{ field: 'summary', value: theirs }] : []
    expect('overruled' in result && result.overruled).toEqual(lost)
  })

test('an edit that a wish replaces is on record, and an edit of another field is kept', () => {
  fc.assert(merging())
})

test.each<[string, (task: Task) => Task]>([
  [
    'takes everything it is sent for a wish',
    (task) => ({ ...task, wishes: { ...task.wishes, changed: task.wishes.whole } }),
  ],
  [
    'does not know what was agreed on',
    (task) => ({ ...task, agreement: { ...task.agreement, stored: undefined, sent: {} } }),
  ],
])('a merge that %s is found out by that', (_, change) => {
  expect(fc.check(merging(change)).failed).toBe(true)
})

// What a new all-day event is by default, no other becomes.
const definite = fc.tuple(wanted, FIELDS_ASKED.transparency).map(([one, transparency]) => ({ ...one, transparency }))
const early = { settledBefore: 0 }
const asked = fc.oneof(
  { weight: 4, arbitrary: definite.map((one) => (number: number) => upsert(number, one, early)) },
  { weight: 1, arbitrary: fc.constant((number: number) => action(number, { kind: 'delete', target }, early)) },
)

test('actions put together come to the same as one by one', () => {
  fc.assert(
    fc.property(fc.array(asked, { minLength: 1, maxLength: 6 }), (makers) => {
      const actions = makers.map((make, at) => make(at + 1))
      const [together, apart] = [createProvider(), createProvider()]
      let base: Agreement = noAgreement()
      for (const one of actions) base = agreementIn(run(apart, base, alone(one)))
      base = noAgreement()
      for (let left = actions; left.length > 0; ) {
        const [work] = collapse(left, NOW).works
        if (work === undefined) throw new Error('nothing is next')
        base = agreementIn(run(together, base, work))
        left = left.filter((one) => !work.actions.includes(one))
      }
      expect(said(together.held())).toEqual(said(apart.held()))
      expect(together.written.length).toBeLessThanOrEqual(apart.written.length)
    }),
  )
})

function lower(address: string): string {
  return address.toLowerCase()
}
