import { type DurationMs, type EpochMs, epochMs, later, minutes } from '../../core/time.ts'
import type { BlindIndex } from '../../crypto/ports.ts'
import type { GrantRef } from '../../integrators/grant.ts'
import { COMMIT_MAX_WRITES, type Properties, type StoredRow, type Tables, type Write } from '../table.ts'
import { createLedgerNumbers, type LedgerNumbers } from './numbers.ts'
import { LEDGER } from './putting.ts'

/** An erasure that is not known to be complete. */
export interface OpenErasure {
  readonly account: string
  /** Opaque; undefined where it was not known. */
  readonly organisation: string | undefined
  readonly begunAt: EpochMs
  /** When nothing was left of the account; what a slow handler wrote after that is still looked for. */
  readonly emptiedAt: EpochMs | undefined
  readonly row: StoredRow
}

/** Something that must not come back out of a backup. */
export type LedgerEntry = { readonly at: EpochMs } & (
  | { readonly kind: 'grant'; readonly ref: GrantRef }
  /** One that was erased, with the opaque id of its organisation where that was known. */
  | { readonly kind: 'account'; readonly account: string; readonly organisation: string | undefined }
  /** One that was uninstalled, by its opaque id. */
  | { readonly kind: 'organisation'; readonly organisation: string }
)

/**
 * What was erased and revoked, for as long as there are backups. The table is never restored. It holds blind names and
 * times, in plain: after a restore it has to be readable whatever keys were restored with the rest.
 */
export interface Ledger extends Pick<LedgerNumbers, 'restoreState' | 'caughtUp'> {
  /** The erasure that keeps an account from being connected; one request. */
  erasureOf(account: string): Promise<OpenErasure | undefined>
  /**
   * Notes the beginning of an erasure, once.
   * @param organisation its opaque id, where it is known.
   * @throws SyncError `RESTORE_PENDING`.
   */
  erase(account: string, now: EpochMs, organisation?: string): Promise<void>
  /** @param lookAgain when the account is to be looked at next. @throws SyncError `ROW_CHANGED`. */
  emptied(erasure: OpenErasure, now: EpochMs, lookAgain: DurationMs): Promise<void>
  complete(erasure: OpenErasure): Promise<void>
  /** Notes grants that are about to end. */
  revoke(refs: readonly GrantRef[], now: EpochMs): Promise<void>
  /** Notes that an organisation was uninstalled. @param organisation its opaque id. */
  uninstall(organisation: string, now: EpochMs): Promise<void>
  /** Gives the next number to nothing, so that data which is restored shows its age whatever happened since. */
  beat(): Promise<void>
  /** The open erasures that are to be looked at. */
  due(now: EpochMs): AsyncIterable<readonly OpenErasure[]>
  /** Notes that their accounts were woken. */
  woken(erasures: readonly OpenErasure[], now: EpochMs): Promise<void>
  /** Everything that was ever noted, oldest first. Entries that are not ours are told with `kind: 'forged'`. */
  entries(): AsyncIterable<readonly (LedgerEntry | { readonly kind: 'forged'; readonly rowKey: string })[]>
  /** Opens an erasure again that was done again after a restore. @param organisation as above. */
  reopen(account: string, now: EpochMs, organisation?: string): Promise<void>
}

/** A wake-up that does not lead to a visit is sent again after this time. */
const WOKEN_AGAIN = minutes(5)
/** Entries of one number. */
const MOST_AT_ONCE = 90
const [OPEN, ENTRY] = ['open.', 'entry.']

export function createLedger(tables: Tables, blind: BlindIndex): Ledger {
  const table = tables.table('ledger')
  const numbers = createLedgerNumbers(tables)

  async function erasureOf(account: string): Promise<OpenErasure | undefined> {
    const row = await table.get(LEDGER, OPEN + account)
    return row && isOurs(row) ? erasureIn(row) : undefined
  }

  /** Only whoever knows the root secret can make an entry, and so have an account erased. */
  const proofOf = (rowKey: string, subject: string, at: number) =>
    blind.token('erasure', rowKey, subject, String(Math.round(at)))

  function entryWrite(number: number, index: number, subject: object, at: EpochMs): Write {
    const rowKey = `${ENTRY}${padded(number)}.${String(index).padStart(2, '0')}`
    const proof = proofOf(rowKey, JSON.stringify(subject), at)
    return { kind: 'insert', rowKey, properties: { ...subject, at, proof } }
  }

  const openWrite = (account: string, at: EpochMs, organisation: string | undefined, more: Properties): Write => {
    const rowKey = OPEN + account
    const subject = { ...(organisation !== undefined && { organisation }) }
    const proof = proofOf(rowKey, JSON.stringify(subject), at)
    return { kind: 'upsert', rowKey, properties: { at, ...subject, proof, ...more } }
  }

  const subjectOf = ({ account, organisation, partition, id }: Properties): object =>
    account !== undefined
      ? { account, ...(organisation !== undefined && { organisation }) }
      : organisation !== undefined
        ? { organisation }
        : partition !== undefined
          ? { partition, id }
          : {}

  const isOurs = ({ rowKey, properties }: StoredRow): boolean =>
    properties['proof'] === proofOf(rowKey, JSON.stringify(subjectOf(properties)), Number(properties['at']))

  function entryIn(row: StoredRow) {
    if (!isOurs(row)) return { kind: 'forged' as const, rowKey: row.rowKey }
    const { at, account, organisation, partition, id } = row.properties
    const when = epochMs(Number(at))
    const known = organisation === undefined ? undefined : String(organisation)
    if (account !== undefined)
      return { kind: 'account' as const, at: when, account: String(account), organisation: known }
    return known === undefined
      ? { kind: 'grant' as const, at: when, ref: { account: String(partition), id: String(id) } }
      : { kind: 'organisation' as const, at: when, organisation: known }
  }

  async function* pages(prefix: string): AsyncIterable<readonly StoredRow[]> {
    yield* table.range(LEDGER, prefix, `${prefix}~`)
  }

  return {
    restoreState: numbers.restoreState,
    caughtUp: numbers.caughtUp,
    erasureOf,
    async erase(account, now, organisation) {
      const subject = { account, ...(organisation !== undefined && { organisation }) }
      if ((await erasureOf(account)) !== undefined) return
      await numbers.take(async (number) =>
        // Another instance may have begun it meanwhile.
        (await erasureOf(account)) === undefined
          ? [
              entryWrite(number, 0, subject, now),
              openWrite(account, now, organisation, { dueAt: later(now, WOKEN_AGAIN) }),
            ]
          : [],
      )
    },
    async emptied({ row }, now, lookAgain) {
      const properties = { ...row.properties, emptiedAt: now, dueAt: later(now, lookAgain) }
      await table.commit(LEDGER, [{ ...row, kind: 'replace', properties }])
    },
    complete: ({ row: { rowKey, etag } }) => numbers.take(async () => [{ kind: 'delete', rowKey, etag }]),
    async revoke(refs, now) {
      for (let at = 0; at < refs.length; at += MOST_AT_ONCE) {
        const some = refs.slice(at, at + MOST_AT_ONCE)
        await numbers.take(async (number) =>
          some.map(({ account: partition, id }, index) => entryWrite(number, index, { partition, id }, now)),
        )
      }
    },
    uninstall: (organisation, now) => numbers.take(async (number) => [entryWrite(number, 0, { organisation }, now)]),
    beat: () => numbers.take(async () => []),
    async *due(now) {
      for await (const page of pages(OPEN)) yield page.filter((row) => isOurs(row) && isDue(row, now)).map(erasureIn)
    },
    async woken(erasures, now) {
      const dueAt = later(now, WOKEN_AGAIN)
      for (let at = 0; at < erasures.length; at += COMMIT_MAX_WRITES) {
        const some = erasures.slice(at, at + COMMIT_MAX_WRITES)
        const writes = some.map(
          ({ row }): Write => ({ ...row, kind: 'replace', properties: { ...row.properties, dueAt } }),
        )
        await table.commit(LEDGER, writes)
      }
    },
    async *entries() {
      for await (const page of pages(ENTRY)) yield page.map(entryIn)
    },
    async reopen(account, now, organisation) {
      const more = { emptiedAt: now, dueAt: later(now, WOKEN_AGAIN) }
      await table.commit(LEDGER, [openWrite(account, now, organisation, more)])
    },
  }
}

const isDue = ({ properties }: StoredRow, now: EpochMs): boolean => Number(properties['dueAt'] ?? 0) <= now

function erasureIn(row: StoredRow): OpenErasure {
  const { at, organisation, emptiedAt } = row.properties
  return {
    account: row.rowKey.slice(OPEN.length),
    organisation: organisation === undefined ? undefined : String(organisation),
    begunAt: epochMs(Number(at)),
    emptiedAt: typeof emptiedAt === 'number' ? epochMs(emptiedAt) : undefined,
    row,
  }
}

const padded = (number: number): string => String(number).padStart(12, '0')
