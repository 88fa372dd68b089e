import * as z from 'zod'
import type { BlindIndex } from '../../crypto/ports.ts'
import type { IntegratorStore } from '../../integrators/ports.ts'
import { SCOPES } from '../../integrators/scopes.ts'
import type { SealedRows } from '../sealed-rows.ts'
import type { Tables } from '../table.ts'
import { Instant } from './instant.ts'

const IntegratorRow = z.object({
  clientId: z.string(),
  name: z.string(),
  secretHashes: z.array(z.string()).readonly(),
  secrets: z.array(z.string()).readonly().default([]),
  redirectUris: z.array(z.string()).readonly(),
  scopes: z.array(z.enum(SCOPES)).readonly(),
  pkce: z.enum(['required', 'optional']),
  permission: z.enum(['sandbox', 'unrestricted']).default('sandbox'),
  removedAt: Instant.optional(),
})

const OWNER = { kind: 'service' } as const
const FIRST = 'integrator-'
/** The character after the hyphen: the end of the range of all integrators. */
const AFTER_LAST = 'integrator.'

/** Integrators, all in one partition: there are few, and an operator wants to see them all. @see ../schema.md */
export function createIntegratorStore(tables: Tables, rows: SealedRows, blind: BlindIndex): IntegratorStore {
  const table = tables.table('oauth')
  const kind = rows.kind({ name: 'integrator', table: 'oauth', schema: IntegratorRow, version: 1 })
  const partition = blind.token('integrator')
  const rowKeyOf = (clientId: string) => `${FIRST}${blind.token('integrator', clientId)}`

  return {
    async find(clientId) {
      const row = await table.get(partition, rowKeyOf(clientId))
      return row && { value: await kind.decode(OWNER, row), etag: row.etag }
    },
    async all() {
      const integrators = []
      for await (const page of table.range(partition, FIRST, AFTER_LAST)) {
        for (const row of page) integrators.push(await kind.decode(OWNER, row))
      }
      return integrators
    },
    async save(integrator, etag) {
      const rowKey = rowKeyOf(integrator.clientId)
      const properties = await kind.encode(OWNER, partition, rowKey, integrator)
      const write =
        etag === undefined
          ? ({ kind: 'insert', rowKey, properties } as const)
          : ({ kind: 'replace', rowKey, properties, etag } as const)
      await table.commit(partition, [write])
    },
  }
}
