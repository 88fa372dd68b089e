import { epochMs, later } from '../../../shared/core/time.ts'
import { agreementKeyOf } from '../../../shared/push/agreement.ts'
import type { Entry } from '../people/ledger.ts'
import { FIELD_NAMES, type FieldName, type Said } from '../people/said.ts'
import type { Wish } from '../people/wish.ts'
import { unasked } from './asked.ts'
import { type Facts, isAbout } from './judge-facts.ts'

const NEVER = epochMs(0)

/** What a write of ours has done that must not be (I1, I4). */
export function judgeWrite(facts: Facts, entry: Entry): string[] {
  if (entry.kind === 'remove') return judgeRemoval(facts, entry)
  const strange = unasked(facts, entry).map((what) => `${what} ${show(entry)}`)
  return [...strange, ...(entry.kind === 'create' ? judgeCreation(facts, entry) : judgePatch(facts, entry))]
}

function judgePatch(facts: Facts, entry: Entry): string[] {
  const names = FIELD_NAMES.filter((name) => entry.written[name] !== undefined)
  const changed = names.filter((name) => entry.written[name] !== entry.before[name])
  return [
    ...(changed.length === 0 && entry.more.length === 0 ? [`I4: a write changes nothing ${show(entry)}`] : []),
    ...changed.flatMap((name) => judgeField(facts, entry, name)),
  ]
}

function judgeField(facts: Facts, entry: Entry, name: FieldName): string[] {
  const [now, before] = [entry.written[name] ?? '', entry.before[name] ?? '']
  const found: string[] = []
  const theirs = facts.outlookValue(entry.id, name, before)
  if (theirs && !facts.isOnRecord(name, before) && !wasKnown(facts, entry, name, theirs))
    found.push(`I1: an edit made in Outlook was replaced and is not on record: ${name} ${before} ${show(entry)}`)
  const [winner, loser] = [facts.authorOf(now), facts.authorOf(before)]
  if (winner === undefined || isAskedAgain(facts, name, now, winner)) return found
  // A wish may have come through and its answer been lost before it was rejected: the ones before it count then.
  if ([winner, loser].some((wish) => wish && facts.actionOf(wish)?.state === 'rejected')) return found
  const isOutdone = loser && isRival(facts, loser, entry, name) && (winner.action ?? -1) <= loser.floor
  if (isOutdone && winner !== loser && !wasNameless(facts, entry, facts.committed(name, before)))
    found.push(`I1: an earlier wish has replaced a later one: ${name} ${before} ${show(entry)}`)
  const again = facts
    .committed(name, now)
    .some((other) => other.id === entry.id && other.position < entry.position && !isPutAnewSince(facts, other, entry))
  // Who never heard that the value was written asks for it again, on record.
  if (again && !(theirs && facts.isOnRecord(name, before)))
    found.push(`I4: a value was written again: ${name} ${show(entry)}`)
  return found
}

/** Whether a wish is for a field of the very event that a write is about. */
function isRival(facts: Facts, wish: Wish, entry: Entry, name: FieldName): boolean {
  // What is asked for an occurrence stays, whether the series has changed before it or after it.
  if (entry.id !== entry.series) return facts.eventOfWish(wish) === entry.id
  // The days of two events may be the same.
  return name !== 'times' || isAbout(facts, wish, entry)
}

/** Whether a value was written before any answer could say that an event asked for by a name of ours is this very event. */
function wasNameless(facts: Facts, { id }: Entry, writes: readonly Entry[]): boolean {
  const created = facts.entries.find((one) => one.kind === 'create' && one.id === id)
  const first = writes.find((one) => one.id === id)
  return created?.by === 'graph' && first !== undefined && isUnheardOf(facts, created, first)
}

/** Whether the series of a write was put anew before a later one: what was said of its occurrences is gone then. */
const isPutAnewSince = ({ entries }: Facts, { series, position }: Entry, later: Entry): boolean =>
  entries.some(
    (one) => one.isStructural && one.series === series && one.position > position && one.position < later.position,
  )

/** Whether somebody has sent a value again in a form that was filled before the value changed. */
const isAskedAgain = ({ wishes }: Facts, name: FieldName, value: string, author: Wish): boolean =>
  wishes.some((wish) => wish.sent > author.sent && wish.seen?.[name] === value && wish.fresh[name] === undefined)

/** Whether the integrator whose wish was written knew the value it replaces. */
function wasKnown(facts: Facts, entry: Entry, name: FieldName, theirs: Entry): boolean {
  const wish = facts.authorOf(entry.written[name])
  // Whoever repeats an older value has not seen the newer one.
  if (wish === undefined) return facts.isAmbiguous(entry.written[name])
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
      later(action.finishedAt, facts.skew) >= theirs.at &&
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
      (wish.sent > removed.position || later(facts.actionOf(wish)?.finishedAt ?? NEVER, facts.skew) >= removed.at),
  )
  return isNew || isAskedFor || isUnheardOf(facts, created, removed)
    ? []
    : [`I1: a deletion in Outlook was undone by nothing new ${show(entry)}`]
}

/**
 * Whether an event was written or deleted before any answer could say that it had been made: a deleted one cannot be told
 * from one never made, nor can anybody's wish about one that is there be held against those of its integrator.
 */
const isUnheardOf = (facts: Facts, created: Entry | undefined, { marker, at }: Entry): boolean =>
  created !== undefined &&
  facts.wishes.every((wish) => {
    const finishedAt = facts.actionOf(wish)?.finishedAt
    const isAboutIt = wish.uid === undefined && facts.eventOfWish(wish) === agreementKeyOf(marker)
    return !isAboutIt || finishedAt === undefined || later(finishedAt, facts.skew) < created.at || finishedAt > at
  })

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

const show = ({ id, position, written, marker }: Entry): string =>
  `(${position}: ${id.slice(6, 12)} ${id.slice(-12)}${marker === undefined ? '' : ' managed'} ${JSON.stringify(written as Said)})`
