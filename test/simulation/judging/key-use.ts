import type { MemoryTables } from '../../support/memory-tables.ts'

/** Where a sealed row says which key has sealed it: behind version and suite. @see ../../shared/crypto/envelope.ts */
const KEY_ID = [3, 19] as const

/** Accounts whose rows are sealed with one key (I6). */
export function sharedKeys(tables: MemoryTables): readonly string[] {
  const owners = new Map<string, string>()
  const shared = tables.rows('accounts').filter(({ partitionKey, properties: { b0 } }) => {
    if (!(b0 instanceof Uint8Array)) return false
    const keyId = Buffer.from(b0.subarray(...KEY_ID)).toString('hex')
    const owner = owners.get(keyId) ?? partitionKey
    owners.set(keyId, owner)
    return owner !== partitionKey
  })
  return shared.slice(0, 1).map(({ rowKey }) => `I6: a row is sealed with the key of another account: ${rowKey}`)
}
