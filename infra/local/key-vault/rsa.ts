import {
  constants,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
  privateDecrypt,
  privateEncrypt,
  publicDecrypt,
  publicEncrypt,
} from 'node:crypto'
import { promisify } from 'node:util'
import { badParameter } from './errors.ts'
import { encodePss, matchesPss } from './pss.ts'

const DIGEST_BYTES = 32
const OAEP_256 = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' }
const NO_PADDING = constants.RSA_NO_PADDING

/** A fresh RSA private key of 3072 bits, the size that every key of the service has. */
export async function generateRsaKey(): Promise<KeyObject> {
  const pair = await promisify(generateKeyPair)('rsa', { modulusLength: 3072 })
  return pair.privateKey
}

/** The public half in the form of RFC 7517. */
export const publicJwk = (key: KeyObject) => createPublicKey(key).export({ format: 'jwk' })

/** RSA-OAEP-256. @throws VaultRefusal `BadParameter` when the value is too long for the key. */
export function wrap(key: KeyObject, value: Uint8Array): Uint8Array {
  return refuseAsBadParameter(() => publicEncrypt({ key: createPublicKey(key), ...OAEP_256 }, value))
}

/** @throws VaultRefusal `BadParameter` when the value was not wrapped with this key. */
export function unwrap(key: KeyObject, value: Uint8Array): Uint8Array {
  return refuseAsBadParameter(() => privateDecrypt({ key, ...OAEP_256 }, value))
}

/** PS256 over a SHA-256 digest with the given 32 bytes of salt. */
export function sign(key: KeyObject, digest: Uint8Array, salt: Uint8Array): Uint8Array {
  checkDigest(digest)
  const modulusBytes = (key.asymmetricKeyDetails?.modulusLength ?? 0) / 8
  return privateEncrypt({ key, padding: NO_PADDING }, encodePss(digest, salt, modulusBytes))
}

export function verify(key: KeyObject, digest: Uint8Array, signature: Uint8Array): boolean {
  checkDigest(digest)
  const encoded = refuseAsBadParameter(() =>
    publicDecrypt({ key: createPublicKey(key), padding: NO_PADDING }, signature),
  )
  return matchesPss(digest, encoded)
}

function checkDigest(digest: Uint8Array): void {
  if (digest.length !== DIGEST_BYTES) throw badParameter('The digest must be 32 bytes for PS256.')
}

function refuseAsBadParameter<T>(calculate: () => T): T {
  try {
    return calculate()
  } catch {
    // OpenSSL's reasons tell an attacker about the padding; the real service keeps them to itself as well.
    throw badParameter('The value does not fit the key or the algorithm.')
  }
}
