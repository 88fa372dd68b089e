import { systemRandom } from '../../shared/core/random.ts'
import { createKeyWorld } from '../support/crypto.ts'

/** Where the random message id of a sealed row stands, from which its key and nonce are derived. */
const MESSAGE_ID = { from: 19, to: 51 }

/** Seals so many rows of one account at one place. @returns how many different message ids there were. */
export async function differentMessageIds(rows: number): Promise<number> {
  const ring = createKeyWorld().instance()
  await ring.envelope.ensureAccountKey('account-1')
  const address = { table: 'accounts', partitionKey: 'account-1', rowKey: 'head' } as const
  const ids = new Set<string>()
  for (let row = 0; row < rows; row++) {
    const sealed = await ring.envelope.seal(
      { kind: 'account', account: 'account-1' },
      address,
      1,
      systemRandom.bytes(24),
    )
    ids.add(Buffer.from(sealed.subarray(MESSAGE_ID.from, MESSAGE_ID.to)).toString('latin1'))
  }
  return ids.size
}
