import type { Instance } from '../../../infra/local/microsoft365/mailbox/event.ts'
import { occurrenceId } from '../../../infra/local/microsoft365/mailbox/ids.ts'
import type { Mailbox } from '../../../infra/local/microsoft365/mailbox/mailbox.ts'
import { attendeesOf } from '../../../infra/local/microsoft365/mailbox/people.ts'
import { eventUidOf } from '../../../shared/api/change/ids.ts'
import { epochMs, toIsoSeconds } from '../../../shared/core/time.ts'
import { TABLE_NAMES } from '../../../shared/storage/table.ts'
import type { MemoryTables } from '../../support/memory-tables.ts'
import { EVENT_CANARY } from '../people/canary.ts'
import type { ReadEvent } from '../people/client.ts'
import { isWithin } from '../people/person.ts'
import { saidOf, textIn } from '../people/said.ts'
import { TOKEN_CANARY } from '../service/microsoft365.ts'
import type { CalendarSpan } from './inspector.ts'

const MOST_SHOWN = 6

/** How what the API says differs from what the mailbox holds; empty when it does not (I1, I2, I3, I6). */
export function differences(
  mailbox: Mailbox,
  read: readonly ReadEvent[],
  span: CalendarSpan,
  keyOf: (providerId: string) => string,
): readonly string[] {
  const { from, to } = span
  const wanted = mailbox
    .view(span, span.providerId)
    .filter((instance) => isWithin(instance, from, to))
    .map((instance) => asRead(instance, keyOf))
  const found = read.filter(({ start, end }) => Date.parse(end) > from && Date.parse(start) < to)
  const [expected, actual] = [new Map(wanted.map(byUid)), new Map(found.map(byUid))]
  const twice = found.length > actual.size ? [`${found.length - actual.size} events are told twice`] : []
  const missing = [...expected].filter(([uid]) => !actual.has(uid)).map(([, one]) => `missing ${show(one)}`)
  const extra = [...actual].filter(([uid]) => !expected.has(uid)).map(([, one]) => `left over ${show(one)}`)
  const other = [...expected].flatMap(([uid, one]) => {
    const read = actual.get(uid)
    return read === undefined || show(read) === show(one) ? [] : [`read ${show(read)} for ${show(one)}`]
  })
  return [...twice, ...missing, ...extra, ...other].slice(0, MOST_SHOWN)
}

/** Events that whoever has followed `last_modified` from the beginning was never told of, as they are now (I1). */
export function untold(told: readonly ReadEvent[], read: readonly ReadEvent[]): readonly string[] {
  const known = new Map(told.map(byUid))
  const missed = read.filter((event) => {
    const one = known.get(event.event_uid)
    return one === undefined || show(one) !== show(event)
  })
  return missed.slice(0, MOST_SHOWN).map((event) => `no change told of ${show(event)}`)
}

/** How the copy differs that an integrator keeps by reading what its channel says, from what it would read now (I1). */
export function unfollowed(
  copy: readonly ReadEvent[],
  read: readonly ReadEvent[],
  { from, to }: CalendarSpan,
): readonly string[] {
  const [kept, there] = [new Map(copy.map(byUid)), new Map(read.map(byUid))]
  const inside = read.filter(({ start, end }) => Date.parse(end) > from && Date.parse(start) < to)
  const late = inside.filter((event) => {
    const known = kept.get(event.event_uid)
    return known === undefined || show(known) !== show(event)
  })
  return [
    ...late.map((event) => `a channel has told nothing of ${show(event)}`),
    ...copy.filter(({ event_uid }) => !there.has(event_uid)).map((event) => `a channel has left over ${show(event)}`),
  ].slice(0, MOST_SHOWN)
}

/** What is compared of an event. */
type Told = Pick<
  ReadEvent,
  | 'event_uid'
  | 'summary'
  | 'start'
  | 'end'
  | 'location'
  | 'description'
  | 'attendees'
  | 'extended_transparency'
  | 'categories'
>

const byUid = <T extends Told>(event: T): [string, T] => [event.event_uid, event]

function show({ event_uid, summary, start, end, location, description, attendees, ...event }: Told): string {
  const invited = attendees.map(({ email }) => email.toLowerCase()).sort()
  const said = [summary, location?.description ?? '', textIn(description)].map((text) => `"${text}"`).join(' ')
  const shown = [event.extended_transparency, ...event.categories].join(' ')
  return `${event_uid.slice(13, 19)} ${said} ${start} - ${end} ${shown} ${invited.join()}`.trimEnd()
}

function asRead(instance: Instance, keyOf: (providerId: string) => string): Told {
  const { item, date, fields, span } = instance
  const { location, description } = saidOf(instance)
  const time = (side: 'start' | 'end') =>
    span.isAllDay ? span[side].slice(0, 10) : toIsoSeconds(epochMs(side === 'start' ? span.startAt : span.endAt))
  return {
    event_uid: eventUidOf(keyOf(date === undefined ? item.id : occurrenceId(item.id, date))),
    summary: String(fields['subject'] ?? ''),
    start: time('start'),
    end: time('end'),
    location: { description: location },
    description,
    attendees: attendeesOf(fields).map(({ emailAddress }) => ({ email: emailAddress.address })),
    extended_transparency: SHOWN_AS[String(fields['showAs'] ?? 'busy')] ?? 'unknown',
    categories: (fields['categories'] ?? []) as readonly string[],
  }
}

const SHOWN_AS: Readonly<Record<string, string>> = {
  free: 'transparent',
  tentative: 'tentative',
  busy: 'opaque',
  oof: 'out_of_office',
  workingElsewhere: 'working_elsewhere',
}

/** Whether a text says what an event says, gives a token away, or names somebody. @param names what people are called. */
const isReadable = (text: string, names: readonly string[]): boolean =>
  [EVENT_CANARY, TOKEN_CANARY, ...names].some((word) => text.includes(word))

/** Rows in which something is readable (I7). */
export function readableRows(tables: MemoryTables, names: readonly string[]): readonly string[] {
  const rows = TABLE_NAMES.flatMap((name) =>
    tables.rows(name).filter(({ partitionKey, rowKey, properties }) => {
      const values = Object.values(properties).map((value) =>
        value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value),
      )
      return [partitionKey, rowKey, ...values].some((text) => isReadable(text, names))
    }),
  )
  return rows.slice(0, MOST_SHOWN).map(({ rowKey }) => `I7: readable in row ${rowKey}`)
}

/** Where something is readable that leaves the service (I7). @param texts by the place they were found in. */
export const readableTexts = (texts: Record<string, readonly string[]>, names: readonly string[]): readonly string[] =>
  Object.entries(texts).flatMap(([place, all]) =>
    all.some((text) => isReadable(text, names)) ? [`I7: readable in ${place}`] : [],
  )
