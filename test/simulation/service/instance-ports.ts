import type { Entra } from '../../../shared/accounts/ports.ts'
import { SyncError } from '../../../shared/core/errors.ts'
import { type Clock, type DurationMs, epochMs, later, seconds } from '../../../shared/core/time.ts'
import { aroundVault } from '../../../shared/crypto/around-vault.ts'
import type { Vault } from '../../../shared/crypto/ports.ts'
import type { Table, Tables } from '../../../shared/storage/table.ts'
import type { Dice } from '../../support/dice.ts'
import type { Owner, Scheduler } from '../scheduler.ts'
import type { Receivers } from '../swarm/episodes.ts'
import type { Neighbours } from '../swarm/neighbours.ts'
import type { FaultRates } from '../swarm/swarm.ts'
import type { Target } from './partitions.ts'
import type { SessionQueue } from './queue.ts'

/** What an instance's ports need: whose they are, and what goes wrong. */
export interface Surroundings {
  readonly scheduler: Scheduler
  readonly owner: Owner
  readonly dice: Dice
  readonly rates: () => FaultRates
  /** Greatest time a call takes, in milliseconds. */
  readonly latencyMs: () => number
  /** Whether the instance cannot reach something at the moment. */
  readonly isCut: (target: Target) => boolean
  /** How integrators' receivers do at the moment. */
  readonly receivers: () => Receivers
  readonly neighbours: Neighbours
}

/** A call to another machine: a scheduling point that may take a while. */
export function remote<T>(
  { scheduler, owner, dice, latencyMs, neighbours: { answerMs } }: Surroundings,
  label: string,
  effect: () => T | Promise<T>,
): Promise<T> {
  const delay = dice.chance(0.5) ? dice.below(latencyMs()) : 0
  const answer = scheduler.call(owner, label, effect, delay as DurationMs)
  if (answerMs === 0) return answer
  const back = dice.chance(0.3) ? (dice.below(answerMs) as DurationMs) : undefined
  return back === undefined
    ? answer
    : answer.finally(() => scheduler.call(owner, `${label} is answered`, () => undefined, back))
}

const NETWORK: Owner = { name: 'network', alive: true }
/** Shorter than the service takes a request for possible that was not answered. */
export const LATEST = seconds(90)

/** What was lost on its way to another machine gets there after all, now and then. */
export function landLate(
  { scheduler, dice, neighbours }: Surroundings,
  label: string,
  effect: () => Promise<unknown>,
): void {
  if (!neighbours.landsLate || !dice.chance(0.5)) return
  const land = () => effect().catch(() => undefined)
  void scheduler.call(NETWORK, `${label} lands late`, land, dice.below(LATEST) as DurationMs)
}

const unavailable = () => new SyncError('STORAGE_UNAVAILABLE', 'simulated')

/** The tables as one instance reaches them: each request is a scheduling point and may fail. */
export function remoteTables(surroundings: Surroundings, tables: Tables): Tables {
  const { dice, rates, isCut } = surroundings
  const reading = () => {
    if (isCut('tables') || dice.chance(rates().tableRead)) throw unavailable()
  }

  const remoteTable = (table: Table): Table => ({
    name: table.name,
    get: (partitionKey, rowKey) =>
      remote(surroundings, `${table.name} get`, () => {
        reading()
        return table.get(partitionKey, rowKey)
      }),
    async *range(...range) {
      // The timer reads sixteen shards, nearly all of them without rows: what cannot matter takes no step.
      if (table.name === 'schedule' && (await isEmpty(table.range(...range)))) return yield []
      const pages = table.range(...range)[Symbol.asyncIterator]()
      for (;;) {
        const page = await remote(surroundings, `${table.name} range`, () => {
          reading()
          return pages.next()
        })
        if (page.done) return
        yield page.value
      }
    },
    commit: (partitionKey, writes) =>
      remote(surroundings, `${table.name} commit ${writes.length}`, async () => {
        if (isCut('tables') || dice.chance(rates().tableCommit)) throw unavailable()
        if (!dice.chance(rates().commitUnknown)) return table.commit(partitionKey, writes)
        const isDone = dice.chance(0.5)
        surroundings.scheduler.note(`  outcome unknown, ${isDone ? '' : 'not '}done`)
        const commit = () => table.commit(partitionKey, writes)
        // A commit that would have failed is as unknown as one that would not.
        if (isDone) await commit().catch(() => undefined)
        else landLate(surroundings, `${table.name} commit`, commit)
        throw new SyncError('OUTCOME_UNKNOWN', 'simulated')
      }),
  })
  return { table: (name) => remoteTable(tables.table(name)) }
}

async function isEmpty(pages: AsyncIterable<readonly unknown[]>): Promise<boolean> {
  for await (const page of pages) if (page.length > 0) return false
  return true
}

export const remoteVault = (surroundings: Surroundings, vault: Vault): Vault =>
  aroundVault(vault, (operation, ask) =>
    remote(surroundings, `vault ${operation}`, () => {
      const { isCut, dice, rates } = surroundings
      if (isCut('vault') || dice.chance(rates().vault)) throw new SyncError('VAULT_UNAVAILABLE', 'simulated')
      return ask()
    }),
  )

const NOW = epochMs(0)

/** The sender of one queue, as one instance reaches it, which says by its own clock when messages are to be there. */
export function remoteWaker<Body extends { readonly reason: string }>(
  surroundings: Surroundings,
  clock: Clock,
  queue: SessionQueue<Body>,
) {
  const { dice, rates, isCut } = surroundings
  return {
    wake(bodies: readonly Body[], wait = 0 as DurationMs) {
      const at = wait > 0 ? later(clock.now(), wait) : NOW
      return remote(surroundings, `queue send ${bodies.map(({ reason }) => reason).join(' ')} ${wait}`, () => {
        if (isCut('queue')) throw new SyncError('QUEUE_UNAVAILABLE', 'simulated')
        const fails = dice.chance(rates().queueSend)
        if (!fails || dice.chance(0.5)) queue.send(bodies, at)
        if (fails) throw new SyncError('QUEUE_UNAVAILABLE', 'simulated')
      })
    },
  }
}

/** What sign-in and tokens look like from the service. */
export function remoteEntra(surroundings: Surroundings, entra: Entra): Entra {
  const ask = <T>(label: string, operation: () => Promise<T>) =>
    remote(surroundings, `entra ${label}`, () => {
      if (surroundings.isCut('graph') || surroundings.dice.chance(surroundings.rates().graphLost))
        throw new SyncError('MICROSOFT_UNREACHABLE', 'simulated')
      return operation()
    })
  return {
    authorizeUrl: (ticket) => entra.authorizeUrl(ticket),
    adminConsentUrl: entra.adminConsentUrl,
    redeem: (code, ticket) => ask('redeem', () => entra.redeem(code, ticket)),
    accessToken: (tokenCache) => ask('token', () => entra.accessToken(tokenCache)),
  }
}
