import * as z from 'zod'
import { isFailure } from '../../core/errors.ts'
import type { BlindIndex } from '../../crypto/ports.ts'
import type { IntegratorStore } from '../../integrators/ports.ts'
import type { SealedRows } from '../sealed-rows.ts'
import type { Tables } from '../table.ts'

const SecretRow = z.object({ clientId: z.string() })

const OWNER = { kind: 'service' } as const
const ROW_KEY = 'secret'

/** Integrators that can also be found by one of their secrets, which is all that a request with an API key carries. */
export interface IntegratorsBySecret extends IntegratorStore {
  /**
   * The client id that the secret was registered for. Whether it still is a secret of that integrator, the integrator's
   * own row says.
   * @param hash SHA-256 of the secret, base64url.
   */
  clientOf(hash: string): Promise<string | undefined>
}

/** Adds a row for each secret of the integrators that are saved. @see ../schema.md */
export function createSecretRows(
  tables: Tables,
  rows: SealedRows,
  blind: BlindIndex,
  store: IntegratorStore,
): IntegratorsBySecret {
  const table = tables.table('oauth')
  const kind = rows.kind({ name: 'secret', table: 'oauth', schema: SecretRow, version: 1 })
  const partitionOf = (hash: string) => blind.token('integrator', 'secret', hash)

  async function write(hash: string, clientId: string): Promise<void> {
    const partition = partitionOf(hash)
    const properties = await kind.encode(OWNER, partition, ROW_KEY, { clientId })
    await table.commit(partition, [{ kind: 'upsert', rowKey: ROW_KEY, properties }])
  }

  async function forget(hash: string): Promise<void> {
    await table.commit(partitionOf(hash), [{ kind: 'delete', rowKey: ROW_KEY }]).catch((error: unknown) => {
      if (!isFailure(error, 'ROW_CHANGED')) throw error
    })
  }

  return {
    ...store,
    async save(integrator) {
      const { clientId, secretHashes } = integrator
      const before = (await store.find(clientId))?.secretHashes ?? []
      for (const hash of secretHashes) await write(hash, clientId)
      await store.save(integrator)
      for (const hash of before) if (!secretHashes.includes(hash)) await forget(hash)
    },
    async clientOf(hash) {
      const row = await table.get(partitionOf(hash), ROW_KEY)
      return row && (await kind.decode(OWNER, row)).clientId
    },
  }
}
