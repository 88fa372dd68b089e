import type { Mailbox } from '../../infra/local/microsoft365/mailbox/mailbox.ts'
import type { Action } from '../../shared/push/action.ts'
import { agreementKeyOf } from '../../shared/push/agreement.ts'
import { type Entry, FIELD_NAMES, type FieldName, type Said } from './ledger.ts'
import { isOfEarlierLife, isOfThisLife, type Notebook, timesAsSeries, type Wish } from './wish.ts'

/** Everything there is to know about one person's calendars at the end of a run. */
export interface Case extends Notebook {
  readonly mailbox: Mailbox
  readonly entries: readonly Entry[]
  readonly actions: readonly Action[]
  /** The event an integrator's name stands for: a key that the event's entries and wishes share. */
  readonly eventOfWish: (wish: Wish) => string | undefined
}

const MOST_SHOWN = 6

/** What was done to the mailbox that must not be, and what was not done although it was asked for (I1, I3, I4, I5). */
export function judge(one: Case): readonly string[] {
  const facts = factsOf(one)
  const done = one.entries.flatMap((entry) =>
    entry.by === 'graph' && entry.position > one.lifeBegan ? judgeWrite(facts, entry) : [],
  )
  const unknown = one.wishes.filter(
    (wish) => wish.action !== undefined && !isOfEarlierLife(one, wish) && facts.actionOf(wish) === undefined,
  )
  return [
    ...unknown.map(({ action }) => `I2: action ${action} was accepted and is not stored`),
    ...[...done, ...duplicates(one), ...lost(facts), ...undeleted(facts)],
  ].slice(0, MOST_SHOWN)
}

type Facts = ReturnType<typeof factsOf>

function factsOf(one: Case) {
  const { entries, wishes, actions } = one
  const author = new Map<string, Wish>()
  const ambiguous = new Set<string>()
  for (const wish of wishes)
    for (const value of Object.values(wish.fresh))
      if (author.has(value)) ambiguous.add(value)
      else author.set(value, wish)
  const overruled = new Set(actions.flatMap((action) => action.overruled.map(({ field, value }) => key(field, value))))
  const numbered = new Map(actions.map((action) => [action.number, action]))
  const graph = entries.filter(({ by }) => by === 'graph')
  return {
    ...one,
    overruled: [...overruled],
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

const key = (field: string, value: string) => `${field} ${value}`

/** Whether a wish names the event of an entry, by either name, or the series it is an occurrence of. */
function isAbout({ eventOfWish }: Case, wish: Wish, { id, marker }: Entry): boolean {
  const event = eventOfWish(wish)
  return event !== undefined && (event === id || event === agreementKeyOf(marker))
}

/** Whether the event of an entry is one that the wish's integrator has made. */
const isOf = ({ wishes, eventOfWish }: Case, { integrator }: Wish, { marker }: Entry): boolean =>
  wishes.some(
    (wish) =>
      wish.integrator === integrator && wish.eventId !== undefined && eventOfWish(wish) === agreementKeyOf(marker),
  )

function judgeWrite(facts: Facts, entry: Entry): string[] {
  if (entry.kind === 'remove') return judgeRemoval(facts, entry)
  if (entry.kind === 'create') return judgeCreation(facts, entry)
  const names = FIELD_NAMES.filter((name) => entry.written[name] !== undefined)
  const changed = names.filter((name) => entry.written[name] !== entry.before[name])
  return [
    ...(changed.length === 0 && !entry.isMore ? [`I4: a write changes nothing ${show(entry)}`] : []),
    ...changed.flatMap((name) => judgeField(facts, entry, name)),
  ]
}

function judgeField(facts: Facts, entry: Entry, name: FieldName): string[] {
  const [now, before] = [entry.written[name] ?? '', entry.before[name] ?? '']
  const found: string[] = []
  const theirs = facts.outlookValue(entry.id, name, before)
  if (theirs && !isOnRecord(facts, name, before) && !wasKnown(facts, entry, name, theirs))
    found.push(`I1: an edit made in Outlook was replaced and is not on record: ${name} ${before} ${show(entry)}`)
  const [winner, loser] = [facts.authorOf(now), facts.authorOf(before)]
  if (winner === undefined || isAskedAgain(facts, name, now, winner)) return found
  // A wish may have come through and its answer been lost before it was rejected: the ones before it count then.
  if ([winner, loser].some((wish) => wish && facts.actionOf(wish)?.state === 'rejected')) return found
  if (loser && winner !== loser && (winner.action ?? -1) <= loser.floor)
    found.push(`I1: an earlier wish has replaced a later one: ${name} ${before} ${show(entry)}`)
  const again = facts.committed(name, now).some((other) => other.id === entry.id && other.position < entry.position)
  // Who never heard that the value was written asks for it again, on record.
  if (again && !(theirs && isOnRecord(facts, name, before)))
    found.push(`I4: a value was written again: ${name} ${show(entry)}`)
  return found
}

/** Whether somebody has sent a value again in a form that was filled before the value changed. */
const isAskedAgain = ({ wishes }: Facts, name: FieldName, value: string, author: Wish): boolean =>
  wishes.some((wish) => wish.sent > author.sent && wish.seen?.[name] === value && wish.fresh[name] === undefined)

/** A long text is on record with its dress. */
const isOnRecord = ({ overruled }: Facts, name: FieldName, value: string): boolean =>
  overruled.some((one) => one.startsWith(`${name} `) && one.includes(value))

/** Whether the integrator whose wish was written knew the value it replaces. */
function wasKnown(facts: Facts, entry: Entry, name: FieldName, theirs: Entry): boolean {
  const wish = facts.authorOf(entry.written[name])
  if (wish === undefined) return true
  if (wish.seen?.[name] === theirs.written[name]) return true
  // Who names no version of somebody else's event is taken to have seen the cache.
  if (wish.uid !== undefined && theirs.position < (wish.answered ?? 0)) return true
  const event = facts.eventOfWish(wish)
  // What a write of its own has told since is agreed on.
  return facts.wishes.some((other) => {
    const action = facts.actionOf(other)
    return (
      other !== wish &&
      other.integrator === wish.integrator &&
      facts.eventOfWish(other) === event &&
      action?.finishedAt !== undefined &&
      action.finishedAt >= theirs.at &&
      (action.state === 'applied' || action.state === 'unchanged') &&
      action.number < (wish.action ?? 0)
    )
  })
}

function judgeCreation(facts: Facts, entry: Entry): string[] {
  const event = agreementKeyOf(entry.marker)
  const removed = facts.entries.findLast(
    (one) =>
      one.kind === 'remove' &&
      one.position < entry.position &&
      agreementKeyOf(one.marker) === event &&
      one.id === one.series,
  )
  // What was deleted before an erasure nobody knows of, and may be asked for again.
  if (removed?.by !== 'outlook' || removed.position < facts.lifeBegan) return []
  const isNew = FIELD_NAMES.some((name) => {
    const value = entry.written[name]
    return value && facts.committed(name, value).every(({ position }) => position >= entry.position)
  })
  const created = facts.entries.find(({ kind, id }) => kind === 'create' && id === removed.id)
  const isAskedFor = facts.wishes.some(
    (wish) =>
      facts.eventOfWish(wish) === event &&
      isNovel(wish, created?.written ?? {}) &&
      (facts.actionOf(wish)?.finishedAt ?? 0) >= removed.at,
  )
  return isNew || isAskedFor ? [] : [`I1: a deletion in Outlook was undone by nothing new ${show(entry)}`]
}

/** Whether a wish says more than what the event was created with. */
const isNovel = ({ fresh, asking }: Wish, created: Said): boolean =>
  FIELD_NAMES.some((name) => fresh[name] !== undefined && fresh[name] !== created[name]) ||
  'recurrence' in asking.body ||
  'attendees' in asking.body

function judgeRemoval(facts: Facts, entry: Entry): string[] {
  const deletions = facts.deletionsOf(entry)
  if (deletions.length === 0) return [`I1: an event was deleted that nobody wanted deleted ${show(entry)}`]
  const last = Math.max(...deletions.map(({ action, floor }) => action ?? floor + 1))
  const answered = Math.max(...deletions.map((wish) => wish.answered ?? wish.sent))
  return FIELD_NAMES.flatMap((name) => {
    const held = entry.before[name]
    const theirs = facts.outlookValue(entry.id, name, held)
    const ours = facts.authorOf(held)
    if (theirs && theirs.position > answered)
      return [`I1: a deletion has taken an edit made in Outlook with it: ${name} ${held} ${show(entry)}`]
    // The days of two events may be the same.
    return ours && isAbout(facts, ours, entry) && ours.floor >= last
      ? [`I1: a deletion has taken a later wish with it: ${name} ${held} ${show(entry)}`]
      : []
  })
}

/** Events that are there twice. */
function duplicates({ mailbox }: Case): string[] {
  const seen = new Set<string>()
  return mailbox.calendars().flatMap(({ store }) =>
    [...store.items.values()].flatMap(({ transactionId, fields }) => {
      const event = agreementKeyOf(transactionId)
      if (event === undefined) return []
      if (seen.has(event)) return [`I3: there are two of "${fields['subject']}"`]
      seen.add(event)
      return []
    }),
  )
}

/** Accepted wishes that never came to Outlook. */
function lost(facts: Facts): string[] {
  return facts.wishes.flatMap((wish) => {
    if (wish.kind !== 'upsert' || !isDone(facts, wish)) return []
    return FIELD_NAMES.flatMap((name) => {
      const value = wish.fresh[name]
      if (value === undefined || isWritten(facts, value, name) || isOutdone(facts, wish, name)) return []
      if (name === 'times' && isSeries(facts, wish) && isWritten(facts, timesAsSeries(wish), name)) return []
      return [`I5: an accepted change was lost: ${name} ${value}, action ${wish.action}`]
    })
  })
}

/** Whether the event of a wish was asked to repeat, with this wish or another. */
const isSeries = ({ wishes, eventOfWish }: Facts, wish: Wish): boolean =>
  wishes.some((other) => 'recurrence' in other.asking.body && eventOfWish(other) === eventOfWish(wish))

/** Whether the wish, or the one that took its place, was applied. */
function isDone(facts: Facts, wish: Wish): boolean {
  const action = facts.actionOf(wish)
  if (action === undefined) return false
  const by = action.state === 'superseded' ? facts.numbered.get(action.supersededBy ?? -1) : action
  return by?.state === 'applied' || by?.state === 'unchanged'
}

/** Whether another value or a deletion was asked for before this one could be written. */
function isOutdone(facts: Facts, wish: Wish, name: FieldName): boolean {
  const event = facts.eventOfWish(wish)
  return facts.wishes.some((other) => {
    if ((other.action ?? -1) <= (wish.action ?? -1)) return false
    const isSame = facts.eventOfWish(other) === event
    // A later value of another integrator's has to have come to Outlook.
    if (other.integrator !== wish.integrator) return isSame && isWritten(facts, other.fresh[name], name)
    if (!isSame && other.kind !== 'delete-all') return false
    return other.kind !== 'upsert' || other.fresh[name] !== undefined || other.seen !== undefined
  })
}

const isWritten = (facts: Facts, value: string | undefined, name: FieldName): boolean =>
  value !== undefined && facts.committed(name, value).length > 0

/** Events of this life that are there although their deletion was the last thing asked for. */
function undeleted(facts: Facts): string[] {
  const live = facts.mailbox.calendars().flatMap(({ store }) => [...store.items.values()])
  return facts.wishes.flatMap((wish) => {
    if (wish.kind !== 'delete' || wish.eventId === undefined || !isDone(facts, wish)) return []
    if (!isOfThisLife(facts, wish)) return []
    const event = facts.eventOfWish(wish)
    const isOver = facts.wishes.some((other) => facts.eventOfWish(other) === event && other.sent > wish.sent)
    const left = live.find(({ transactionId }) => agreementKeyOf(transactionId) === event)
    return isOver || left === undefined ? [] : [`I5: a deleted event is still there: "${left.fields['subject']}"`]
  })
}

const show = ({ id, position, written, marker }: Entry): string =>
  `(${position}: ${id.slice(6, 12)} ${id.slice(-12)}${marker === undefined ? '' : ' managed'} ${JSON.stringify(written as Said)})`
