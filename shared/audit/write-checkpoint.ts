import { isFailure } from '../core/errors.ts'
import type { Log } from '../core/log.ts'
import { type Random, randomId } from '../core/random.ts'
import { type Clock, days, type EpochMs, earlier } from '../core/time.ts'
import type { BlindIndex, Vault } from '../crypto/ports.ts'
import type { Witnessed } from './check-chain.ts'
import {
  type Checkpoint,
  type CheckpointStore,
  checkpointDigest,
  type ListRef,
  listDigest,
  type ShardList,
  signedMessage,
} from './checkpoint.ts'
import { AUDIT_RETENTION } from './retention.ts'
import type { TrailStore } from './store.ts'

export interface CheckpointDependencies {
  readonly store: TrailStore
  readonly checkpoints: CheckpointStore
  readonly blind: BlindIndex
  readonly vault: Pick<Vault, 'sign'>
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}

/** How many old checkpoints go at once. */
const MOST_GONE = 50
/** A list that neither of the last two checkpoints names was left behind by a run that ended early, when it is this old. */
const LEFT_BEHIND = days(1)

/**
 * Writes down where all chains stand, when any has changed. A chain that stands further back than the last checkpoint saw
 * it is told to the log, and the list keeps what was seen, so that every verification finds it.
 * @returns undefined when nothing has changed, or another instance was faster.
 */
export async function writeCheckpoint(dependencies: CheckpointDependencies): Promise<Checkpoint | undefined> {
  const { store, checkpoints, clock, log } = dependencies
  const known = await checkpoints.latest()
  const before = new Map(known?.checkpoint.lists.map((ref) => [ref.shard, ref]))
  const lists: ListRef[] = []
  for (const shard of store.shards) {
    const ref = await listShard(dependencies, shard, before.get(shard))
    if (ref !== undefined) lists.push(ref)
  }
  const changed = lists.filter(({ shard, id }) => before.get(shard)?.id !== id)
  if (changed.length === 0 && lists.length === before.size) return undefined
  const gone = await oldNumbers(dependencies, known?.checkpoint)
  const checkpoint = await signed(dependencies, known?.checkpoint, lists, gone.length)
  try {
    await checkpoints.save(checkpoint, known, gone)
  } catch (error) {
    if (!isFailure(error, 'ROW_CHANGED', 'ROW_EXISTS')) throw error
    return undefined
  }
  const { number, digest } = checkpoint
  log('info', 'audit-checkpoint', { checkpoint: `${number}.${digest}` })
  for (const { shard, id } of changed) {
    // Whoever has read the checkpoint before this one a moment ago goes on to the list that it names.
    const named = before.get(shard)
    const kept = named === undefined ? [id] : [id, named.id]
    await checkpoints.forgetLists(shard, kept, earlier(clock.now(), LEFT_BEHIND))
  }
  return checkpoint
}

/** @returns the list of a shard as it is now: the one before when nothing has changed. */
async function listShard(
  { store, checkpoints, blind, clock, random, log }: CheckpointDependencies,
  shard: string,
  before: ListRef | undefined,
): Promise<ListRef | undefined> {
  const seen = before === undefined ? NOTHING : await readList(checkpoints, blind, before)
  if (seen === undefined) {
    log('error', 'audit-checkpoint-broken', { shard })
    return before
  }
  const chains = await chainsNow(store, shard, seen.chains, earlier(clock.now(), AUDIT_RETENTION), log)
  if (JSON.stringify(chains) === JSON.stringify(seen.chains)) return before
  const list = { at: clock.now(), chains }
  const id = randomId(random)
  await checkpoints.saveList(shard, id, list)
  return { shard, id, digest: listDigest(blind, shard, list) }
}

const NOTHING: Pick<ShardList, 'chains'> = { chains: [] }

/** @returns undefined when the list is not the one that was signed. */
export async function readList(
  checkpoints: CheckpointStore,
  blind: BlindIndex,
  { shard, id, digest }: ListRef,
): Promise<ShardList | undefined> {
  const list = await checkpoints.list(shard, id).catch((error: unknown) => {
    if (!isFailure(error, 'ROW_CORRUPT')) throw error
    return undefined
  })
  return list && listDigest(blind, shard, list) === digest ? list : undefined
}

async function chainsNow(
  store: TrailStore,
  shard: string,
  seen: readonly Witnessed[],
  forgotten: EpochMs,
  log: Log,
): Promise<readonly Witnessed[]> {
  // What is older than that may have gone with its time.
  const before = new Map(seen.filter(({ at }) => at >= forgotten).map((one) => [one.chain, one]))
  const now = new Map<string, Witnessed>(before)
  const present = new Set<string>()
  const tell = (chain: string, number: number) => log('error', 'audit-chain-broken', { chain, number })
  for await (const { chain, known } of store.heads(shard)) {
    const was = before.get(chain)
    present.add(chain)
    if (known === undefined) tell(chain, was?.number ?? 0)
    else if (was !== undefined && isBehind(known.head, was)) tell(chain, was.number)
    else now.set(chain, { chain, number: known.head.number, value: known.head.value, at: known.head.at })
  }
  for (const { chain, number } of before.values()) if (!present.has(chain)) tell(chain, number)
  return [...now.values()].sort((a, b) => (a.chain < b.chain ? -1 : 1))
}

const isBehind = (head: Pick<Witnessed, 'number' | 'value'>, was: Witnessed): boolean =>
  head.number < was.number || (head.number === was.number && head.value !== was.value)

async function oldNumbers(
  { checkpoints, clock }: CheckpointDependencies,
  latest: Checkpoint | undefined,
): Promise<readonly number[]> {
  const gone: number[] = []
  const before = earlier(clock.now(), AUDIT_RETENTION)
  for (let number = latest?.from ?? 1; latest !== undefined && number < latest.number; number += 1) {
    const old = await checkpoints.find(number)
    if (gone.length === MOST_GONE || old === undefined || old.at >= before) break
    gone.push(number)
  }
  return gone
}

async function signed(
  { blind, vault, clock }: CheckpointDependencies,
  before: Checkpoint | undefined,
  lists: readonly ListRef[],
  gone: number,
): Promise<Checkpoint> {
  const from = (before?.from ?? 1) + gone
  const draft = { number: (before?.number ?? 0) + 1, at: clock.now(), from, lists, previous: before?.digest ?? '' }
  const digest = checkpointDigest(blind, draft)
  const { keyId, signature } = await vault.sign(signedMessage(digest))
  return { ...draft, digest, keyId, signature: Buffer.from(signature).toString('base64url') }
}
