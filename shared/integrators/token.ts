import type { BlindIndex } from '../crypto/ports.ts'
import type { GrantRef } from './grant.ts'

/** The fixed beginnings let secret scanners find a token that was published by mistake. */
const PREFIXES = { code: 'fas_ac_', access: 'fas_at_', refresh: 'fas_rt_' } as const

export type TokenKind = keyof typeof PREFIXES

/** A code or token taken apart: which grant to read, and the 256-bit secret that must match it. */
export interface Token {
  readonly ref: GrantRef
  readonly secret: string
}

/** `fas_at_<grant, 44 characters>.<secret, 43 characters>`: the grant's place is inside, so that checking is one read. */
export const formatToken = (kind: TokenKind, { ref, secret }: Token): string =>
  `${PREFIXES[kind]}${ref.account}${ref.id}.${secret}`

/** @returns undefined when the text is not a token of this kind. */
export function parseToken(kind: TokenKind, text: string): Token | undefined {
  if (!text.startsWith(PREFIXES[kind])) return undefined
  const [, account, id, secret] = /^([\w-]{22})([\w-]{22})\.([\w-]{43})$/.exec(text.slice(PREFIXES[kind].length)) ?? []
  return account && id && secret ? { ref: { account, id }, secret } : undefined
}

export interface TokenSecrets {
  /** What is stored in place of a secret. */
  hash(kind: TokenKind, token: Token): string
  /**
   * The secret of the token that follows the refresh token with this hash. It depends on nothing else, so an integrator
   * that lost our answer and asks again gets the same tokens, and we store neither them nor the old one.
   */
  successor(kind: 'access' | 'refresh', ref: GrantRef, hash: string): string
}

export function createTokenSecrets(blind: BlindIndex): TokenSecrets {
  const mac = (use: string, kind: TokenKind, { account, id }: GrantRef, about: string) =>
    Buffer.from(blind.mac('token', use, kind, account, id, about)).toString('base64url')
  return {
    hash: (kind, { ref, secret }) => mac('hash', kind, ref, secret),
    successor: (kind, ref, hash) => mac('successor', kind, ref, hash),
  }
}
