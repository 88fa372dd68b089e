const LENGTH_BYTES = 4

/**
 * The parts as bytes that no other list of parts gives: each part behind its length (4 bytes, big-endian). Text is
 * UTF-8, a number its decimal digits. Everything that is authenticated here is written down this way.
 */
export function canonical(...parts: readonly (string | number | Uint8Array)[]): Uint8Array {
  const texts = parts.map((part) => (part instanceof Uint8Array ? part : String(part)))
  const lengths = texts.map((text) => Buffer.byteLength(text))
  const all = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + LENGTH_BYTES + length, 0))
  let at = 0
  for (const [index, text] of texts.entries()) {
    at = all.writeUInt32BE(lengths[index] ?? 0, at)
    at += typeof text === 'string' ? all.write(text, at) : copyInto(all, text, at)
  }
  return all
}

function copyInto(all: Buffer, bytes: Uint8Array, at: number): number {
  all.set(bytes, at)
  return bytes.length
}
