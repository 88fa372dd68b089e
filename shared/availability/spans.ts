import { type EpochMs, epochMs } from '../core/time.ts'

/** A stretch of time: `from <= t < to`. */
export interface Span {
  readonly from: EpochMs
  readonly to: EpochMs
}

/** Spans in order that neither overlap nor touch, and are not empty. What the functions below take and give. */
export type Spans = readonly Span[]

/** The same time as these spans cover together. */
export function merged(spans: readonly Span[]): Spans {
  const result: { from: EpochMs; to: EpochMs }[] = []
  for (const { from, to } of spans.filter((span) => span.from < span.to).sort((a, b) => a.from - b.from)) {
    const last = result.at(-1)
    if (last === undefined || from > last.to) result.push({ from, to })
    else if (to > last.to) last.to = to
  }
  return result
}

/** The time that both cover. */
export function common(some: Spans, others: Spans): Spans {
  const result: Span[] = []
  let next = 0
  for (const { from, to } of some) {
    while (next < others.length && (others[next]?.to ?? 0) <= from) next += 1
    for (let at = next; at < others.length; at += 1) {
      const other = others[at]
      if (other === undefined || other.from >= to) break
      result.push({ from: epochMs(Math.max(from, other.from)), to: epochMs(Math.min(to, other.to)) })
    }
  }
  return result
}

const BEGINNING = Number.NEGATIVE_INFINITY as EpochMs
const END = Number.POSITIVE_INFINITY as EpochMs

/** The time that `some` cover and `others` do not. */
export function without(some: Spans, others: Spans): Spans {
  const gaps = others.map(({ to }, at): Span => ({ from: to, to: others[at + 1]?.from ?? END }))
  return common(some, [{ from: BEGINNING, to: others[0]?.from ?? END }, ...gaps])
}
