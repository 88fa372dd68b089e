import { boundedMap } from '../core/bounded-map.ts'
import { isFailure, SyncError } from '../core/errors.ts'
import type { Log } from '../core/log.ts'
import { type Random, randomId } from '../core/random.ts'
import { type EpochMs, earlier } from '../core/time.ts'
import type { BlindIndex } from '../crypto/ports.ts'
import { type Entry, type Head, linkOf, NO_ENTRY } from './chain.ts'
import type { AuditRecord } from './ports.ts'
import { AUDIT_RETENTION } from './retention.ts'
import type { KnownHead, TrailStore } from './store.ts'
import { isNoted, usesAfter } from './uses.ts'

/** A record on its way into a chain. */
export interface Draft {
  readonly record: AuditRecord
  readonly at: EpochMs
  /** For a reading: the UTC hour, in hours since the epoch, in which one entry of its integrator is enough. */
  readonly readIn?: number | undefined
}

/** Resolves when the draft is in the chain. @throws SyncError what the tables and the vault throw. */
export type Append = (chain: string, draft: Draft) => Promise<void>

export interface AppendDependencies {
  readonly store: TrailStore
  readonly blind: BlindIndex
  readonly random: Random
  readonly log: Log
}

/** A transaction takes 100 writes, and one of them is the head. */
const MOST_AT_ONCE = 99
/** How often other instances may be faster. */
const MOST_RACES = 40
const HEADS_KEPT = 10_000

/** Whether a chain stands further back than we have seen it, and not because it was dropped after its time. */
function isBehind(now: KnownHead | undefined, { head }: KnownHead, [draft]: readonly Draft[]): boolean {
  const mayBeDropped = draft !== undefined && head.at < earlier(draft.at, AUDIT_RETENTION)
  return !mayBeDropped && (now?.head.number ?? 0) < head.number
}

interface Waiting {
  readonly draft: Draft
  resolve(): void
  reject(error: unknown): void
}

/**
 * Writes to chains. What comes while a chain is being written goes together into its next transaction, in order. The head
 * that was written last is remembered, so that an append is one request as long as nobody else writes to the chain.
 */
export function createAppend({ store, blind, random, log }: AppendDependencies): Append {
  const lanes = new Map<string, Waiting[]>()
  const heads = boundedMap<KnownHead>(HEADS_KEPT)

  return (chain, draft) =>
    new Promise((resolve, reject) => {
      const waiting = { draft, resolve, reject }
      const lane = lanes.get(chain)
      if (lane !== undefined) {
        lane.push(waiting)
        return
      }
      lanes.set(chain, [waiting])
      drain(chain).catch(reject)
    })

  async function drain(chain: string): Promise<void> {
    for (let lane = lanes.get(chain); lane !== undefined && lane.length > 0; lane = lanes.get(chain)) {
      // Those that come at once have all arrived by then.
      await Promise.resolve()
      const some = lane.splice(0, MOST_AT_ONCE)
      try {
        const drafts = some.map(({ draft }) => draft)
        await write(chain, drafts)
        for (const { resolve } of some) resolve()
      } catch (error) {
        for (const { reject } of some) reject(error)
      }
    }
    lanes.delete(chain)
  }

  async function write(chain: string, drafts: readonly Draft[]): Promise<void> {
    const unsure: Entry[] = []
    for (let race = 1; race <= MOST_RACES; race += 1) {
      const known = heads.get(chain) ?? (await store.head(chain))
      if (await isThere(chain, unsure)) return
      const { head, entries } = extended(chain, known?.head, drafts)
      if (entries.length === 0) return
      try {
        heads.set(chain, { head, etag: await store.append(chain, known, head, entries) })
        return
      } catch (error) {
        if (!isFailure(error, 'ROW_CHANGED', 'ROW_EXISTS', 'OUTCOME_UNKNOWN')) throw error
        if (error.code === 'OUTCOME_UNKNOWN') unsure.push(...entries.slice(-1))
        heads.delete(chain)
        const now = await store.head(chain)
        if (known !== undefined && isBehind(now, known, drafts)) tellRollback(chain, known, now)
        if (now !== undefined) heads.set(chain, now)
      }
    }
    throw new SyncError('ROW_CHANGED', 'others write to the chain faster')
  }

  /** Whether a transaction of ours whose outcome was unknown has been done. */
  async function isThere(chain: string, unsure: readonly Entry[]): Promise<boolean> {
    for (const { number, id } of unsure) if ((await store.entry(chain, number))?.id === id) return true
    return false
  }

  function extended(chain: string, before: Head | undefined, drafts: readonly Draft[]) {
    const [first] = drafts
    const start = { ...NO_ENTRY, dropped: NO_ENTRY, uses: {}, oldest: first?.at, at: first?.at }
    let head = (before ?? start) as Head
    const entries: Entry[] = []
    for (const { record, at, readIn } of drafts) {
      const use = { ...record, at, readIn }
      if (isNoted(head.uses, use)) continue
      const draft = { ...record, number: head.number + 1, id: randomId(random), at }
      const value = linkOf(blind, chain, head.value, draft)
      entries.push({ ...draft, value })
      const oldest = head.number === head.dropped.number ? at : head.oldest
      head = { ...head, number: draft.number, value, at, oldest, uses: usesAfter(head.uses, use) }
    }
    return { head, entries }
  }

  /** The chain goes on from what is there: what is missing stays noticeable, and nobody is held up. */
  function tellRollback(chain: string, known: KnownHead, now: KnownHead | undefined): void {
    log('error', 'audit-chain-broken', { chain, number: (now?.head.number ?? 0) + 1, known: known.head.number })
  }
}
