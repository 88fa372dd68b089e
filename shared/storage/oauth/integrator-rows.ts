import * as z from 'zod'
import type { BlindIndex } from '../../crypto/ports.ts'
import type { Integrator } from '../../integrators/integrator.ts'
import type { IntegratorStore } from '../../integrators/ports.ts'
import { SCOPES } from '../../integrators/scopes.ts'
import { Instant } from '../instant.ts'
import type { SealedRows } from '../sealed-rows.ts'
import { insertOrReplace, type Tables, type Write } from '../table.ts'

const IntegratorRow = z.object({
  clientId: z.string(),
  name: z.string(),
  secrets: z.array(z.string()).readonly(),
  redirectUris: z.array(z.string()).readonly(),
  scopes: z.array(z.enum(SCOPES)).readonly(),
  pkce: z.enum(['required', 'optional']),
  permission: z.enum(['sandbox', 'unrestricted']).default('sandbox'),
  removedAt: Instant.optional(),
})

const SecretRow = z.object({ clientId: z.string() })

const OWNER = { kind: 'service' } as const
const FIRST = 'integrator-'
/** The character after the hyphen: the end of the range of all integrators. */
const AFTER_LAST = 'integrator.'

/** Integrators, all in one partition: there are few, and an operator wants to see them all. @see ../schema.md */
export function createIntegratorStore(tables: Tables, rows: SealedRows, blind: BlindIndex): IntegratorStore {
  const table = tables.table('oauth')
  const kind = rows.kind({ name: 'integrator', table: 'oauth', schema: IntegratorRow, version: 1 })
  const secretKind = rows.kind({ name: 'secret', table: 'oauth', schema: SecretRow, version: 1 })
  const partition = blind.token('integrator')
  const rowKeyOf = (clientId: string) => `${FIRST}${blind.token('integrator', clientId)}`
  const secretKeyOf = (secret: string) => `secret-${blind.token('integrator', 'secret', secret)}`

  /** So that an integrator and what leads to it by its secrets are never apart. */
  async function secretWrites({ clientId, secrets }: Integrator, before: readonly string[]): Promise<Write[]> {
    const added = secrets.filter((secret) => !before.includes(secret)).map(secretKeyOf)
    const ended = before.filter((secret) => !secrets.includes(secret)).map(secretKeyOf)
    const inserts = added.map(async (rowKey) => {
      const properties = await secretKind.encode(OWNER, partition, rowKey, { clientId })
      return { kind: 'insert', rowKey, properties } as const
    })
    return [...(await Promise.all(inserts)), ...ended.map((rowKey) => ({ kind: 'delete', rowKey }) as const)]
  }

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
    async clientOf(secret) {
      const row = await table.get(partition, secretKeyOf(secret))
      return row && (await secretKind.decode(OWNER, row)).clientId
    },
    async save(integrator, known) {
      const rowKey = rowKeyOf(integrator.clientId)
      const properties = await kind.encode(OWNER, partition, rowKey, integrator)
      const secrets = await secretWrites(integrator, known?.value.secrets ?? [])
      await table.commit(partition, [insertOrReplace(rowKey, properties, known?.etag), ...secrets])
    },
  }
}
