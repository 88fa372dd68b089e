import * as z from 'zod'
import type { Log } from '../../core/log.ts'
import type { BlindIndex } from '../../crypto/ports.ts'
import type { Grant, GrantRef } from '../../integrators/grant.ts'
import type { GrantStore, Versioned } from '../../integrators/ports.ts'
import { SCOPES } from '../../integrators/scopes.ts'
import { forgetRow } from '../forget-rows.ts'
import { Instant } from '../instant.ts'
import { AFTER_EVERY_ROW, openOrQuarantine } from '../quarantine.ts'
import type { SealedRows } from '../sealed-rows.ts'
import type { StoredRow, Tables } from '../table.ts'

const GrantRow = z.object({
  ref: z.object({ account: z.string(), id: z.string() }),
  clientId: z.string(),
  accountId: z.string(),
  profile: z.object({ id: z.string(), name: z.string() }),
  scopes: z.array(z.enum(SCOPES)).readonly(),
  unrestricted: z.boolean().default(false),
  unrestrictedIn: z.array(z.string()).readonly().default([]),
  endsAt: Instant,
  code: z.object({
    hash: z.string(),
    expiresAt: Instant,
    redirectUri: z.string(),
    challenge: z.string().optional(),
    usedAt: Instant.optional(),
    redeemedAt: Instant.optional(),
  }),
  refresh: z
    .object({
      hash: z.string(),
      idleUntil: Instant,
      previous: z.object({ hash: z.string(), replacedAt: Instant }).optional(),
    })
    .optional(),
  access: z.array(z.object({ hash: z.string(), expiresAt: Instant })).readonly(),
})

const OWNER = { kind: 'service' } as const
const FIRST = 'grant-'
/** The character after the hyphen: the end of the range of all grants. */
const AFTER_LAST = 'grant.'

/** The grants of one account, in one partition. @see ../schema.md */
export function createGrantStore(tables: Tables, rows: SealedRows, blind: BlindIndex, log: Log): GrantStore {
  const table = tables.table('oauth')
  const kind = rows.kind({ name: 'grant', table: 'oauth', schema: GrantRow, version: 1 })
  const rowKeyOf = ({ id }: GrantRef) => `${FIRST}${id}`

  async function stored(accountId: string, from: string, to: string): Promise<readonly StoredRow[]> {
    const found = []
    for await (const page of table.range(blind.token('grant', accountId), from, to)) found.push(...page)
    return found
  }

  /** A row that does not open lets nobody in: it is kept as evidence and left out. */
  async function openable(row: StoredRow): Promise<readonly Versioned<Grant>[]> {
    const value = await openOrQuarantine({ table, log }, row, (one) => kind.decode(OWNER, one))
    return value === undefined ? [] : [{ value, etag: row.etag }]
  }

  return {
    async find(ref) {
      const row = await table.get(ref.account, rowKeyOf(ref))
      return row && { value: await kind.decode(OWNER, row), etag: row.etag }
    },

    async ofAccount(accountId) {
      return (await Promise.all((await stored(accountId, FIRST, AFTER_LAST)).map(openable))).flat()
    },

    async refsOf(accountId) {
      const found = await stored(accountId, FIRST, AFTER_LAST)
      return found.map(({ partitionKey, rowKey }) => ({ account: partitionKey, id: rowKey.slice(FIRST.length) }))
    },

    async insert(grant) {
      const rowKey = rowKeyOf(grant.ref)
      const properties = await kind.encode(OWNER, grant.ref.account, rowKey, grant)
      await table.commit(grant.ref.account, [{ kind: 'insert', rowKey, properties }])
    },

    async replace(grant, etag) {
      const rowKey = rowKeyOf(grant.ref)
      const properties = await kind.encode(OWNER, grant.ref.account, rowKey, grant)
      const [written = ''] = await table.commit(grant.ref.account, [{ kind: 'replace', rowKey, properties, etag }])
      return written
    },

    async forget(accountId) {
      const found = await stored(accountId, '', AFTER_EVERY_ROW)
      for (const { partitionKey, rowKey } of found) await forgetRow(table, partitionKey, rowKey)
      return found.length
    },

    delete: (ref) => forgetRow(table, ref.account, rowKeyOf(ref)),
    discard: ({ value: { ref }, etag }) => forgetRow(table, ref.account, rowKeyOf(ref), etag),
  }
}
