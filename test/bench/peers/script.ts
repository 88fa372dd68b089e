import type { Item } from '../../../infra/local/microsoft365/mailbox/event.ts'
import { occurrenceId } from '../../../infra/local/microsoft365/mailbox/ids.ts'
import type { Mailbox } from '../../../infra/local/microsoft365/mailbox/mailbox.ts'
import { type DurationMs, days, minutes, seconds } from '../../../shared/core/time.ts'

/** Something that a person does in Outlook. */
export interface Change {
  /** After the beginning of its chapter. */
  readonly at: DurationMs
  act(mailbox: Mailbox): void
}

interface ChapterPlan {
  readonly name: string
  readonly lasts: DurationMs
  /** Until when, after its beginning, Graph tells nobody of changes. */
  readonly silentFor?: DurationMs
}

export interface Chapter extends ChapterPlan {
  readonly changes: readonly Change[]
}

export const CHAPTERS = [
  { name: 'single changes', lasts: minutes(40) },
  { name: 'a series', lasts: minutes(30) },
  { name: 'deletions', lasts: minutes(30) },
  { name: 'a burst of 50', lasts: minutes(15) },
  { name: 'a quiet day', lasts: days(1) },
  { name: 'lost notifications', lasts: minutes(90), silentFor: minutes(20) },
] as const satisfies readonly ChapterPlan[]

/** What is there to be changed; each is used once, so that one change never hides another one. */
interface Stock {
  readonly singles: Iterator<Item>
  readonly series: Iterator<Item>
}

/** The same for every peer. Changes come at odd seconds, so that they are in step with nobody's polls. */
export function createScript(mailbox: Mailbox): readonly Chapter[] {
  const items = [...mailbox.calendar().store.items.values()]
  const stock: Stock = {
    singles: items.filter(({ recurrence, span }) => recurrence === undefined && !span.isAllDay).values(),
    series: items.filter(({ recurrence }) => recurrence !== undefined).values(),
  }
  const day = items[0]?.span.start.slice(0, 10) ?? ''
  const [single, series, deleted, many, quiet, unheard] = CHAPTERS
  return [
    { ...single, changes: singleChanges(stock, day) },
    { ...series, changes: seriesChanges(stock) },
    { ...deleted, changes: deletions(stock) },
    { ...many, changes: burst(stock, day) },
    { ...quiet, changes: [] },
    { ...unheard, changes: lost(stock, day) },
  ]
}

/** Every 97 seconds, which is no multiple of any peer's interval. */
const spaced = (acts: readonly Change['act'][], gap: DurationMs = seconds(97)): Change[] =>
  acts.map((act, index) => ({ at: (seconds(13) + index * gap) as DurationMs, act }))

const singleChanges = (stock: Stock, day: string) =>
  spaced(
    Array.from({ length: 6 }, (_, index) => [
      create(`Created ${index}`, day, index),
      move(stock, index),
      edit(stock, { subject: `Renamed ${index}` }),
      edit(stock, { location: { displayName: `Another room ${index}` } }),
    ]).flat(),
  )

const seriesChanges = (stock: Stock) =>
  spaced(
    [
      onOccurrence(stock, 1, (mailbox, id) => mailbox.patch(id, { subject: 'Occurrence with another name' })),
      onOccurrence(stock, 2, (mailbox, id) => mailbox.remove(id)),
      onSeries(stock, (mailbox, id) => mailbox.patch(id, { subject: 'Series with another name' })),
    ],
    seconds(487),
  )

const deletions = (stock: Stock) =>
  spaced([...Array.from({ length: 5 }, () => remove(stock)), onSeries(stock, (mailbox, id) => mailbox.remove(id))])

const burst = (stock: Stock, day: string) =>
  spaced(
    Array.from({ length: 50 }, (_, index) => {
      if (index % 5 === 4) return remove(stock)
      return index % 5 < 2 ? create(`Burst ${index}`, day, index) : edit(stock, { subject: `Burst renamed ${index}` })
    }),
    seconds(1),
  )

const lost = (stock: Stock, day: string) =>
  spaced([
    create('Created unheard', day, 3),
    edit(stock, { subject: 'Renamed unheard' }),
    move(stock, 5),
    remove(stock),
    onOccurrence(stock, 1, (mailbox, id) => mailbox.remove(id)),
  ])

const next = (items: Iterator<Item>): Item => {
  const { value, done } = items.next()
  if (done) throw new RangeError('the mailbox is too small for the script')
  return value
}

/** The event is chosen when the script is made, so that it is the same one for every peer. */
function edit(stock: Stock, body: object): Change['act'] {
  const { id } = next(stock.singles)
  return (mailbox) => void mailbox.patch(id, body)
}

function remove(stock: Stock): Change['act'] {
  const { id } = next(stock.singles)
  return (mailbox) => mailbox.remove(id)
}

/** To the day after, at another hour. */
function move(stock: Stock, index: number): Change['act'] {
  const { id, span } = next(stock.singles)
  return (mailbox) => void mailbox.patch(id, times(dayAfter(span.start.slice(0, 10), 1), 6 + index))
}

function onSeries(stock: Stock, act: (mailbox: Mailbox, id: string) => unknown): Change['act'] {
  const { id } = next(stock.series)
  return (mailbox) => void act(mailbox, id)
}

/** @param index which of the occurrences there are; the first of some may lie before the window. */
function onOccurrence(stock: Stock, index: number, act: (mailbox: Mailbox, id: string) => unknown): Change['act'] {
  const { id } = next(stock.series)
  return (mailbox) => {
    const from = mailbox.find(id).instance.span.startAt + days(5)
    const occurrence = mailbox.instances(id, { from, to: from + days(60) })[index]
    act(mailbox, occurrenceId(id, occurrence?.date ?? ''))
  }
}

const create =
  (subject: string, day: string, index: number): Change['act'] =>
  (mailbox) =>
    void mailbox.create({ subject, ...times(dayAfter(day, 45 + index), 7) })

const dayAfter = (day: string, count: number): string =>
  new Date(Date.parse(day) + count * days(1)).toISOString().slice(0, 10)

function times(day: string, hour: number): object {
  const at = (hours: number) => ({ dateTime: `${day}T${String(hours).padStart(2, '0')}:00:00`, timeZone: 'UTC' })
  return { start: at(hour), end: at(hour + 1) }
}
