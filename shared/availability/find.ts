import { type DurationMs, type EpochMs, earlier, later } from '../core/time.ts'
import { merged, type Span, type Spans, without } from './spans.ts'

/** Somebody who may take part. */
export interface Member {
  readonly name: string
  /** When a meeting may take place, as far as this member is concerned. */
  readonly open: Spans
  readonly busy: readonly Span[]
}

/** Of these members, so many must be there. */
export interface Group {
  readonly members: readonly Member[]
  readonly required: number
}

/** A meeting to find time for. Every group must be there in its number, all of the time. */
export interface Meeting {
  readonly groups: readonly Group[]
  readonly duration: DurationMs
  /** Nothing may be in the diary of those who take part so long before and after; the time itself may be outside `open`. */
  readonly buffer: { readonly before: DurationMs; readonly after: DurationMs }
}

/** A time at which the meeting is possible, and everybody who can take part in all of it. */
export interface Offer extends Span {
  readonly names: readonly string[]
}

/** Members of one group with the time they have for this meeting. */
interface FreeGroup {
  readonly required: number
  readonly members: readonly {
    readonly name: string
    readonly free: Spans
    /** The free time that holds a moment; must be asked in order of the moments. */
    readonly freeAt: (moment: EpochMs) => Span | undefined
  }[]
}

const freeGroups = ({ groups, buffer }: Meeting): readonly FreeGroup[] =>
  groups.map(({ required, members }) => ({
    required,
    members: members.map(({ name, open, busy }) => {
      const taken = busy.filter(({ from, to }) => from < to)
      const padded = taken.map(({ from, to }) => ({ from: earlier(from, buffer.after), to: later(to, buffer.before) }))
      const free = without(open, merged(padded))
      return { name, free, freeAt: createLookUp(free) }
    }),
  }))

/**
 * The longest times in which the meeting is possible, in order. Two of them overlap only where different people can take
 * part; one that lies within another one is left out.
 */
export function findPeriods(meeting: Meeting): readonly Offer[] {
  const groups = freeGroups(meeting)
  const starts = new Set(groups.flatMap(({ members }) => members.flatMap(({ free }) => free.map(({ from }) => from))))
  const offers: Offer[] = []
  let reached = Number.NEGATIVE_INFINITY
  for (const from of [...starts].sort((a, b) => a - b)) {
    const offer = longestFrom(groups, from)
    if (offer === undefined || offer.to <= reached || offer.to - from < meeting.duration) continue
    offers.push(offer)
    reached = offer.to
  }
  return offers
}

/** The longest time from this moment in which every group is there in its number. */
function longestFrom(groups: readonly FreeGroup[], from: EpochMs): Offer | undefined {
  const present = groups.map(({ required, members }) => ({
    required,
    members: members.flatMap(({ name, freeAt }) => {
      const span = freeAt(from)
      return span === undefined ? [] : [{ name, to: span.to }]
    }),
  }))
  // A group is complete until the first of as many as it needs has to leave, those with the most time being chosen.
  const ends = present.map(({ required, members }) => members.map(({ to }) => to).sort((a, b) => b - a)[required - 1])
  if (ends.some((end) => end === undefined)) return undefined
  const to = Math.min(...ends.map((end) => end ?? from)) as EpochMs
  const there = present.flatMap(({ members }) => members.filter((one) => one.to >= to))
  return { from, to, names: [...new Set(there.map(({ name }) => name))] }
}

export interface SlotRules {
  /** When meetings are looked for; slots begin at its starts and every `interval` after them. */
  readonly within: Spans
  readonly interval: DurationMs
  readonly mayOverlap: boolean
  readonly limit: number
}

/** Times of exactly the meeting's length, in order, at most `limit`. */
export function findSlots(meeting: Meeting, { within, interval, mayOverlap, limit }: SlotRules): readonly Offer[] {
  const groups = freeGroups(meeting)
  const offers: Offer[] = []
  for (const { from: first, to: end } of within)
    for (
      let from = first;
      later(from, meeting.duration) <= end && offers.length < limit;
      from = later(from, interval)
    ) {
      const to = later(from, meeting.duration)
      if (!mayOverlap && from < (offers.at(-1)?.to ?? from)) continue
      const there = groups.map(({ members }) => members.filter(({ freeAt }) => (freeAt(from)?.to ?? from) >= to))
      if (groups.some(({ required }, at) => (there[at]?.length ?? 0) < required)) continue
      offers.push({ from, to, names: [...new Set(there.flat().map(({ name }) => name))] })
    }
  return offers
}

function createLookUp(spans: Spans): (moment: EpochMs) => Span | undefined {
  let at = 0
  return (moment) => {
    while (at < spans.length && (spans[at]?.to ?? 0) <= moment) at += 1
    const span = spans[at]
    return span !== undefined && span.from <= moment ? span : undefined
  }
}
