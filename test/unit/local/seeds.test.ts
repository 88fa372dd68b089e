import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Instance } from '../../../infra/local/microsoft365/mailbox/event.ts'
import { seedWorld } from '../../../infra/local/microsoft365/seed/seed.ts'
import { OPERATOR_TENANT } from '../../../infra/local/settings.ts'
import type { Random } from '../../../shared/core/random.ts'
import { type Clock, days, epochMs } from '../../../shared/core/time.ts'

function seededRandom(seed: string): Random {
  let count = 0
  return {
    bytes(length) {
      count += 1
      const block = createHash('sha512').update(`${seed} ${count}`).digest()
      return Uint8Array.from({ length }, (_, at) => block[at % block.length] ?? 0)
    },
  }
}

const clockAt = (time: string): Clock => ({ now: () => epochMs(Date.parse(time)), sleep: () => Promise.resolve() })

function seeded({ time = '2026-11-20T09:00:00Z', seed = 'one' } = {}) {
  const world = seedWorld({ clock: clockAt(time), random: seededRandom(seed) })
  const now = Date.parse(time)
  const shown = (oid: string) => world.mailboxOf(oid).view({ from: now - days(42), to: now + days(201) })
  const [anna] = [...world.people.values()]
  return { world, shown, anna: anna ?? fail() }
}

function fail(): never {
  throw new Error('the world has people')
}

const told = ({ world, shown }: ReturnType<typeof seeded>) =>
  [...world.people.keys()].map((oid) => shown(oid).map(({ span, fields, item, type }) => [type, item.id, span, fields]))

test('the same seed gives the same calendars, ids included', () => {
  expect(told(seeded())).toEqual(told(seeded()))
})

test('another seed gives other calendars', () => {
  expect(told(seeded({ seed: 'two' }))).not.toEqual(told(seeded()))
})

test.each([
  '2026-11-20T09:00:00Z',
  '2026-12-31T23:30:00Z',
  '2027-03-28T00:30:00Z',
  '2028-02-29T12:00:00Z',
  '2027-07-31T12:00:00Z',
])('seeded at %s, the main person has 150 to 250 events in the window, and nobody of a customer has none', (time) => {
  const { world, shown, anna } = seeded({ time })
  expect(shown(anna.oid).length).toBeGreaterThanOrEqual(150)
  expect(shown(anna.oid).length).toBeLessThanOrEqual(250)
  const customers = [...world.people.values()].filter(({ tid }) => tid !== OPERATOR_TENANT)
  for (const { oid } of customers) expect(shown(oid).length).toBeGreaterThan(0)
})

test.each<[string, (instance: Instance) => boolean]>([
  ['an exception of a series', ({ type }) => type === 'exception'],
  ['a series with a cancelled occurrence', ({ item }) => item.cancelled.size > 0],
  ['an invitation by somebody else', ({ item }) => item.organizer !== undefined],
  ['a meeting that was called off', ({ fields }) => fields['isCancelled'] === true],
  ['an all-day event of several days', ({ span }) => span.isAllDay && span.endAt - span.startAt > days(1)],
  ['a private event', ({ fields }) => fields['sensitivity'] === 'private'],
  ['an event planned in another time zone', ({ span }) => span.startZone === 'Eastern Standard Time'],
  ['an event of no length', ({ span }) => span.startAt === span.endAt],
  ['an event past midnight', ({ span }) => !span.isAllDay && span.start.slice(0, 10) !== span.end.slice(0, 10)],
])('the main person has %s', (_, isSuch) => {
  const { shown, anna } = seeded()
  expect(shown(anna.oid).some(isSuch)).toBe(true)
})

test('the main person also has a calendar of her own, a shared one and one she cannot change', () => {
  const { world, anna } = seeded()
  const calendars = world.mailboxOf(anna.oid).calendars()
  expect(calendars.map(({ name, canEdit }) => [name, canEdit])).toEqual([
    ['Calendar', true],
    ['Personal', true],
    ['Campaigns', true],
    ['Danish holidays', false],
  ])
})

test('every copy of a meeting carries the organiser’s iCalUId and an id of its own', () => {
  const { world } = seeded()
  const items = [...world.people.keys()].flatMap((oid) => [...world.mailboxOf(oid).calendar().store.items.values()])
  const organised = new Set(items.filter(({ organizer }) => organizer === undefined).map(({ iCalUId }) => iCalUId))
  const copies = items.filter(({ organizer, fields }) => organizer !== undefined && fields['isCancelled'] !== true)
  expect(copies.every(({ iCalUId }) => organised.has(iCalUId))).toBe(true)
  expect(new Set(items.map(({ id }) => id)).size).toBe(items.length)
})

test('in one organisation of customers people may consent alone, in the other they may not', () => {
  const { world } = seeded()
  const customers = [...world.organisations.values()].filter(({ tid }) => tid !== OPERATOR_TENANT)
  expect(customers.map(({ allowsUserConsent }) => allowsUserConsent)).toEqual([true, false])
})
