import { SyncError } from '../../../shared/core/errors.ts'
import { boxKeyId, MESSAGE_ID_BYTES, openBox as realOpen, sealBox as realSeal } from '../../../shared/crypto/box.ts'
import { crypto } from './crypto.ts'

export * from '../../../shared/crypto/box.ts'

/** Version and suite, as in a real box. */
const HEAD = Buffer.from([1, 0x00, 0x01])
const MARK_BYTES = 32
const TAG = Buffer.alloc(16)

/** A box of the same layout and length that opens with the same key and context only, and hides nothing. */
export const sealBox: typeof realSeal = (key, messageId, context, plaintext) =>
  crypto.isReal
    ? realSeal(key, messageId, context, plaintext)
    : Buffer.concat([HEAD, key.id, messageId, markOf(key.secret, context), plaintext, TAG])

export const openBox: typeof realOpen = (key, context, box) => {
  if (crypto.isReal) return realOpen(key, context, box)
  const mark = markOf(key.secret, context)
  const at = HEAD.length + key.id.length + MESSAGE_ID_BYTES
  const isOurs = Buffer.from(key.id).equals(boxKeyId(box)) && mark.equals(box.subarray(at, at + MARK_BYTES))
  if (!isOurs) throw new SyncError('ROW_CORRUPT', 'a light box of another key or place')
  return Buffer.from(box.subarray(at + MARK_BYTES, box.length - TAG.length))
}

/** Tells keys and contexts apart. */
function markOf(secret: Uint8Array, context: Uint8Array): Buffer {
  let [one, other] = [0x811c9dc5, 0x01000193]
  for (const byte of context) {
    one = Math.imul(one ^ byte, 0x01000193)
    other = Math.imul(other + byte, 0x85ebca6b) ^ (other >>> 13)
  }
  const mark = Buffer.alloc(MARK_BYTES)
  mark.set(secret.subarray(0, MARK_BYTES - 8))
  mark.writeInt32LE(one, MARK_BYTES - 8)
  mark.writeInt32LE(other, MARK_BYTES - 4)
  return mark
}
