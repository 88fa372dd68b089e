import { createBlindIndex as realIndex } from '../../../shared/crypto/blind-index.ts'
import type { BlindIndex } from '../../../shared/crypto/ports.ts'
import { crypto } from './crypto.ts'

interface Known {
  readonly root: Uint8Array
  readonly index: BlindIndex
  readonly tokens: Map<string, string>
}

/** Of the root secret that was used last, which is that of the world that runs now. */
let known: Known | undefined

/** The real names, each made once in a world: all instances and the checker ask for the same few again and again. */
export const createBlindIndex: typeof realIndex = (rootSecret) => {
  if (crypto.isReal) return realIndex(rootSecret)
  if (known === undefined || !Buffer.from(known.root).equals(rootSecret))
    known = { root: Uint8Array.from(rootSecret), index: realIndex(rootSecret), tokens: new Map() }
  const { index, tokens } = known
  return {
    mac: index.mac,
    token(purpose, ...parts) {
      const name = [purpose, ...parts].map((part) => `${part.length} ${part}`).join()
      const token = tokens.get(name) ?? index.token(purpose, ...parts)
      tokens.set(name, token)
      return token
    },
  }
}
