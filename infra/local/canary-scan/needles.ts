import { encodingsOf } from './encodings.ts'

/** A secret by name, in one of its encodings. */
export interface Needle {
  readonly secret: string
  readonly encoding: string
  readonly bytes: Buffer
}

/** Many byte strings to be searched for at once. */
export interface Needles {
  /** Of the longest one: as much of a stream must be kept for the next piece, but one byte. */
  readonly longest: number
  /** Every needle that stands somewhere in the bytes, once. */
  within(bytes: Uint8Array): ReadonlySet<Needle>
}

/** How many bytes at a needle's beginning say which needles it may be. */
const HEAD = 4
/** Bits of the table that most positions of a text are passed over with. */
const TABLE_BITS = 20

/**
 * All encodings of all secrets, found in one pass over the bytes: the four bytes at each position are looked up in a bit
 * table, and only what is in it is compared. A few secrets cost as much as ten thousand.
 * @throws Error when a secret is too short to be told from chance.
 */
export function createNeedles(secrets: ReadonlyMap<string, string>): Needles {
  const byHead = new Map<number, Needle[]>()
  const table = new Uint8Array(2 ** TABLE_BITS)
  let longest = 0
  for (const [secret, text] of secrets)
    for (const [encoding, bytes] of encodingsOf(text)) {
      if (bytes.length < HEAD) continue
      const head = bytes.readUInt32BE(0)
      const alike = byHead.get(head) ?? []
      alike.push({ secret, encoding, bytes })
      byHead.set(head, alike)
      table[slotOf(head)] = 1
      longest = Math.max(longest, bytes.length)
    }

  return {
    longest,
    within(text) {
      const bytes = Buffer.from(text.buffer, text.byteOffset, text.byteLength)
      const found = new Set<Needle>()
      let head = 0
      for (let end = 0; end < bytes.length; end++) {
        head = ((head << 8) | (bytes[end] ?? 0)) >>> 0
        if (table[slotOf(head)] === 0 || end < HEAD - 1) continue
        const start = end - HEAD + 1
        for (const needle of byHead.get(head) ?? []) if (standsAt(bytes, start, needle.bytes)) found.add(needle)
      }
      return found
    },
  }
}

const slotOf = (head: number): number => Math.imul(head, 0x9e3779b1) >>> (32 - TABLE_BITS)

const standsAt = (bytes: Buffer, at: number, needle: Buffer): boolean =>
  at + needle.length <= bytes.length && bytes.compare(needle, 0, needle.length, at, at + needle.length) === 0
