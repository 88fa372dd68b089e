import { isFailure } from '../core/errors.ts'
import { type Clock, earlier } from '../core/time.ts'
import type { BlindIndex, Vault } from '../crypto/ports.ts'
import { type Break, checkChain, type Witnessed } from './check-chain.ts'
import { type Checkpoint, type CheckpointStore, checkpointDigest, signedMessage } from './checkpoint.ts'
import { AUDIT_RETENTION } from './retention.ts'
import type { TrailStore } from './store.ts'
import { readList } from './write-checkpoint.ts'

export interface VerifyDependencies {
  readonly store: TrailStore
  readonly checkpoints: CheckpointStore
  readonly blind: BlindIndex
  readonly vault: Pick<Vault, 'verify'>
  readonly clock: Clock
}

export interface Verified {
  readonly chains: number
  readonly entries: number
  readonly checkpoints: number
  /** The first broken link of each broken chain. */
  readonly breaks: readonly Break[]
}

/**
 * Walks every chain and every checkpoint.
 * @param logged a checkpoint as a line `audit-checkpoint` of the log names it: `number.digest`. With one, nobody can have
 * put the tables back to a time before it.
 */
export async function verifyAll(dependencies: VerifyDependencies, logged?: string): Promise<Verified> {
  const { store, checkpoints } = dependencies
  const latest = await readCheckpoint(() => checkpoints.latest().then((known) => known?.checkpoint))
  const breaks = await checkpointBreaks(dependencies, latest, logged)
  const counts = { chains: 0, entries: 0 }
  for (const shard of store.shards) {
    const witnessed = await witnessesOf(dependencies, latest, shard, breaks)
    for (const chain of await chainsOf(store, shard, witnessed)) {
      const { entries, broken } = await checkChain(dependencies, chain, witnessed.get(chain))
      counts.chains += 1
      counts.entries += entries
      if (broken !== undefined) breaks.push(broken)
    }
  }
  const kept = typeof latest === 'object' ? latest.number - latest.from + 1 : 0
  return { ...counts, checkpoints: kept, breaks }
}

type Read = Checkpoint | 'corrupt' | undefined

async function readCheckpoint(read: () => Promise<Checkpoint | undefined>): Promise<Read> {
  try {
    return await read()
  } catch (error) {
    if (!isFailure(error, 'ROW_CORRUPT')) throw error
    return 'corrupt'
  }
}

const CHECKPOINTS = 'checkpoints'

async function checkpointBreaks(dependencies: VerifyDependencies, latest: Read, logged?: string): Promise<Break[]> {
  const { checkpoints } = dependencies
  const first = typeof latest === 'object' ? latest.from : 1
  const last = typeof latest === 'object' ? latest.number : 0
  const problem = (number: number, what: string): Break[] => [{ chain: CHECKPOINTS, number, problem: what }]
  if (latest === 'corrupt') return problem(0, 'the latest checkpoint does not open')
  let before: Checkpoint | undefined
  const digests = new Set<string>()
  for (let number = first; number <= last; number += 1) {
    const found = await readCheckpoint(() => checkpoints.find(number))
    if (found === undefined || found === 'corrupt') return problem(number, 'the checkpoint is missing or does not open')
    const what = await checkpointProblem(dependencies, found, number, before)
    if (what !== undefined) return problem(number, what)
    digests.add(`${number}.${found.digest}`)
    before = found
  }
  if (before?.digest !== latest?.digest) return problem(last, 'the latest checkpoint is another one')
  const next = await readCheckpoint(() => checkpoints.find(last + 1))
  if (next !== undefined && !(await hasGrown(checkpoints, last)))
    return problem(last + 1, 'the latest checkpoint is older')
  if (logged !== undefined && !digests.has(logged))
    return problem(Number.parseInt(logged, 10), 'the logged checkpoint is not there')
  return []
}

/** A timer may have written one meanwhile. */
const hasGrown = async (checkpoints: CheckpointStore, last: number): Promise<boolean> =>
  ((await checkpoints.latest())?.checkpoint.number ?? 0) > last

async function checkpointProblem(
  { blind, vault }: VerifyDependencies,
  found: Checkpoint,
  number: number,
  before: Checkpoint | undefined,
): Promise<string | undefined> {
  if (found.number !== number) return 'the checkpoint has another number'
  if (before !== undefined && found.previous !== before.digest)
    return 'the checkpoint does not follow from the one before'
  if (checkpointDigest(blind, found) !== found.digest) return 'the checkpoint says something else than its digest'
  const signature = Buffer.from(found.signature, 'base64url')
  const isSigned = await vault.verify(found.keyId, signedMessage(found.digest), signature)
  return isSigned ? undefined : 'the signature is not that of the vault'
}

async function witnessesOf(
  { checkpoints, blind, clock }: VerifyDependencies,
  latest: Read,
  shard: string,
  breaks: Break[],
): Promise<ReadonlyMap<string, Witnessed>> {
  const ref = typeof latest === 'object' ? latest.lists.find((one) => one.shard === shard) : undefined
  const list = ref && (await readList(checkpoints, blind, ref))
  if (ref !== undefined && list === undefined)
    breaks.push({
      chain: `${CHECKPOINTS} ${shard}`,
      number: 0,
      problem: 'the list of the latest checkpoint is another one',
    })
  // What is older than that may have gone with its time.
  const forgotten = earlier(clock.now(), AUDIT_RETENTION)
  return new Map(list?.chains.filter(({ at }) => at >= forgotten).map((one) => [one.chain, one]))
}

async function chainsOf(
  store: TrailStore,
  shard: string,
  witnessed: ReadonlyMap<string, Witnessed>,
): Promise<readonly string[]> {
  const chains = new Set([...witnessed.keys(), ...(await store.chainsWithEntries(shard))])
  for await (const { chain } of store.heads(shard)) chains.add(chain)
  return [...chains].sort()
}
