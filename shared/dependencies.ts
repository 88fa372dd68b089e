import type { Dependency } from './api/health.ts'
import { SyncError } from './core/errors.ts'
import type { Ports } from './service/ports.ts'

/** What `/health` asks: one cheap, harmless question to each neighbour. */
export const dependenciesOf = ({ config, tables, vault, waker, fetch }: Ports): readonly Dependency[] => [
  {
    name: 'tables',
    check: async () => {
      await tables.table('accounts').get('health', 'health')
    },
  },
  {
    name: 'vault',
    check: async () => {
      await vault.current()
    },
  },
  { name: 'queue', check: () => waker.wake([]) },
  { name: 'graph', check: () => answers(fetch, `${config.GRAPH_URL}/v1.0/$metadata`) },
  {
    name: 'entra',
    check: () => answers(fetch, `${config.ENTRA_AUTHORITY}/organizations/v2.0/.well-known/openid-configuration`),
  },
]

/** Any answer below 500 shows that somebody is there; what it says is not read. */
async function answers(fetch: typeof globalThis.fetch, url: string): Promise<void> {
  const { status, body } = await fetch(url, { redirect: 'manual' }).catch((cause: unknown) => {
    throw new SyncError('MICROSOFT_UNREACHABLE', 'no answer', { cause })
  })
  await body?.cancel()
  if (status >= 500) throw new SyncError('MICROSOFT_UNREACHABLE', 'answers with an error', { facts: { status } })
}
