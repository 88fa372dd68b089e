import { createHash } from 'node:crypto'
import type * as z from 'zod'
import { isFailure, SyncError } from '../core/errors.ts'
import type { Envelope, KeyOwner } from '../crypto/ports.ts'
import { PROPERTY_MAX_BYTES, ROW_MAX_BYTES, rowBytes } from './limits.ts'
import type { Properties, StoredRow, TableName } from './table.ts'

/** One kind of row: what it holds, and how it becomes properties that tell nothing. */
export interface SealedKind<Value> {
  /**
   * The value as properties: `b0`, `b1`, ... hold the sealed JSON, `v` the schema version, `n` the row's own counter where
   * it has one.
   * @throws SyncError `VALIDATION_FAILED` when the value does not fit into a row of 1 MiB. What `envelope.seal` throws.
   */
  encode(owner: KeyOwner, partitionKey: string, rowKey: string, value: Value, rowVersion?: number): Promise<Properties>
  /**
   * @throws SyncError `ROW_CORRUPT` when the row does not open or holds something else; quarantine it and never treat it
   * as absent. What `envelope.open` throws otherwise.
   */
  decode(owner: KeyOwner, row: StoredRow): Promise<Value>
}

export interface SealedRows {
  /**
   * @param version of the schema. A change that old rows satisfy (a new field with a default) keeps the version, so that
   * two releases can work side by side; any other change is a new kind of row.
   */
  kind<Value>(definition: {
    readonly name: string
    readonly table: TableName
    readonly schema: z.ZodType<Value>
    readonly version: number
  }): SealedKind<Value>
  /**
   * A row of any kind as it is, sealed under its owner's newest key.
   * @returns undefined when it is already. @throws SyncError as `decode`.
   */
  reseal(owner: KeyOwner, table: TableName, row: StoredRow): Promise<Properties | undefined>
  /**
   * Whether a row of any kind is what was sealed in its place, also by a release that writes other fields.
   * @throws SyncError as `decode`, but for `ROW_CORRUPT`.
   */
  opens(owner: KeyOwner, table: TableName, row: StoredRow): Promise<boolean>
  /** Loads an account's key where it is not here, so that its rows open at once when they come. @throws SyncError as `decode`. */
  prepare(account: string): Promise<void>
}

/** The row's own counter; sealed in, so it is what was written when the row opens. */
export const rowVersionOf = (row: StoredRow | undefined): number => {
  const { n = 0 } = row?.properties ?? {}
  return typeof n === 'number' ? n : -1
}

/** Rows as sealed JSON, so that no repository can store a field in plain by mistake. */
export function createSealedRows({ envelope }: { readonly envelope: Envelope }): SealedRows {
  return {
    async reseal(owner, table, row) {
      const { partitionKey, rowKey, properties } = row
      const sealed = join(properties) ?? raise(new SyncError('ROW_CORRUPT', 'sealed property is missing'))
      const address = { table, partitionKey, rowKey, rowVersion: rowVersionOf(row) }
      const fresh = await envelope.reseal(owner, address, Number(properties['v']), sealed)
      // As long as before, so that it takes the same properties.
      return fresh && { ...properties, ...split(fresh) }
    },
    async opens(owner, table, row) {
      const { partitionKey, rowKey, properties } = row
      const [sealed, version] = [join(properties), properties['v']]
      if (sealed === undefined || typeof version !== 'number') return false
      const address = { table, partitionKey, rowKey, rowVersion: rowVersionOf(row) }
      try {
        await envelope.open(owner, address, version, sealed)
        return true
      } catch (error) {
        if (isFailure(error, 'ROW_CORRUPT')) return false
        throw error
      }
    },
    async prepare(account) {
      await envelope.accountKeyState(account)
    },
    kind({ name, table, schema, version }) {
      const corrupt = ({ partitionKey, rowKey }: Place, problem: string, cause?: unknown) =>
        new SyncError('ROW_CORRUPT', `row does not hold a ${name}: ${problem}`, {
          cause,
          facts: { table, kind: name, place: hashOf(partitionKey, rowKey) },
        })

      return {
        async encode(owner, partitionKey, rowKey, value, rowVersion = 0) {
          const plaintext = Buffer.from(JSON.stringify(value), 'utf8')
          const sealed = await envelope.seal(owner, { table, partitionKey, rowKey, rowVersion }, version, plaintext)
          const properties = { v: version, ...(rowVersion > 0 && { n: rowVersion }), ...split(sealed) }
          if (rowBytes(partitionKey, rowKey, properties) > ROW_MAX_BYTES) throw tooLarge(name, plaintext.length)
          return properties
        },
        async decode(owner, row) {
          if (row.properties['v'] !== version) throw corrupt(row, 'another schema version')
          const sealed = join(row.properties) ?? raise(corrupt(row, 'sealed property is missing'))
          const { partitionKey, rowKey } = row
          const plaintext = await envelope
            .open(owner, { table, partitionKey, rowKey, rowVersion: rowVersionOf(row) }, version, sealed)
            .catch((error: unknown) => raise(isFailure(error, 'ROW_CORRUPT') ? corrupt(row, 'seal', error) : error))
          const parsed = schema.safeParse(parseJson(plaintext))
          if (parsed.success) return parsed.data
          throw corrupt(row, 'schema')
        },
      }
    },
  }
}

type Place = Pick<StoredRow, 'partitionKey' | 'rowKey'>

/** Names the place in logs without giving the keys away; the operator finds it by hashing the keys of a partition. */
const hashOf = (partitionKey: string, rowKey: string): string =>
  createHash('sha256').update(`${partitionKey}\n${rowKey}`).digest('base64url').slice(0, 16)

function split(sealed: Uint8Array): Properties {
  const parts: Record<string, Uint8Array> = {}
  for (let at = 0; at < sealed.length; at += PROPERTY_MAX_BYTES) {
    parts[`b${at / PROPERTY_MAX_BYTES}`] = sealed.subarray(at, at + PROPERTY_MAX_BYTES)
  }
  return parts
}

function join(properties: Properties): Uint8Array | undefined {
  const parts: Uint8Array[] = []
  for (;;) {
    const part = properties[`b${parts.length}`]
    if (part === undefined) break
    if (!(part instanceof Uint8Array)) return undefined
    parts.push(part)
  }
  return parts.length > 1 ? Buffer.concat(parts) : parts[0]
}

/** The plaintext is authentic, so what is no JSON is a bug of ours; the schema then refuses `undefined`. */
function parseJson(plaintext: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(plaintext.buffer, plaintext.byteOffset, plaintext.length).toString('utf8'))
  } catch {
    return undefined
  }
}

const tooLarge = (kind: string, bytes: number) =>
  new SyncError('VALIDATION_FAILED', `a ${kind} does not fit into a row`, { facts: { kind, bytes } })

function raise(error: unknown): never {
  throw error
}
