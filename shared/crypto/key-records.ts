import * as z from 'zod'
import { isFailure, SyncError } from '../core/errors.ts'
import type { Random } from '../core/random.ts'
import type { Properties, Table } from '../storage/table.ts'
import { KEY_ID_BYTES, SECRET_BYTES, type SecretKey } from './box.ts'
import { canonical } from './canonical.ts'
import type { Vault } from './ports.ts'

/** The partition of the table `keys` that holds the wrapped records. No account reference has this form. */
export const RECORDS_PARTITION = 'records'
export const ROOT_RECORD = 'root'

const RECORD_VERSION = 1

const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array)

/** One key that only the vault can unwrap, and the vault's signature that says it is ours. */
const KeyRecord = z.object({
  recordVersion: z.literal(RECORD_VERSION),
  keyId: bytes.refine((id) => id.length === KEY_ID_BYTES),
  wrappingKeyId: z.string(),
  wrapped: bytes,
  signingKeyId: z.string(),
  signature: bytes,
})
type KeyRecord = z.infer<typeof KeyRecord>

/** Keys of the environment as rows of the table `keys`: wrapped by the vault's first key, signed by its second. */
export interface KeyRecords {
  /**
   * @returns undefined when there is no such record.
   * @throws SyncError `KEY_RECORD_FORGED` when the record is not one that this environment's vault signed.
   */
  read(name: string): Promise<SecretKey | undefined>
  /** Whether any record but the root's exists: from then on a missing root is a loss, not a beginning. */
  hasShards(): Promise<boolean>
  /** Stores a new key under the name. @returns the key that is stored: another instance may have been faster. */
  create(name: string, keyId: Uint8Array): Promise<SecretKey>
}

interface Dependencies {
  readonly environment: string
  readonly vault: Vault
  readonly table: Table
  readonly random: Random
}

export function createKeyRecords({ environment, vault, table, random }: Dependencies): KeyRecords {
  async function read(name: string): Promise<SecretKey | undefined> {
    const row = await table.get(RECORDS_PARTITION, name)
    if (row === undefined) return undefined
    const record = parseRecord(name, row.properties)
    const message = signedMessage(environment, name, record)
    // RSA wrapping needs the public key only: without this check anyone who can write the table could choose the key.
    if (!(await vault.verify(record.signingKeyId, message, record.signature))) throw forged(name, 'signature is wrong')
    const secret = await vault.unwrap(record.wrappingKeyId, record.wrapped)
    if (secret.length !== SECRET_BYTES) throw forged(name, 'key has another length')
    return { id: record.keyId, secret }
  }

  async function seal(name: string, key: SecretKey): Promise<Properties> {
    const { keyId: wrappingKeyId, wrapped } = await vault.wrap(key.secret)
    const content = { recordVersion: RECORD_VERSION, keyId: key.id, wrappingKeyId, wrapped } as const
    const { keyId: signingKeyId, signature } = await vault.sign(signedMessage(environment, name, content))
    return { ...content, signingKeyId, signature } satisfies KeyRecord
  }

  return {
    read,
    async hasShards() {
      for await (const page of table.range(RECORDS_PARTITION, 'shard-', 'shard.')) if (page.length > 0) return true
      return false
    },
    async create(name, keyId) {
      const key = { id: keyId, secret: random.bytes(SECRET_BYTES) }
      const properties = await seal(name, key)
      try {
        await table.commit(RECORDS_PARTITION, [{ kind: 'insert', rowKey: name, properties }])
        return key
      } catch (error) {
        if (!isFailure(error, 'ROW_EXISTS')) throw error
        return (await read(name)) ?? Promise.reject(new SyncError('KEY_MISSING', `key record ${name} came and went`))
      }
    },
  }
}

const signedMessage = (environment: string, name: string, record: Omit<KeyRecord, 'signingKeyId' | 'signature'>) =>
  canonical(
    'microsoft-365-sync/key-record',
    environment,
    name,
    record.recordVersion,
    record.keyId,
    record.wrappingKeyId,
    record.wrapped,
  )

function parseRecord(name: string, properties: Properties): KeyRecord {
  const parsed = KeyRecord.safeParse(properties)
  if (parsed.success) return parsed.data
  throw forged(name, 'record does not match its schema')
}

const forged = (record: string, problem: string) =>
  new SyncError('KEY_RECORD_FORGED', `key record ${record} is not ours: ${problem}`, { facts: { record } })
