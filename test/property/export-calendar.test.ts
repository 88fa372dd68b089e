import fc from 'fast-check'
import ICAL from 'ical.js'
import { expect, test } from 'vitest'
import { eventComponent } from '../../shared/api/me/export/event-component.ts'
import { exportCalendar } from '../../shared/api/me/export/export-calendar.ts'
import { epochMs } from '../../shared/core/time.ts'
import type { CalendarEvent, EventTime } from '../../shared/events/event.ts'
import type { EventRow } from '../../shared/storage/accounts/kinds.ts'
import { type ReadComponent, readCalendar, textsIn } from '../support/i-calendar.ts'

/** Any text, with what is special in iCalendar more often than chance has it. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 120 }),
  fc.string({ unit: fc.constantFrom(',', ';', ':', '\\', '"', '^', '\n', 'n', ' ', 'é', '😀', '\r'), maxLength: 120 }),
)
const seconds = fc.integer({ min: 1, max: 4_000_000_000 }).map((at) => epochMs(at * 1000))
const instant = seconds.map((at): EventTime => ({ kind: 'instant', at, zone: 'Europe/Copenhagen' }))
const date = seconds.map((at): EventTime => ({ kind: 'date', date: new Date(at).toISOString().slice(0, 10) }))
const person = fc.record({ email: fc.emailAddress(), name: fc.option(text, { nil: undefined }) })

const event = fc
  .record({
    summary: text,
    description: text,
    times: fc.oneof(fc.tuple(instant, instant), fc.tuple(date, date)),
    location: fc.option(
      fc.record({ description: text, latitude: fc.constantFrom(undefined, 55.68), longitude: fc.constantFrom(12.57) }),
      { nil: undefined },
    ),
    attendees: fc.array(
      fc.record({
        ...{ email: fc.emailAddress(), name: fc.option(text, { nil: undefined }) },
        status: fc.constantFrom('needs_action', 'accepted', 'declined', 'tentative', 'unknown'),
        kind: fc.constantFrom('required', 'optional', 'resource'),
      } as const),
      { maxLength: 4 },
    ),
    organizer: fc.option(person, { nil: undefined }),
    organizedByAccount: fc.boolean(),
    participation: fc.constant('accepted' as const),
    transparency: fc.constantFrom('opaque', 'transparent', 'tentative', 'out_of_office', 'working_elsewhere'),
    sensitivity: fc.constantFrom('normal', 'personal', 'private', 'confidential'),
    status: fc.constantFrom('confirmed', 'tentative', 'cancelled'),
    categories: fc.array(text, { maxLength: 4 }),
    importance: fc.constantFrom('low', 'normal', 'high'),
    reminderMinutes: fc.option(fc.nat(20_000), { nil: undefined }),
    createdAt: fc.option(seconds, { nil: undefined }),
    changedAt: fc.option(seconds, { nil: undefined }),
  } as const)
  .map(({ times: [start, end], ...content }) => ({ ...content, start, end, ...PLACE }) as CalendarEvent)

const PLACE = { providerId: 'p', etag: 'e', kind: 'single' } as const
const CALENDAR = { key: 'c'.repeat(22), name: 'Work, "home"; and\nmore', deleted: false }

const row = (one: CalendarEvent, at: number): EventRow => ({
  ...{ calendar: CALENDAR.key, key: String(at).padStart(22, 'k'), deleted: false, moved: false },
  ...{ modifiedAt: epochMs(1_700_000_000_000), managed: { integrator: 'diary', eventId: 'my;1' }, event: one },
})

async function exported(rows: readonly EventRow[]): Promise<string> {
  let whole = ''
  const source = {
    publicUrl: 'https://sync.example',
    accounts: { state: async () => ({ calendars: [CALENDAR], head: {} }) },
    records: {
      async *events() {
        yield rows
      },
    },
    windowDays: { past: 42, future: 201 },
  } as unknown as Parameters<typeof exportCalendar>[0]
  for await (const part of exportCalendar(source, 'acc_anna')) whole += part
  return whole
}

/** What a text comes to in a line: control characters have no place there, and a lone surrogate none in UTF-8. */
const shown = (value: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out.
  Buffer.from(value.replace(/\r\n?/g, '\n').replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '')).toString()

const STATUS = { needs_action: 'NEEDS-ACTION', unknown: 'NEEDS-ACTION' } as const
const stamp = (at: number): string => new Date(at).toISOString().replace(/[-:]|\.000/g, '')
const timeOf = (time: EventTime): string => (time.kind === 'date' ? time.date.replaceAll('-', '') : stamp(time.at))

/** The fields of an event as its component has them. */
function fieldsOf({ lines, parts }: ReadComponent) {
  const one = (name: string) => lines.filter((line) => line.name === name).map(({ value }) => value)[0]
  const text = (name: string) => textsIn(one(name) ?? '')
  const persons = (name: string) =>
    lines.filter((line) => line.name === name).map(({ params, value }) => ({ ...params, email: value }))
  return {
    ...{ start: one('DTSTART'), end: one('DTEND') ?? one('DTSTART'), summary: text('SUMMARY') },
    ...{ description: text('DESCRIPTION'), location: text('LOCATION'), place: one('GEO') },
    ...{ attendees: persons('ATTENDEE'), organizer: persons('ORGANIZER'), status: one('STATUS'), class: one('CLASS') },
    ...{ transparency: one('X-MICROSOFT-CDO-BUSYSTATUS'), transp: one('TRANSP'), priority: one('PRIORITY') },
    ...{ categories: one('CATEGORIES') === undefined ? [] : text('CATEGORIES'), calendar: text('X-CALENDAR') },
    ...{ createdAt: one('CREATED'), changedAt: one('LAST-MODIFIED'), eventId: text('X-EVENT-ID') },
    reminder: parts.map((alarm) => alarm.lines.find(({ name }) => name === 'TRIGGER')?.value)[0],
  }
}

/** The same, as the event says. */
function expectedOf(one: CalendarEvent) {
  const { location, attendees, organizer, transparency, sensitivity, importance, categories } = one
  const named = (name: string | undefined) => (name === undefined ? {} : { CN: shown(name) })
  return {
    ...{ start: timeOf(one.start), end: timeOf(one.end), summary: [shown(one.summary)] },
    ...{ description: [shown(one.description)], location: [shown(location?.description ?? '')] },
    place: location?.latitude === undefined ? undefined : '55.68;12.57',
    attendees: attendees.map(({ email, name, status, kind }) => ({
      ...{ email: `mailto:${email}`, ...named(name), CUTYPE: kind === 'resource' ? 'RESOURCE' : 'INDIVIDUAL' },
      ROLE: { required: 'REQ-PARTICIPANT', optional: 'OPT-PARTICIPANT', resource: 'NON-PARTICIPANT' }[kind],
      PARTSTAT: { ...STATUS, accepted: 'ACCEPTED', declined: 'DECLINED', tentative: 'TENTATIVE' }[status],
    })),
    organizer: organizer === undefined ? [] : [{ email: `mailto:${organizer.email}`, ...named(organizer.name) }],
    status: one.status.toUpperCase(),
    class: { normal: 'PUBLIC', personal: 'PRIVATE', private: 'PRIVATE', confidential: 'CONFIDENTIAL' }[sensitivity],
    transparency: {
      ...{ opaque: 'BUSY', transparent: 'FREE', tentative: 'TENTATIVE', unknown: 'BUSY' },
      ...{ out_of_office: 'OOF', working_elsewhere: 'WORKINGELSEWHERE' },
    }[transparency],
    transp: transparency === 'transparent' ? 'TRANSPARENT' : 'OPAQUE',
    priority: { high: '1', normal: '5', low: '9' }[importance],
    ...{ categories: categories.map(shown), calendar: [CALENDAR.name], eventId: ['my;1'] },
    createdAt: one.createdAt === undefined ? undefined : stamp(one.createdAt),
    changedAt: one.changedAt === undefined ? undefined : stamp(one.changedAt),
    reminder: one.reminderMinutes === undefined ? undefined : `-PT${one.reminderMinutes}M`,
  }
}

test('any events come out of an iCalendar export as they went in, field by field, for a reader of its own', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 5 }), async (events) => {
      const whole = Buffer.from(await exported(events.map(row))).toString()
      expect(readCalendar(whole).parts.map(fieldsOf)).toEqual(events.map(expectedOf))
    }),
    { numRuns: 300 },
  )
})

test('a mail address with a line break begins no line of its own', () => {
  const [one] = fc.sample(event, { numRuns: 1, seed: 1 })
  const email = 'bo@x\r\nATTACH:https://canary.example'
  const component = eventComponent(
    row({ ...(one as CalendarEvent), organizer: { email } }, 0),
    undefined,
    'sync.example',
  )
  const written = ICAL.stringify.component([...component], ICAL.design.icalendar)
  expect(written).not.toMatch(/^ATTACH/m)
})

test('an export says what it needs to and nothing of a method, and names each event once for the world', async () => {
  const [one, other] = fc.sample(event, { numRuns: 2, seed: 2 }) as [CalendarEvent, CalendarEvent]
  const { lines, parts } = readCalendar(await exported([row(one, 1), row(other, 2)]))
  expect(lines.map(({ name, value }) => `${name}:${value}`)).toEqual([
    'VERSION:2.0',
    'PRODID:-//Microsoft 365 Sync//Export//EN',
  ])
  const uids = parts.map((part) => part.lines.find(({ name }) => name === 'UID')?.value)
  expect(uids).toEqual([1, 2].map((at) => `${String(at).padStart(22, 'k')}@sync.example`))
})
