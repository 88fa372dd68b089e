import type { Mailbox } from '../../../infra/local/microsoft365/mailbox/mailbox.ts'
import type { DurationMs } from '../../../shared/core/time.ts'
import type { Action } from '../../../shared/push/action.ts'
import { agreementKeyOf } from '../../../shared/push/agreement.ts'
import type { Entry, Response } from '../people/ledger.ts'
import { type FieldName, textIn } from '../people/said.ts'
import { isOfEarlierLife, type Notebook, type Wish } from '../people/wish.ts'

/** Everything there is to know about one person's calendars at the end of a run. */
export interface Case extends Notebook {
  readonly mailbox: Mailbox
  readonly entries: readonly Entry[]
  readonly responses: readonly Response[]
  readonly actions: readonly Action[]
  /** The event an integrator's name stands for: a key that the event's entries and wishes share. */
  readonly eventOfWish: (wish: Wish) => string | undefined
  /** Instances' clocks are off by as much at most. */
  readonly skew: DurationMs
  /** How long after it was sent a request may do what it says. */
  readonly latest: DurationMs
}

export type Facts = ReturnType<typeof factsOf>

export function factsOf(one: Case) {
  const { entries, wishes, actions } = one
  const author = new Map<string, Wish>()
  const ambiguous = new Set<string>()
  for (const wish of wishes)
    for (const value of Object.values(wish.fresh))
      if (author.has(value)) ambiguous.add(value)
      else author.set(value, wish)
  const overruled = actions.flatMap((action) => action.overruled)
  const numbered = new Map(actions.map((action) => [action.number, action]))
  const graph = entries.filter(({ by }) => by === 'graph')
  return {
    ...one,
    /** Whether a value was replaced on record. A long text is on record with its dress. */
    isOnRecord: (name: FieldName, value: string) =>
      overruled.some((one) => one.field === name && (one.value === value || textIn(one.value) === value)),
    /** Whether several have asked for a value, as for the day of an event. */
    isAmbiguous: (value: string | undefined) => value !== undefined && ambiguous.has(value),
    /** Who asked for a value; undefined when nobody did, or several. */
    authorOf(value: string | undefined) {
      const wish = value && !ambiguous.has(value) ? author.get(value) : undefined
      return wish && isOfEarlierLife(one, wish) ? undefined : wish
    },
    /** Where a value was written in Outlook, if nobody else ever wrote it. */
    outlookValue(id: string, name: FieldName, value: string | undefined) {
      if (!value || author.has(value)) return undefined
      const writers = entries.filter(({ written }) => written[name] === value)
      return writers.length === 1 && writers[0]?.by === 'outlook' && writers[0].id === id ? writers[0] : undefined
    },
    committed: (name: FieldName, value: string) => graph.filter(({ written }) => written[name] === value),
    numbered,
    actionOf: (wish: Wish) => (isOfEarlierLife(one, wish) ? undefined : numbered.get(wish.action ?? -1)),
    /** Deletions that were asked for, of this event. */
    deletionsOf: (entry: Entry) =>
      wishes.filter(
        (wish) =>
          wish.sent < entry.position &&
          (wish.kind === 'delete' ? isAbout(one, wish, entry) : wish.kind === 'delete-all' && isOf(one, wish, entry)),
      ),
  }
}

/** Whether a wish names the event of an entry, by either name, or the series it is an occurrence of. */
export function isAbout({ eventOfWish }: Case, wish: Wish, { id, marker }: Entry): boolean {
  const event = eventOfWish(wish)
  return event !== undefined && (event === id || event === agreementKeyOf(marker))
}

/** Whether the event of an entry is one that the wish's integrator has made. */
const isOf = ({ wishes, eventOfWish }: Case, { integrator }: Wish, { marker }: Entry): boolean =>
  wishes.some(
    (wish) =>
      wish.integrator === integrator && wish.eventId !== undefined && eventOfWish(wish) === agreementKeyOf(marker),
  )
