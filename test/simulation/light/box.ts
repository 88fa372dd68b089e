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
  const at = HEAD.length + key.id.length + MESSAGE_ID_BYTES
  const isOurs = isAt(boxKeyId(box), key.id, 0) && isAt(box, markOf(key.secret, context), at)
  if (!isOurs) throw new SyncError('ROW_CORRUPT', 'a light box of another key or place')
  return Buffer.from(box.subarray(at + MARK_BYTES, box.length - TAG.length))
}

function isAt(bytes: Uint8Array, expected: Uint8Array, from: number): boolean {
  for (let at = 0; at < expected.length; at++) if (bytes[from + at] !== expected[at]) return false
  return true
}

/** Tells keys and contexts apart. */
function markOf(secret: Uint8Array, context: Uint8Array): Buffer {
  let [one, other] = [0x811c9dc5, 0x01000193]
  for (let at = 0; at < context.length; at++) {
    const byte = context[at] ?? 0
    one = Math.imul(one ^ byte, 0x01000193)
    other = Math.imul(other + byte, 0x85ebca6b) ^ (other >>> 13)
  }
  const mark = Buffer.allocUnsafe(MARK_BYTES)
  mark.set(secret.subarray(0, MARK_BYTES - 8))
  mark.writeInt32LE(one, MARK_BYTES - 8)
  mark.writeInt32LE(other, MARK_BYTES - 4)
  return mark
}
