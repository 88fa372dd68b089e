import { isFailure } from '../core/errors.ts'
import { type Clock, type DurationMs, days, type EpochMs, earlier } from '../core/time.ts'
import type { Entry, Head } from './chain.ts'
import type { KnownHead, TrailStore } from './store.ts'

/** How long an entry is kept, of every chain. */
export const AUDIT_RETENTION: DurationMs = days(365)

/** A transaction takes 100 writes, and one of them is the head. */
const MOST_AT_ONCE = 99

/**
 * Drops what is older than `AUDIT_RETENTION` from the beginning of every chain. The head says up to where, and with which
 * value, so that what is kept can be verified from there. A chain of which nothing is left goes as a whole.
 * @returns how many entries went.
 */
export async function dropOld(store: TrailStore, clock: Clock): Promise<number> {
  const before = earlier(clock.now(), AUDIT_RETENTION)
  let count = 0
  for (const shard of store.shards)
    for await (const { chain, known } of store.heads(shard))
      if (known !== undefined && known.head.oldest < before) count += await dropFrom(store, chain, known, before)
  return count
}

/** Whoever writes to the chain meanwhile is right: the rest goes the next day. */
async function dropFrom(store: TrailStore, chain: string, known: KnownHead, before: EpochMs): Promise<number> {
  const { old, next } = await oldEntries(store, chain, known.head, before)
  const last = old.at(-1)
  if (last === undefined) return 0
  const isEmpty = last.number === known.head.number
  const { number, value } = last
  const head = isEmpty ? undefined : { ...known.head, dropped: { number, value }, oldest: next ?? known.head.oldest }
  try {
    await store.drop(chain, known, numbersOf(old), head)
  } catch (error) {
    if (!isFailure(error, 'ROW_CHANGED')) throw error
    return 0
  }
  if (isEmpty || old.length < MOST_AT_ONCE) return old.length
  const now = await store.head(chain)
  return old.length + (now === undefined ? 0 : await dropFrom(store, chain, now, before))
}

const numbersOf = (entries: readonly Entry[]): readonly number[] => entries.map(({ number }) => number)

/** Old entries from the beginning, at most as many as go at once, and the time of the one behind them. */
async function oldEntries(store: TrailStore, chain: string, { dropped }: Head, before: EpochMs) {
  const old: Entry[] = []
  for await (const { entry } of store.entries(chain, dropped.number + 1)) {
    if (entry === undefined || entry.at >= before || old.length === MOST_AT_ONCE) return { old, next: entry?.at }
    old.push(entry)
  }
  return { old, next: undefined }
}
