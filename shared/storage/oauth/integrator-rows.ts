import * as z from 'zod'
import type { BlindIndex } from '../../crypto/ports.ts'
import type { IntegratorStore } from '../../integrators/ports.ts'
import { SCOPES } from '../../integrators/scopes.ts'
import type { SealedRows } from '../sealed-rows.ts'
import type { Tables } from '../table.ts'

const IntegratorRow = z.object({
  clientId: z.string(),
  name: z.string(),
  secretHashes: z.array(z.string()).readonly(),
  redirectUris: z.array(z.string()).readonly(),
  scopes: z.array(z.enum(SCOPES)).readonly(),
  pkce: z.enum(['required', 'optional']),
  permission: z.enum(['sandbox', 'unrestricted']).default('sandbox'),
})

const OWNER = { kind: 'service' } as const
const ROW_KEY = 'integrator'

/** Integrators, one partition each. @see ../schema.md */
export function createIntegratorStore(tables: Tables, rows: SealedRows, blind: BlindIndex): IntegratorStore {
  const table = tables.table('oauth')
  const kind = rows.kind({ name: 'integrator', table: 'oauth', schema: IntegratorRow, version: 1 })
  const partitionOf = (clientId: string) => blind.token('integrator', clientId)

  return {
    async find(clientId) {
      const row = await table.get(partitionOf(clientId), ROW_KEY)
      return row && (await kind.decode(OWNER, row))
    },
    async save(integrator) {
      const partition = partitionOf(integrator.clientId)
      const properties = await kind.encode(OWNER, partition, ROW_KEY, integrator)
      await table.commit(partition, [{ kind: 'upsert', rowKey: ROW_KEY, properties }])
    },
  }
}
