import type { Random } from '../../shared/core/random.ts'
import { SILENT } from '../../shared/core/telemetry.ts'
import { createAccountKeys } from '../../shared/crypto/account-keys.ts'
import { createKeyRecord } from '../../shared/crypto/key-record.ts'
import type { Envelope } from '../../shared/crypto/ports.ts'
import { createVaultKeys } from '../../shared/crypto/vault-keys.ts'
import { type AccountRows, createAccountRows } from '../../shared/storage/accounts/account-rows.ts'
import { createSealedRows } from '../../shared/storage/sealed-rows.ts'
import type { StoredRow } from '../../shared/storage/table.ts'
import { createKeyWorld, type KeyWorld } from '../support/crypto.ts'
import { createDice } from '../support/dice.ts'

/** What is stored in a run, with the code that opens it. */
export interface Setting {
  readonly world: KeyWorld
  /** Sealed rows of several accounts, under keys of two generations. */
  readonly rows: readonly StoredRow[]
  readonly accounts: readonly string[]
  readonly rowsOf: (account: string) => AccountRows
  /** The same accounts and row keys of another environment. */
  readonly foreign: readonly StoredRow[]
  readonly foreignKeys: readonly StoredRow[]
  /** Opens an account key where it is stored now, with nothing in memory but the shard keys. */
  readonly openKey: (account: string) => Promise<unknown>
  readonly random: Random
}

/** The rows of accounts' keys. */
export const keyRows = ({ tables }: KeyWorld) =>
  tables.rows('keys').filter(({ partitionKey }) => partitionKey !== 'records')

export async function createSetting(seed: number): Promise<Setting> {
  const dice = createDice(seed)
  const world = createKeyWorld()
  const accounts = Array.from({ length: 5 }, (_, at) => `acc_${at}`)
  const { rows, rowsOf } = await fill(world.instance().envelope, accounts, 2)
  const elsewhere = createKeyWorld()
  const foreign = await fill(elsewhere.instance({ environment: 'elsewhere' }).envelope, accounts, 2)
  const record = createKeyRecord({
    ...{ environment: 'test', vault: world.vault, random: dice, log: () => undefined },
    table: world.tables.table('keys'),
  })
  const vaultKeys = createVaultKeys({ record, clock: world.clock, telemetry: SILENT })
  return {
    ...{ world, rows, accounts, rowsOf, foreign: foreign.rows, foreignKeys: keyRows(elsewhere), random: dice },
    openKey: (account) =>
      createAccountKeys({
        ...{ environment: 'test', table: world.tables.table('keys') },
        ...{ vaultKeys, clock: world.clock, telemetry: SILENT, random: dice },
      }).state(account),
  }
}

async function fill(envelope: Envelope, accounts: readonly string[], generations: number) {
  const rowsOf = createAccountRows(createSealedRows({ envelope }))
  const rows: StoredRow[] = []
  for (const account of accounts) {
    await envelope.ensureAccountKey(account)
    for (let generation = 1; generation <= generations; generation++) {
      if (generation > 1) await envelope.renewAccountKey(account)
      for (let at = 0; at < 4; at++) {
        const rowKey = `state.token.${generation}.${at}`
        const properties = await rowsOf(account).token.encode(rowKey, { cache: `${account} ${rowKey}` })
        rows.push({ partitionKey: account, rowKey, etag: '', properties })
      }
    }
  }
  return { rows, rowsOf }
}
