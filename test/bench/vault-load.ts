import * as z from 'zod'
import { startKeyVault } from '../../infra/local/key-vault/start-key-vault.ts'
import { systemRandom } from '../../shared/core/random.ts'
import { type Clock, systemClock } from '../../shared/core/time.ts'
import { createKeyRing, type KeyRing } from '../../shared/crypto/key-ring.ts'
import { patientVault } from '../../shared/crypto/patient-vault.ts'
import type { KeyOwner, RowAddress, Vault } from '../../shared/crypto/ports.ts'
import { createVault, staticVaultCredential, VAULT_KEY_NAMES } from '../../shared/crypto/vault.ts'
import { createMemoryTables } from '../support/memory-tables.ts'

/** Operations that the vault lets through in 10 seconds for RSA-3072 software keys. @see Key Vault service limits */
export const VAULT_LIMIT = 1_000

const TOKEN = 'a-token-only-this-run-knows'
const ADDRESS: RowAddress = { table: 'accounts', partitionKey: 'p', rowKey: 'state.head' }

const Told = z.object({
  counts: z.record(z.string(), z.number()),
  challenged: z.number(),
  peakPer10Seconds: z.number(),
})

export interface VaultLoad extends z.infer<typeof Told> {
  readonly opened: number
  readonly failed: number
  /** Instances that asked the vault to unwrap more than once. */
  readonly askedTwice: number
  readonly seconds: number
}

/**
 * Starts instances at the same moment, each with clients and caches of its own, against the vault's stand-in with its real
 * limit, over HTTP. Each account is opened by one of them.
 */
export async function vaultLoad(size: { readonly instances: number; readonly accounts: number }): Promise<VaultLoad> {
  const server = await startKeyVault({ port: 0, token: TOKEN, keys: Object.values(VAULT_KEY_NAMES) })
  try {
    const tables = createMemoryTables()
    const start = () => startInstance(server.url, tables.table('keys'), systemClock)
    const rows = await storeAccounts(start().ring, size.accounts)
    const control = (path: string, method: string, body?: string) =>
      fetch(`${server.url}/_control/${path}`, {
        // A connection that is kept would be closed by the server while everything below is at work.
        ...{ method, headers: { connection: 'close' } },
        ...(body !== undefined && { body }),
      })
    await control('behaviour', 'PUT', JSON.stringify({ limitPer10Seconds: VAULT_LIMIT }))
    await control('log', 'DELETE')
    const began = performance.now()
    const instances = Array.from({ length: size.instances }, start)
    let failed = 0
    for (const part of [first, rest])
      for (const one of await Promise.all(
        instances.map(({ ring }, at) => serve(ring, part(share(rows, at, size.instances)))),
      ))
        failed += one
    return {
      ...Told.parse(await (await control('log', 'GET')).json()),
      ...{ opened: size.accounts - failed, failed },
      askedTwice: instances.filter(({ asked }) => asked.unwrap > 1).length,
      seconds: Math.round((performance.now() - began) / 1000),
    }
  } finally {
    await server.close()
  }
}

type KeysTable = ReturnType<ReturnType<typeof createMemoryTables>['table']>

function startInstance(url: string, keysTable: KeysTable, clock: Clock) {
  const asked = { unwrap: 0 }
  const vault = createVault({ url, credential: staticVaultCredential(TOKEN, clock), clock })
  const counted: Vault = {
    ...vault,
    unwrap: (keyId, wrapped) => {
      asked.unwrap++
      return vault.unwrap(keyId, wrapped)
    },
  }
  const patient = patientVault(counted, { clock, random: systemRandom })
  const ring = createKeyRing({
    ...{ environment: 'bench', vault: patient, keysTable, clock },
    ...{ random: systemRandom, log: () => undefined },
  })
  return { ring, asked }
}

type SealedRow = readonly [account: string, sealed: Uint8Array]

const ownerOf = (account: string): KeyOwner => ({ kind: 'account', account })

async function storeAccounts({ envelope }: KeyRing, count: number): Promise<readonly SealedRow[]> {
  const rows: SealedRow[] = []
  for (let at = 0; at < count; at++) {
    const account = `acc_${at}`
    await envelope.ensureAccountKey(account)
    rows.push([account, await envelope.seal(ownerOf(account), ADDRESS, 1, Buffer.from(account))])
  }
  return rows
}

/**
 * What an instance has to do before it has any key; the rest follows. All instances share this process, and those that
 * have their keys must not keep the others from reading the vault's answer.
 */
const first = (rows: readonly SealedRow[]) => rows.slice(0, 20)
const rest = (rows: readonly SealedRow[]) => rows.slice(20)

const share = (rows: readonly SealedRow[], at: number, instances: number) =>
  rows.filter((_, row) => row % instances === at)

/** All at once, as a queue full of wake-ups would. @returns how many failed. */
async function serve(ring: KeyRing, rows: readonly SealedRow[]): Promise<number> {
  const isRoot = await ring.blindIndex().then(
    () => true,
    () => false,
  )
  const opened = rows.map(async ([account, sealed]) =>
    ring.envelope.open(ownerOf(account), ADDRESS, 1, sealed).then(
      (bytes) => isRoot && Buffer.from(bytes).toString() === account,
      () => false,
    ),
  )
  return (await Promise.all(opened)).filter((isRight) => !isRight).length
}
