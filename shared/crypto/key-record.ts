import * as z from 'zod'
import { isFailure, SyncError } from '../core/errors.ts'
import type { Log } from '../core/log.ts'
import type { Random } from '../core/random.ts'
import type { Properties, StoredRow, Table } from '../storage/table.ts'
import { KEY_ID_BYTES, SECRET_BYTES } from './box.ts'
import { canonical } from './canonical.ts'
import { type KeyBundle, newKeyBundle, openBundle, sealBundle } from './key-bundle.ts'
import { newKeyId } from './key-id.ts'
import type { Vault } from './ports.ts'

/** The partition of the table `keys` that holds the record. No account reference has this form. */
const RECORDS_PARTITION = 'records'
const RECORD = 'keys'
/** Written with the record and never again: from then on a missing record is a loss, not a beginning. */
const RECORD_MARKER = 'made'

const RECORD_VERSION = 1
const FIRST_GENERATION = 1

const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array)

/** A key that only the vault can unwrap, the bundle that is sealed under it, and the vault's signature over all of it. */
const KeyRecord = z.object({
  recordVersion: z.literal(RECORD_VERSION),
  /** Of the bundle key. */
  keyId: bytes.refine((id) => id.length === KEY_ID_BYTES),
  wrappingKeyId: z.string(),
  wrapped: bytes,
  sealed: bytes,
  signingKeyId: z.string(),
  signature: bytes,
})
type KeyRecord = z.infer<typeof KeyRecord>
type Unsigned = Omit<KeyRecord, 'signingKeyId' | 'signature'>

/** The versions of the vault's keys that a record needs. */
export interface RecordVersions {
  readonly wrapping: string
  readonly signing: string
}

/** What becomes of an environment that has never had keys: it gets them now, or whoever came to look is refused. */
export type FirstKeys = 'made' | 'refused'

/** The environment's keys as one row: wrapped by the vault's first key, signed by its second. */
export interface KeyRecordStore {
  /**
   * The keys; made now when there were none ever, where first keys are made.
   * @throws SyncError `KEY_RECORD_FORGED` when the record is not one that this environment's vault signed.
   * @throws SyncError `KEY_MISSING` when the record is gone although it was there: restore it from a backup. Also when there
   *   were none ever and first keys are refused.
   */
  load(): Promise<KeyBundle>
  /** The versions the record needs; undefined when there is no record yet. @throws SyncError as `load`. */
  versions(): Promise<RecordVersions | undefined>
  /**
   * Wraps and signs the record under the current versions of the vault's keys. What is wrapped and the keys stay the same.
   * @param before called when there is something to do, before it is done.
   * @returns whether there was.
   * @throws SyncError as `load`; `ROW_CHANGED` when somebody else did it meanwhile.
   */
  rewrap(current: RecordVersions, before: (used: RecordVersions) => Promise<void>): Promise<boolean>
}

interface Dependencies {
  readonly environment: string
  readonly vault: Vault
  readonly table: Table
  readonly random: Random
  readonly log: Log
  /** Made when absent. */
  readonly firstKeys?: FirstKeys | undefined
}

export function createKeyRecord(dependencies: Dependencies): KeyRecordStore {
  const { environment, vault, table, random, log, firstKeys = 'made' } = dependencies

  /** The stored record, once its signature has been checked. */
  async function read(): Promise<{ row: StoredRow; record: KeyRecord } | undefined> {
    const row = await table.get(RECORDS_PARTITION, RECORD)
    if (row === undefined) return undefined
    const record = parseRecord(row.properties)
    const message = signedMessage(environment, record)
    // RSA wrapping needs the public key only: without this check anyone who can write the table could choose the keys.
    const isOurs = await noting(log, record.signingKeyId, () =>
      vault.verify(record.signingKeyId, message, record.signature),
    )
    if (!isOurs) throw forged('signature is wrong')
    return { row, record }
  }

  const unwrap = ({ wrappingKeyId, wrapped }: KeyRecord): Promise<Uint8Array> =>
    noting(log, wrappingKeyId, () => vault.unwrap(wrappingKeyId, wrapped))

  async function open(record: KeyRecord): Promise<KeyBundle> {
    const secret = await unwrap(record)
    try {
      return openBundle(environment, { id: record.keyId, secret }, record.sealed)
    } catch (error) {
      throw isFailure(error, 'ROW_CORRUPT') ? forged('bundle does not open', error) : error
    } finally {
      secret.fill(0)
    }
  }

  async function wrapAndSign(keyId: Uint8Array, secret: Uint8Array, sealed: Uint8Array): Promise<Properties> {
    const { keyId: wrappingKeyId, wrapped } = await vault.wrap(secret)
    const content = { recordVersion: RECORD_VERSION, keyId, wrappingKeyId, wrapped, sealed } as const
    const { keyId: signingKeyId, signature } = await vault.sign(signedMessage(environment, content))
    return { ...content, signingKeyId, signature } satisfies KeyRecord
  }

  async function create(): Promise<KeyBundle> {
    const bundle = newKeyBundle(random)
    const key = { id: newKeyId(random, 'bundle', 0, FIRST_GENERATION), secret: random.bytes(SECRET_BYTES) }
    const properties = await wrapAndSign(key.id, key.secret, sealBundle(random, environment, key, bundle))
    try {
      await table.commit(RECORDS_PARTITION, [
        { kind: 'insert', rowKey: RECORD, properties },
        { kind: 'insert', rowKey: RECORD_MARKER, properties: { recordVersion: RECORD_VERSION } },
      ])
      return bundle
    } catch (error) {
      if (!isFailure(error, 'ROW_EXISTS')) throw error
      // Another instance was faster.
      return open(((await read()) ?? recordIsLost()).record)
    }
  }

  return {
    async load() {
      const stored = await read()
      if (stored !== undefined) return open(stored.record)
      if ((await table.get(RECORDS_PARTITION, RECORD_MARKER)) === undefined)
        return firstKeys === 'made' ? create() : thereAreNone()
      // Another instance may have made both since the first look.
      return open(((await read()) ?? recordIsLost()).record)
    },
    async versions() {
      const stored = await read()
      return stored && versionsOf(stored.record)
    },
    async rewrap(current, before) {
      const stored = await read()
      if (stored === undefined) return false
      const { row, record } = stored
      const used = versionsOf(record)
      if (used.wrapping === current.wrapping && used.signing === current.signing) return false
      const secret = await unwrap(record)
      await before(used)
      const properties = await wrapAndSign(record.keyId, secret, record.sealed)
      secret.fill(0)
      await table.commit(RECORDS_PARTITION, [{ kind: 'replace', rowKey: RECORD, properties, etag: row.etag }])
      return true
    },
  }
}

const versionsOf = ({ wrappingKeyId, signingKeyId }: KeyRecord): RecordVersions => ({
  wrapping: wrappingKeyId,
  signing: signingKeyId,
})

/** The statuses of a vault that has the key version no more, or may not use it: it is disabled. */
const REFUSED = [403, 404]

/** The alarm: a version that our records need was disabled or deleted too early, or our access to it has ended. */
async function noting<Result>(log: Log, keyId: string, ask: () => Promise<Result>): Promise<Result> {
  try {
    return await ask()
  } catch (error) {
    if (isFailure(error, 'VAULT_UNAVAILABLE') && REFUSED.includes(Number(error.facts['status'])))
      log('error', 'vault-key-refused', { ...error.facts, keyId })
    throw error
  }
}

const signedMessage = (environment: string, { recordVersion, keyId, wrappingKeyId, wrapped, sealed }: Unsigned) =>
  canonical(
    'microsoft-365-sync/key-record',
    environment,
    RECORDS_PARTITION,
    RECORD,
    recordVersion,
    keyId,
    wrappingKeyId,
    wrapped,
    sealed,
  )

function parseRecord(properties: Properties): KeyRecord {
  const parsed = KeyRecord.safeParse(properties)
  if (parsed.success) return parsed.data
  throw forged('record does not match its schema')
}

const forged = (problem: string, cause?: unknown) =>
  new SyncError('KEY_RECORD_FORGED', `key record is not ours: ${problem}`, { cause, facts: { record: RECORD } })

function recordIsLost(): never {
  throw new SyncError('KEY_MISSING', 'the key record is gone although it was there', { facts: { record: RECORD } })
}

function thereAreNone(): never {
  const problem = 'there is no key record: the service was never started here, or its tables are not back yet'
  throw new SyncError('KEY_MISSING', problem, { facts: { record: RECORD } })
}
