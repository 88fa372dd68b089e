import { createNeedles } from '../../infra/local/canary-scan/needles.ts'
import type { Finding } from '../../infra/local/canary-scan/scan.ts'

/**
 * Searches places for secrets, as they are and in every encoding in which they could hide: base64 at each of its three
 * alignments, hexadecimal, UTF-16 in both byte orders, percent-encoded and as escaped JSON.
 */
export function findSecrets(
  places: ReadonlyMap<string, Uint8Array>,
  secrets: ReadonlyMap<string, string>,
): readonly Finding[] {
  const needles = createNeedles(secrets)
  return [...places].flatMap(([place, bytes]) =>
    [...needles.within(bytes)].map(({ secret, encoding }) => ({ place, secret, encoding })),
  )
}
