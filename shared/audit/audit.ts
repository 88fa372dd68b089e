import type { Log } from '../core/log.ts'
import type { Random } from '../core/random.ts'
import { type Clock, type EpochMs, epochMs } from '../core/time.ts'
import type { BlindIndex, Vault } from '../crypto/ports.ts'
import { createAppend } from './append.ts'
import { createFailedAttempts } from './attempts.ts'
import { chainsOf, SERVICE_CHAINS } from './chain.ts'
import type { CheckpointStore } from './checkpoint.ts'
import { csvOf, type ExtractedEntry, extractOf } from './extract.ts'
import type { Audit, AuditRecord } from './ports.ts'
import { createExports, createReadings, type Exported, type Reading } from './reads.ts'
import { dropOld } from './retention.ts'
import type { TrailStore } from './store.ts'
import { type Verified, verifyAll } from './verify.ts'
import { writeCheckpoint } from './write-checkpoint.ts'

/** The trail as a whole: what is recorded, what people are told of it, and what keeps it honest. */
export interface Trail extends Audit {
  /**
   * Notes that an integrator is about to be told something of an account: one entry for each integrator and UTC hour.
   * @throws SyncError as `record`: then nothing may be told.
   */
  read(reading: Reading): Promise<void>
  /**
   * Notes that a person is about to be handed what is stored about them: one entry for each format and UTC hour.
   * @throws SyncError as `record`: then nothing may be handed out.
   */
  exported(exported: Exported): Promise<void>
  /**
   * Notes that somebody came with credentials that are not good. Never throws.
   * @param organisation that they came to; one that is known.
   */
  failed(code: string, organisation?: string): Promise<void>
  /** When each integrator last used an account, by client id; of readings, the first of the hour. One table request. */
  lastUses(account: string): Promise<ReadonlyMap<string, EpochMs>>
  /** Everything that was done with an account, oldest first, for its person. */
  accountExtract(account: string): AsyncIterable<ExtractedEntry>
  /** Everything that was done with an organisation, oldest first, for its administrator. Accounts are opaque ids. */
  organisationExtract(organisation: string): AsyncIterable<ExtractedEntry>
  /** The same as a CSV file (RFC 4180), in parts. */
  organisationCsv(organisation: string): AsyncIterable<string>
  /** What was done in the service itself, by the chains of its instances. */
  serviceExtract(): AsyncIterable<ExtractedEntry>
  /** Writes down where all chains stand. For an hourly timer. */
  checkpoint(): Promise<void>
  /** Drops what is older than `AUDIT_RETENTION`. For a daily timer. @returns how many entries went. */
  forgetOld(): Promise<number>
  /** @param logged `number.digest` of a line `audit-checkpoint` of the log. */
  verify(logged?: string): Promise<Verified>
}

export interface AuditDependencies {
  readonly store: TrailStore
  readonly checkpoints: CheckpointStore
  readonly blind: BlindIndex
  readonly vault: Vault
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}

export function createAudit(dependencies: AuditDependencies): Trail {
  const { store, clock, random, log } = dependencies
  const append = createAppend(dependencies)
  const service = SERVICE_CHAINS[(random.bytes(1)[0] ?? 0) % SERVICE_CHAINS.length] ?? ''

  async function write(record: AuditRecord, readIn?: number): Promise<void> {
    const draft = { record, at: clock.now(), readIn }
    await Promise.all(chainsOf(record, service).map((chain) => append(chain, draft)))
  }

  const audit: Audit = {
    async record(...records) {
      await Promise.all(records.map((record) => write(record)))
    },
  }
  const read = createReadings(clock, ({ account, integrator, first }, hour) =>
    write({ act: 'read', actor: { kind: 'integrator', id: integrator }, account, facts: { first } }, hour),
  )
  const exported = createExports(clock, ({ account, organisation, format }) =>
    write({ act: 'exported', actor: { kind: 'person' }, account, organisation, facts: { format } }),
  )
  const organisationExtract = (organisation: string) => extractOf(store, organisation)

  return {
    ...audit,
    read,
    exported,
    failed: createFailedAttempts({ audit, clock, log }),
    async lastUses(account) {
      const uses = (await store.head(account))?.head.uses ?? {}
      return new Map(Object.entries(uses).map(([client, { at }]) => [client, epochMs(at)]))
    },
    accountExtract: (account) => extractOf(store, account),
    organisationExtract,
    organisationCsv: (organisation) => csvOf(organisationExtract(organisation)),
    async *serviceExtract() {
      for (const chain of SERVICE_CHAINS) yield* extractOf(store, chain)
    },
    async checkpoint() {
      await writeCheckpoint(dependencies)
    },
    forgetOld: () => dropOld(store, clock),
    verify: (logged) => verifyAll(dependencies, logged),
  }
}
