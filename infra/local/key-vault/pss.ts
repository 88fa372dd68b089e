import { createHash } from 'node:crypto'

const HASH_BYTES = 32
const TRAILER = 0xbc

const sha256 = (...parts: Uint8Array[]): Buffer => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

/** MGF1 with SHA-256. @see RFC 8017 appendix B.2.1 */
function mask(seed: Uint8Array, length: number): Buffer {
  const blocks: Buffer[] = []
  for (let counter = 0; blocks.length * HASH_BYTES < length; counter++) {
    const suffix = Buffer.alloc(4)
    suffix.writeUInt32BE(counter)
    blocks.push(sha256(seed, suffix))
  }
  return Buffer.concat(blocks).subarray(0, length)
}

const xor = (left: Uint8Array, right: Uint8Array): Buffer =>
  Buffer.from(left.map((byte, index) => byte ^ (right[index] ?? 0)))

/**
 * The encoded message for a digest that is already computed, as long as the RSA modulus (a multiple of 8 bits). Node
 * hashes the message by itself and offers no entry for a digest, which is what Key Vault is given. The salt is as
 * long as the hash. @see RFC 8017 section 9.1.1, RFC 7518 section 3.5
 */
export function encodePss(digest: Uint8Array, salt: Uint8Array, modulusBytes: number): Buffer {
  const hash = sha256(Buffer.alloc(8), digest, salt)
  const dataLength = modulusBytes - HASH_BYTES - 1
  const data = Buffer.concat([Buffer.alloc(dataLength - salt.length - 1), Buffer.of(1), salt])
  const masked = xor(data, mask(hash, dataLength))
  masked.writeUInt8(masked.readUInt8(0) & 0x7f, 0)
  return Buffer.concat([masked, hash, Buffer.of(TRAILER)])
}

/** Whether the encoded message belongs to the digest. @see RFC 8017 section 9.1.2 */
export function matchesPss(digest: Uint8Array, encoded: Uint8Array): boolean {
  const dataLength = encoded.length - HASH_BYTES - 1
  const hash = encoded.subarray(dataLength, -1)
  const data = xor(encoded.subarray(0, dataLength), mask(hash, dataLength))
  const salt = data.subarray(-HASH_BYTES)
  return encodePss(digest, salt, encoded.length).equals(encoded)
}
