import { createKeyRecord } from '../../shared/crypto/key-record.ts'
import type { Properties, StoredRow } from '../../shared/storage/table.ts'
import type { Dice } from '../support/dice.ts'
import type { Setting } from './setting.ts'

/** Damages something and reads it. @returns what reading it came to; undefined stands for "absent". */
export type Way = (setting: Setting, dice: Dice) => Promise<unknown>

/** Reads a row where it says that it is. */
export const decode = ({ rowsOf }: Setting, row: StoredRow) => rowsOf(row.partitionKey).token.decode(row)

export const bytesOf = (properties: Properties, name: string): Uint8Array => {
  const value = properties[name]
  return value instanceof Uint8Array ? value : new Uint8Array(1)
}

/** Another value of one bit. */
export function flip(bytes: Uint8Array, dice: Dice): Uint8Array {
  const flipped = Uint8Array.from(bytes)
  const at = dice.below(bytes.length * 8)
  flipped[at >> 3] = (bytes[at >> 3] ?? 0) ^ (1 << (at & 7))
  return flipped
}

export function changedRow(change: (bytes: Uint8Array, dice: Dice) => Uint8Array): Way {
  return (setting, dice) => {
    const row = dice.pick(setting.rows)
    const b0 = change(bytesOf(row.properties, 'b0'), dice)
    return decode(setting, { ...row, properties: { ...row.properties, b0 } })
  }
}

/** Changes the first account's first key, and puts it back. */
export function changedKey(change: (properties: Properties, dice: Dice, setting: Setting) => Properties): Way {
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

export function changedRecord(change: (properties: Properties, dice: Dice) => Properties): Way {
  return async (setting, dice) => {
    const stored = await setting.world.tables.table('keys').get('records', 'keys')
    const properties = change(stored?.properties ?? {}, dice)
    return readRecord(setting, (row) => ({ ...row, properties }))
  }
}

/** @param seen what stands there in place of the record. */
export function readRecord(
  { world, random }: Setting,
  seen: (record: StoredRow) => StoredRow | undefined,
  environment = 'test',
): Promise<unknown> {
  const table = world.tables.table('keys')
  const get: typeof table.get = async (partitionKey, rowKey) => {
    const row = await table.get(partitionKey, rowKey)
    return row && rowKey === 'keys' ? seen(row) : row
  }
  const record = createKeyRecord({
    ...{ environment, vault: world.vault, random, log: () => undefined },
    table: { ...table, get },
  })
  return record.load()
}
