import { createCipheriv, createDecipheriv, hkdfSync, timingSafeEqual } from 'node:crypto'
import { SyncError } from '../core/errors.ts'
import { canonical } from './canonical.ts'

/** A symmetric key of the ring. `id` is public and names the key in everything it sealed. */
export interface SecretKey {
  /** `KEY_ID_BYTES` bytes. */
  readonly id: Uint8Array
  /** `SECRET_BYTES` bytes. */
  readonly secret: Uint8Array
}

export const KEY_ID_BYTES = 16
export const SECRET_BYTES = 32
export const MESSAGE_ID_BYTES = 32

const VERSION = 1
/** AES-256-GCM, HKDF-SHA-512, key commitment. */
const SUITE = Buffer.from([0x00, 0x01])
const COMMITMENT_BYTES = 32
const TAG_BYTES = 16
const KEY_ID_AT = 1 + SUITE.length
const MESSAGE_ID_AT = KEY_ID_AT + KEY_ID_BYTES
const COMMITMENT_AT = MESSAGE_ID_AT + MESSAGE_ID_BYTES
const BODY_AT = COMMITMENT_AT + COMMITMENT_BYTES

/** What sealing adds to the plaintext, in bytes. */
export const BOX_OVERHEAD = BODY_AT + TAG_BYTES

/** Every key encrypts exactly one message (it is derived from the message's id), so the nonce may be constant. */
const NONCE = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1])

/**
 * Encrypts under a key derived for this message alone. `context` is authenticated and not stored: opening needs the same.
 * @param messageId `MESSAGE_ID_BYTES` random bytes, never used before under this key
 */
export function sealBox(key: SecretKey, messageId: Uint8Array, context: Uint8Array, plaintext: Uint8Array): Uint8Array {
  const head = Buffer.concat([Buffer.from([VERSION]), SUITE, key.id, messageId])
  const { rowKey, commitment } = deriveKeys(key, messageId)
  const cipher = createCipheriv('aes-256-gcm', rowKey, NONCE)
  cipher.setAAD(canonical(head, context))
  const body = Buffer.concat([cipher.update(plaintext), cipher.final()])
  rowKey.fill(0)
  return Buffer.concat([head, commitment, body, cipher.getAuthTag()])
}

/** @throws SyncError `ROW_CORRUPT` when the box, the context or the key is not the one of sealing. */
export function openBox(key: SecretKey, context: Uint8Array, box: Uint8Array): Uint8Array {
  const head = Buffer.from(box.subarray(0, COMMITMENT_AT))
  if (!timingSafeEqual(boxKeyId(box), key.id)) throw corrupt('sealed under another key')
  const { rowKey, commitment } = deriveKeys(key, head.subarray(MESSAGE_ID_AT))
  // Without the commitment a box could be made that opens, differently, under two keys.
  if (!timingSafeEqual(commitment, box.subarray(COMMITMENT_AT, BODY_AT))) throw corrupt('commitment does not match')
  const decipher = createDecipheriv('aes-256-gcm', rowKey, NONCE, { authTagLength: TAG_BYTES })
  decipher.setAAD(canonical(head, context))
  decipher.setAuthTag(box.subarray(box.length - TAG_BYTES))
  try {
    return Buffer.concat([decipher.update(box.subarray(BODY_AT, box.length - TAG_BYTES)), decipher.final()])
  } catch (cause) {
    throw corrupt('authentication failed', cause)
  } finally {
    rowKey.fill(0)
  }
}

/** The id of the key that sealed the box, not authenticated yet. @throws SyncError `ROW_CORRUPT` when it is no box. */
export function boxKeyId(box: Uint8Array): Uint8Array {
  if (box.length < BOX_OVERHEAD) throw corrupt('too short')
  if (box[0] !== VERSION || !SUITE.equals(box.subarray(1, KEY_ID_AT))) throw corrupt('unknown version or suite')
  return box.subarray(KEY_ID_AT, MESSAGE_ID_AT)
}

/** The labels are those of the AWS Encryption SDK's committing suites: one key to encrypt, one value to commit to it. */
function deriveKeys({ secret }: SecretKey, messageId: Uint8Array): { rowKey: Buffer; commitment: Buffer } {
  const derive = (label: string) =>
    Buffer.from(hkdfSync('sha512', secret, messageId, Buffer.concat([SUITE, Buffer.from(label)]), 32))
  return { rowKey: derive('DERIVEKEY'), commitment: derive('COMMITKEY') }
}

const corrupt = (problem: string, cause?: unknown) =>
  new SyncError('ROW_CORRUPT', `sealed bytes do not open: ${problem}`, { cause })
