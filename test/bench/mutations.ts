import { asSyncError } from '../../shared/core/errors.ts'
import type { Random } from '../../shared/core/random.ts'
import { SILENT } from '../../shared/core/telemetry.ts'
import { createKeyRecord } from '../../shared/crypto/key-record.ts'
import type { Envelope } from '../../shared/crypto/ports.ts'
import { type AccountRows, createAccountRows } from '../../shared/storage/accounts/account-rows.ts'
import { createSealedRows } from '../../shared/storage/sealed-rows.ts'
import type { Properties, StoredRow } from '../../shared/storage/table.ts'
import { createKeyWorld, type KeyWorld } from '../support/crypto.ts'
import { createDice, type Dice } from './mutation-dice.ts'

/** What is stored in a run, with the code that opens it. */
interface Setting {
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

/** What came of the mutations of one kind. */
export interface Tally {
  detected: number
  accepted: number
  absent: number
}

/** @returns what reading the mutated thing came to; undefined stands for "absent". */
type Mutation = (setting: Setting, dice: Dice) => Promise<unknown>

const MUTATIONS: Record<string, Mutation> = {
  'row: bit flipped': changedRow((bytes, dice) => flip(bytes, dice)),
  'row: cut short': changedRow((bytes, dice) => bytes.slice(0, dice.below(bytes.length))),
  'row: made longer': changedRow((bytes, dice) => Buffer.concat([bytes, dice.bytes(1 + dice.below(40))])),
  'row: bytes of another row': (setting, dice) => {
    const [row, other] = dice.two(setting.rows.filter(({ partitionKey }) => partitionKey === setting.accounts[0]))
    return decode(setting, { ...row, properties: other.properties })
  },
  'row: moved to another account': (setting, dice) => {
    const row = dice.one(setting.rows)
    const partitionKey = dice.one(setting.accounts.filter((account) => account !== row.partitionKey))
    return decode(setting, { ...row, partitionKey })
  },
  'row: read as another kind': (setting, dice) => setting.rowsOf('acc_0').change.decode(dice.one(setting.rows)),
  'row: of another environment': (setting, dice) => decode(setting, dice.one(setting.foreign)),
  'row: plain property changed': (setting, dice) => {
    const row = dice.one(setting.rows)
    const value = dice.one([0, 2, -1, '1', true, dice.below(1000) + 3])
    return decode(setting, { ...row, properties: { ...row.properties, v: value } })
  },
  'row: sealed property dropped': (setting, dice) => {
    const row = dice.one(setting.rows)
    const { b0: _, ...rest } = row.properties
    return decode(setting, { ...row, properties: rest })
  },
  'account key: bit flipped': changedKey((properties, dice) => {
    const name = dice.one(['id', 'sealed'])
    return { ...properties, [name]: flip(bytesOf(properties, name), dice) }
  }),
  'account key: cut short': changedKey((properties, dice) => {
    const name = dice.one(['id', 'sealed'])
    const bytes = bytesOf(properties, name)
    return { ...properties, [name]: bytes.slice(0, dice.below(bytes.length)) }
  }),
  'account key: property changed': changedKey((properties, dice) => ({
    ...properties,
    ...dice.one<Properties>([{ madeAt: dice.below(1_000_000) }, { madeAt: 'x' }, { id: 'x' }, { sealed: 1 }]),
  })),
  'account key: of another account': changedKey((_, dice, { world, accounts }) => {
    const others = keyRows(world).filter(({ partitionKey }) => partitionKey !== accounts[0])
    return dice.one(others).properties
  }),
  'account key: of another generation': changedKey((_, __, { world, accounts }) => {
    const [, newer] = keyRows(world).filter(({ partitionKey }) => partitionKey === accounts[0])
    return newer?.properties ?? {}
  }),
  'account key: of another environment': changedKey((_, dice, { foreignKeys }) => dice.one(foreignKeys).properties),
  'key record: bit flipped': changedRecord((properties, dice) => {
    const name = dice.one(['keyId', 'wrapped', 'sealed', 'signature'])
    return { ...properties, [name]: flip(bytesOf(properties, name), dice) }
  }),
  'key record: cut short': changedRecord((properties, dice) => {
    const name = dice.one(['keyId', 'wrapped', 'sealed', 'signature'])
    const bytes = bytesOf(properties, name)
    return { ...properties, [name]: bytes.slice(0, dice.below(bytes.length)) }
  }),
  'key record: property changed': changedRecord((properties, dice) => ({
    ...properties,
    ...dice.one<Properties>([
      { recordVersion: 2 },
      { recordVersion: '1' },
      { wrappingKeyId: 'wrapping-key/2' },
      { wrappingKeyId: 'signing-key/1' },
      { signingKeyId: 'wrapping-key/1' },
      { signingKeyId: 'signing-key/9' },
      { sealed: 'text' },
      { signature: dice.bytes(256) },
    ]),
  })),
  'key record: of another environment': (setting) => readRecord(setting, undefined, 'elsewhere'),
  'key record: gone': async (setting) => {
    const table = { ...setting.world.tables.table('keys'), get: hidden(setting.world) }
    return createKeyRecord({ ...recordDependencies(setting), table }).load()
  },
}

/** Makes mutations of all kinds in turn. @returns what came of them, by kind. */
export async function mutate(count: number, seed: number): Promise<ReadonlyMap<string, Tally>> {
  const setting = await createSetting(seed)
  const dice = createDice(seed)
  const tallies = new Map<string, Tally>()
  const kinds = Object.entries(MUTATIONS)
  for (const [kind] of kinds) tallies.set(kind, { detected: 0, accepted: 0, absent: 0 })
  for (let at = 0; at < count; at++) {
    const [kind, mutation] = kinds[at % kinds.length] ?? ['', async () => undefined]
    const tally = tallies.get(kind)
    if (tally !== undefined) tally[await judged(() => mutation(setting, dice))]++
  }
  return tallies
}

const NOTICED = ['ROW_CORRUPT', 'KEY_RECORD_FORGED', 'KEY_MISSING', 'ROW_ROLLED_BACK']

async function judged(read: () => Promise<unknown>): Promise<keyof Tally> {
  try {
    return (await read()) === undefined ? 'absent' : 'accepted'
  } catch (error) {
    if (NOTICED.includes(asSyncError(error).code)) return 'detected'
    throw error
  }
}

const decode = ({ rowsOf }: Setting, row: StoredRow) => rowsOf(row.partitionKey).token.decode(row)

const bytesOf = (properties: Properties, name: string): Uint8Array => {
  const value = properties[name]
  return value instanceof Uint8Array ? value : new Uint8Array(1)
}

function flip(bytes: Uint8Array, dice: Dice): Uint8Array {
  const flipped = Uint8Array.from(bytes)
  const at = dice.below(bytes.length * 8)
  flipped[at >> 3] = (bytes[at >> 3] ?? 0) ^ (1 << (at & 7))
  return flipped
}

function changedRow(change: (bytes: Uint8Array, dice: Dice) => Uint8Array): Mutation {
  return (setting, dice) => {
    const row = dice.one(setting.rows)
    const b0 = change(bytesOf(row.properties, 'b0'), dice)
    return decode(setting, { ...row, properties: { ...row.properties, b0 } })
  }
}

/** Changes the first account's first key, and puts it back. */
function changedKey(change: (properties: Properties, dice: Dice, setting: Setting) => Properties): Mutation {
  return async (setting, dice) => {
    const { world, accounts } = setting
    const [account = ''] = accounts
    const stored = await world.tables.table('keys').get(account, 'key-00000001')
    if (stored === undefined) throw new Error('there is a key')
    world.tables.overwrite('keys', { ...stored, properties: change(stored.properties, dice, setting) })
    try {
      return await setting.openKey(account)
    } finally {
      world.tables.overwrite('keys', stored)
    }
  }
}

function changedRecord(change: (properties: Properties, dice: Dice) => Properties): Mutation {
  return async (setting, dice) => {
    const stored = await setting.world.tables.table('keys').get('records', 'keys')
    return readRecord(setting, change(stored?.properties ?? {}, dice))
  }
}

const recordDependencies = ({ world, random }: Setting) => ({
  ...{ environment: 'test', vault: world.vault, random, log: () => undefined },
  table: world.tables.table('keys'),
})

async function readRecord(setting: Setting, properties?: Properties, environment = 'test'): Promise<unknown> {
  const dependencies = recordDependencies(setting)
  const { table } = dependencies
  const get: typeof table.get = async (partitionKey, rowKey) => {
    const row = await table.get(partitionKey, rowKey)
    return row && properties && rowKey === 'keys' ? { ...row, properties } : row
  }
  return createKeyRecord({ ...dependencies, environment, table: { ...table, get } }).load()
}

const hidden = (world: KeyWorld) => async (partitionKey: string, rowKey: string) =>
  rowKey === 'keys' ? undefined : world.tables.table('keys').get(partitionKey, rowKey)

const keyRows = ({ tables }: KeyWorld) => tables.rows('keys').filter(({ partitionKey }) => partitionKey !== 'records')

async function createSetting(seed: number): Promise<Setting> {
  const { createAccountKeys } = await import('../../shared/crypto/account-keys.ts')
  const { createVaultKeys } = await import('../../shared/crypto/vault-keys.ts')
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
