/**
 * The parts as bytes that no other list of parts gives: each part behind its length (4 bytes, big-endian). Text is
 * UTF-8, a number its decimal digits. Everything that is authenticated here is written down this way.
 */
export function canonical(...parts: readonly (string | number | Uint8Array)[]): Uint8Array {
  return Buffer.concat(
    parts.flatMap((part) => {
      const bytes = part instanceof Uint8Array ? part : Buffer.from(String(part))
      const length = Buffer.alloc(4)
      length.writeUInt32BE(bytes.length)
      return [length, bytes]
    }),
  )
}
