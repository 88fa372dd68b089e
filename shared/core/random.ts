import { randomBytes } from 'node:crypto'

/** The only source of chance: keys, codes, ids and jitter come from here, so that a seed can replay a run. */
export interface Random {
  /** `length` unpredictable bytes. */
  bytes(length: number): Uint8Array
}

/** Bytes. Ids of spans and jitter are as short as this, and no secret is. */
const SHORT = 8
const POOL = 128 * SHORT

/**
 * The operating system's generator. What is short is drawn many at a time, as the webhook draws one for each request and a
 * draw costs far more than its bytes; of a secret nothing lies about before it is asked for.
 */
function createSystemRandom(): Random {
  let pool = new Uint8Array()
  return {
    bytes(length) {
      if (length > SHORT) return randomBytes(length)
      if (pool.length < length) pool = new Uint8Array(randomBytes(POOL))
      const bytes = pool.slice(0, length)
      pool = pool.subarray(length)
      return bytes
    },
  }
}
export const systemRandom: Random = createSystemRandom()

/** A 256-bit secret as 43 base64url characters: codes, tokens, states and nonces. */
export const randomToken = (random: Random): string => Buffer.from(random.bytes(32)).toString('base64url')

/** A 128-bit id as 22 base64url characters: enough to be unique, not meant as a secret. */
export const randomId = (random: Random): string => Buffer.from(random.bytes(16)).toString('base64url')

/** A number in [0, 1) with 32 bits of randomness, for jitter. */
export const randomFraction = (random: Random): number => Buffer.from(random.bytes(4)).readUInt32BE() / 2 ** 32
