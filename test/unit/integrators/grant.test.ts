import { describe, expect, test } from 'vitest'
import { days, type EpochMs, earlier, epochMs, later, minutes, seconds } from '../../../shared/core/time.ts'
import { createBlindIndex } from '../../../shared/crypto/blind-index.ts'
import {
  type Grant,
  grantedAt,
  isOver,
  issueTokens,
  judgeRefresh,
  mayChangeAllIn,
  useCode,
} from '../../../shared/integrators/grant.ts'
import { createTokenSecrets, formatToken, parseToken } from '../../../shared/integrators/token.ts'

const NOW = epochMs(Date.parse('2026-11-20T12:00:00Z'))
const GRANT: Grant = {
  ref: { account: 'a'.repeat(22), id: 'i'.repeat(22) },
  ...{ clientId: 'flowagent', accountId: 'acc_1', profile: {} as never, scopes: ['read_events'] },
  ...{ unrestricted: false, unrestrictedIn: [], endsAt: later(NOW, days(10)) },
  code: { hash: 'code', expiresAt: later(NOW, seconds(60)), redirectUri: 'https://x.example' },
  access: [],
}
const refreshed = (more: Partial<NonNullable<Grant['refresh']>> = {}): Grant => ({
  ...GRANT,
  refresh: { hash: 'now', idleUntil: later(NOW, days(1)), ...more },
})
const justAfter = (at: EpochMs): EpochMs => epochMs(at + 1)

describe('a grant', () => {
  test('was given 180 days before it ends', () => {
    expect(grantedAt(GRANT)).toBe(earlier(NOW, days(170)))
  })

  test('issues tokens for an hour, or until it ends itself', () => {
    const issued = issueTokens(GRANT, { access: 'a1', refresh: 'r1' }, NOW)
    expect(issued.access).toEqual([{ hash: 'a1', expiresAt: later(NOW, minutes(60)) }])
    expect(issued.refresh).toEqual({ hash: 'r1', idleUntil: later(NOW, days(30)) })
    expect(issued.code.redeemedAt).toBe(NOW)
    const late = later(NOW, minutes(10))
    const short = issueTokens({ ...issued, endsAt: later(NOW, minutes(20)) }, { access: 'a2', refresh: 'r2' }, late)
    expect(short.access.map(({ expiresAt }) => expiresAt)).toEqual([later(NOW, minutes(20)), later(NOW, minutes(60))])
    expect(short.refresh?.previous).toEqual({ hash: 'r1', replacedAt: late })
    expect(short.code.redeemedAt).toBe(NOW)
  })

  test('keeps the access tokens that are good, twenty at most', () => {
    const access = [NOW, justAfter(NOW), later(NOW, minutes(5))].map((expiresAt, at) => ({
      hash: `old${at}`,
      expiresAt,
    }))
    const one = issueTokens({ ...GRANT, access }, { access: 'new', refresh: 'r' }, NOW)
    expect(one.access.map(({ hash }) => hash)).toEqual(['new', 'old1', 'old2'])
    const many = Array.from({ length: 25 }, (_, at) => ({ hash: `old${at}`, expiresAt: later(NOW, minutes(5)) }))
    const last = issueTokens({ ...GRANT, access: many }, { access: 'new', refresh: 'r' }, NOW).access
    expect([last.length, last[0]?.hash, last.at(-1)?.hash]).toEqual([20, 'new', 'old18'])
  })

  test('is over when it ends, when nobody redeemed its code, and when its refresh token was idle for too long', () => {
    const { expiresAt } = GRANT.code
    expect([isOver(GRANT, epochMs(expiresAt - 1)), isOver(GRANT, expiresAt)]).toEqual([false, true])
    const idle = refreshed().refresh?.idleUntil ?? NOW
    expect([isOver(refreshed(), epochMs(idle - 1)), isOver(refreshed(), idle)]).toEqual([false, true])
    expect(isOver(refreshed(), expiresAt)).toBe(false)
    const short = { ...refreshed(), endsAt: later(NOW, minutes(2)) }
    expect([isOver(short, epochMs(short.endsAt - 1)), isOver(short, short.endsAt)]).toEqual([false, true])
    expect(isOver({ ...GRANT, endsAt: NOW }, NOW)).toBe(true)
  })

  test('marks a code as used and lets everything else be', () => {
    expect(useCode(GRANT, NOW)).toEqual({ ...GRANT, code: { ...GRANT.code, usedAt: NOW } })
  })

  test('may change all events everywhere, or in the calendars that were named', () => {
    expect(mayChangeAllIn({ ...GRANT, unrestricted: true }, 'c')).toBe(true)
    expect(mayChangeAllIn({ ...GRANT, unrestrictedIn: ['c'] }, 'c')).toBe(true)
    expect(mayChangeAllIn({ ...GRANT, unrestrictedIn: ['d'] }, 'c')).toBe(false)
  })

  const replacedAt = earlier(NOW, seconds(5))
  const previous = { hash: 'before', replacedAt }
  test.each<[what: string, grant: Grant, presented: string, at: EpochMs, use: string]>([
    ['the live one', refreshed(), 'now', NOW, 'current'],
    ['one where none was issued', GRANT, 'now', NOW, 'ended'],
    ['the live one of a grant that ends', { ...refreshed(), endsAt: NOW }, 'now', NOW, 'ended'],
    ['the live one of a grant that ends just after', { ...refreshed(), endsAt: justAfter(NOW) }, 'now', NOW, 'current'],
    ['one that was idle for too long', refreshed({ idleUntil: NOW }), 'now', NOW, 'ended'],
    ['one that was idle for nearly too long', refreshed({ idleUntil: justAfter(NOW) }), 'now', NOW, 'current'],
    ['one before it, at once', refreshed({ previous }), 'before', NOW, 'repeated'],
    ['one before it, in the last moment', refreshed({ previous }), 'before', epochMs(replacedAt + 9_999), 'repeated'],
    ['one before it, too late', refreshed({ previous }), 'before', later(replacedAt, seconds(10)), 'reused'],
    ['another one, with one before it', refreshed({ previous }), 'other', NOW, 'reused'],
    ['another one, with none before it', refreshed(), 'other', NOW, 'reused'],
  ])('presented with a refresh token, %s, finds what that means', (_, grant, presented, at, use) => {
    expect(judgeRefresh(grant, presented, at, (a, b) => a === b)).toBe(use)
  })
})

describe('a token', () => {
  const token = { ref: { account: 'a'.repeat(22), id: '-_'.repeat(11) }, secret: 's'.repeat(43) }

  test.each([
    ['code', 'fas_ac_'],
    ['access', 'fas_at_'],
    ['refresh', 'fas_rt_'],
  ] as const)('of the kind %s begins with %s and is read back as no other kind', (kind, prefix) => {
    const text = formatToken(kind, token)
    expect(text).toBe(`${prefix}${token.ref.account}${token.ref.id}.${token.secret}`)
    const read = (['code', 'access', 'refresh'] as const).map((other) => parseToken(other, text))
    expect(read.filter((one) => one !== undefined)).toEqual([token])
    expect(parseToken(kind, text)).toEqual(token)
  })

  test.each([
    ['nothing', ''],
    ['its prefix only', 'fas_at_'],
    ['more behind it', `${formatToken('access', token)}x`],
    ['more between', `fas_at_x${formatToken('access', token).slice(7)}`],
    ['no prefix', formatToken('access', token).slice(7)],
    ['another separator', formatToken('access', token).replace('.', '-')],
    ['another alphabet', formatToken('access', token).replace('s.', '+.').replace('.s', '.+')],
  ])('with %s is none', (_, text) => {
    expect(parseToken('access', text)).toBeUndefined()
  })

  test('is stored, and followed, under names that may never change', () => {
    const blind = createBlindIndex(Buffer.alloc(32, 3))
    const secrets = createTokenSecrets(blind)
    const { account, id } = token.ref
    const mac = (use: string, kind: string, about: string) =>
      Buffer.from(blind.mac('token', use, kind, account, id, about)).toString('base64url')
    for (const kind of ['access', 'refresh'] as const) {
      expect(secrets.hash(kind, token)).toBe(mac('hash', kind, token.secret))
      expect(secrets.successor(kind, token.ref, 'a hash')).toBe(mac('successor', kind, 'a hash'))
    }
  })
})
