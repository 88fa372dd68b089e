import { Temporal } from 'temporal-polyfill'
import { type Clock, days, type EpochMs, epochMs, later } from '../../../shared/core/time.ts'
import type { Fields, Moment, SaveRequest } from '../flowagent/change-request.ts'
import type { CalendarItem } from '../flowagent/messages.ts'
import type { FlowAgentVisitor } from './flowagent.ts'
import type { GraphWrite } from './graph-writes.ts'
import type { Outlook, OutlookEvent } from './outlook.ts'
import { watchFor } from './patience.ts'
import type { Timeline } from './timeline.ts'

/** Everything the story is told with. */
export interface Stage {
  readonly timeline: Timeline
  readonly clock: Clock
  /** When the story began: its days are counted from here, also over midnight. */
  readonly began: EpochMs
  readonly flowagent: FlowAgentVisitor
  readonly outlook: Outlook
  readonly person: string
  readonly colleague: { readonly name: string; readonly address: string; readonly outlook: Outlook }
  /** Ends when the product has nothing more to do. */
  readonly rest: () => Promise<void>
  /** What the product has written to mailboxes so far. */
  readonly writes: () => readonly GraphWrite[]
  /** What the person's mailbox shows in the days that FlowAgent is asked for, all calendars. */
  readonly mailbox: () => readonly { readonly title: string; readonly startAt: EpochMs }[]
}

/** The days the story takes place in, counted from today. */
const SOON = { from: 0, to: 70 }

const ZONE = 'Europe/Copenhagen'

/** An hour of a coming day, on the clocks of FlowAgent and Outlook. */
export interface Hour {
  readonly moment: Exclude<Moment, string>
  readonly graph: { readonly dateTime: string; readonly timeZone: string }
  readonly at: EpochMs
}

/** @param time `09:30`. @param day counted from the day the story began, in UTC. */
export function hour({ began }: Stage, time: string, day = 1): Hour {
  const date = new Date(later(began, days(day))).toISOString().slice(0, 10)
  const wall = `${date}T${time}:00`
  return {
    moment: { time: wall, tzid: ZONE },
    graph: { dateTime: wall, timeZone: 'Romance Standard Time' },
    at: epochMs(Temporal.PlainDateTime.from(wall).toZonedDateTime(ZONE).epochMilliseconds),
  }
}

export const startOf = (item: CalendarItem): EpochMs => epochMs(Date.parse(item.start.time))

/** Waits until Outlook's events with this title are as expected. */
export function outlookShows(
  { clock, began }: Stage,
  outlook: Outlook,
  title: string,
  expected: (events: readonly OutlookEvent[]) => boolean,
): Promise<readonly OutlookEvent[]> {
  return watchFor(clock, `${title}, in Outlook`, async () => {
    const events = await outlook.events(began, later(began, days(SOON.to)))
    const found = events.filter((event) => event.title === title)
    return expected(found) ? found : undefined
  })
}

/** Waits until FlowAgent's events with this title are as expected, with nothing of them still on its way. */
export async function flowagentShows(
  { flowagent }: Stage,
  title: string,
  expected: (items: readonly CalendarItem[]) => boolean,
): Promise<readonly CalendarItem[]> {
  const of = (items: readonly CalendarItem[]) => items.filter((item) => item.title === title)
  const isExpected = (items: readonly CalendarItem[]) => expected(items) && !items.some(({ isPending }) => isPending)
  return of(await flowagent.waitFor(title, (items) => isExpected(of(items)), SOON))
}

/** The one event with this title, on both sides. */
export async function onBoth(stage: Stage, title: string): Promise<{ event: OutlookEvent; item: CalendarItem }> {
  const [event] = await outlookShows(stage, stage.outlook, title, ({ length }) => length === 1)
  const [item] = await flowagentShows(stage, title, ({ length }) => length === 1)
  if (event === undefined || item === undefined) throw new Error(`${title} is not on both sides`)
  return { event, item }
}

/** The same starts on both sides, in order. */
export const sameStarts = (items: readonly CalendarItem[], events: readonly OutlookEvent[]): boolean =>
  String(items.map(startOf).sort(ascending)) === String(events.map(({ startAt }) => startAt).sort(ascending))

const ascending = (one: number, other: number): number => one - other

/** What FlowAgent's page sends when a person saves a new event. */
export const creation = (calendarId: string, eventId: string, fields: Fields): SaveRequest => ({
  ...{ kind: 'create', calendarId, itemId: eventId, target: { eventId } },
  ...{ title: fields.title ?? '', fields },
})

/** What FlowAgent's page sends when a person saves a change of an event that it shows. @param scope of a series. */
export function edit(item: CalendarItem, fields: Fields, scope: 'this' | 'all' = 'all'): SaveRequest {
  const { id: itemId, calendarId, ownId, uid = '', version, isOwnSeries, title, start, end } = item
  const common = {
    ...({ kind: 'edit', calendarId, itemId, title: fields.title ?? title } as const),
    ...(version !== undefined && { basedOn: version }),
  }
  if (scope === 'this' || ownId === undefined) return { ...common, target: { uid }, fields }
  const target = { eventId: ownId }
  if (isOwnSeries) return { ...common, target, fields, series: { from: momentOf(start) } }
  // The API takes an event that goes by our id with its title and times, changed or not.
  return { ...common, target, fields: { title, start: momentOf(start), end: momentOf(end), ...fields } }
}

const momentOf = ({ time, zone = 'Etc/UTC' }: CalendarItem['start']): Moment => ({
  time: Temporal.Instant.from(time).toZonedDateTimeISO(zone).toPlainDateTime().toString({ smallestUnit: 'second' }),
  tzid: zone,
})
