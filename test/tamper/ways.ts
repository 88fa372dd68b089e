import type { Properties } from '../../shared/storage/table.ts'
import { bytesOf, changedKey, changedRecord, changedRow, decode, flip, readRecord, type Way } from './changed.ts'
import { keyRows } from './setting.ts'

/** Every way we know, by its name. */
export const WAYS: Readonly<Record<string, Way>> = {
  'row: bit flipped': changedRow((bytes, dice) => flip(bytes, dice)),
  'row: cut short': changedRow((bytes, dice) => bytes.slice(0, dice.below(bytes.length))),
  'row: made longer': changedRow((bytes, dice) => Buffer.concat([bytes, dice.bytes(1 + dice.below(40))])),
  'row: bytes of another row': (setting, dice) => {
    const own = setting.rows.filter(({ partitionKey }) => partitionKey === setting.accounts[0])
    const row = dice.pick(own)
    const other = dice.pick(own.filter((one) => one !== row))
    return decode(setting, { ...row, properties: other.properties })
  },
  'row: moved to another account': (setting, dice) => {
    const row = dice.pick(setting.rows)
    const partitionKey = dice.pick(setting.accounts.filter((account) => account !== row.partitionKey))
    return decode(setting, { ...row, partitionKey })
  },
  'row: read as another kind': (setting, dice) => setting.rowsOf('acc_0').change.decode(dice.pick(setting.rows)),
  'row: of another environment': (setting, dice) => decode(setting, dice.pick(setting.foreign)),
  'row: plain property changed': (setting, dice) => {
    const row = dice.pick(setting.rows)
    const value = dice.pick([0, 2, -1, '1', true, dice.below(1000) + 3])
    return decode(setting, { ...row, properties: { ...row.properties, v: value } })
  },
  'row: sealed property dropped': (setting, dice) => {
    const row = dice.pick(setting.rows)
    const { b0: _, ...rest } = row.properties
    return decode(setting, { ...row, properties: rest })
  },
  'account key: bit flipped': changedKey((properties, dice) => {
    const name = dice.pick(['id', 'sealed'])
    return { ...properties, [name]: flip(bytesOf(properties, name), dice) }
  }),
  'account key: cut short': changedKey((properties, dice) => {
    const name = dice.pick(['id', 'sealed'])
    const bytes = bytesOf(properties, name)
    return { ...properties, [name]: bytes.slice(0, dice.below(bytes.length)) }
  }),
  'account key: property changed': changedKey((properties, dice) => ({
    ...properties,
    ...dice.pick<Properties>([{ madeAt: dice.below(1_000_000) }, { madeAt: 'x' }, { id: 'x' }, { sealed: 1 }]),
  })),
  'account key: of another account': changedKey((_, dice, { world, accounts }) => {
    const others = keyRows(world).filter(({ partitionKey }) => partitionKey !== accounts[0])
    return dice.pick(others).properties
  }),
  'account key: of another generation': changedKey((_, __, { world, accounts }) => {
    const [, newer] = keyRows(world).filter(({ partitionKey }) => partitionKey === accounts[0])
    return newer?.properties ?? {}
  }),
  'account key: of another environment': changedKey((_, dice, { foreignKeys }) => dice.pick(foreignKeys).properties),
  'key record: bit flipped': changedRecord((properties, dice) => {
    const name = dice.pick(['keyId', 'wrapped', 'sealed', 'signature'])
    return { ...properties, [name]: flip(bytesOf(properties, name), dice) }
  }),
  'key record: cut short': changedRecord((properties, dice) => {
    const name = dice.pick(['keyId', 'wrapped', 'sealed', 'signature'])
    const bytes = bytesOf(properties, name)
    return { ...properties, [name]: bytes.slice(0, dice.below(bytes.length)) }
  }),
  'key record: property changed': changedRecord((properties, dice) => ({
    ...properties,
    ...dice.pick<Properties>([
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
  'key record: of another environment': (setting) => readRecord(setting, (record) => record, 'elsewhere'),
  'key record: gone': (setting) => readRecord(setting, () => undefined),
}
