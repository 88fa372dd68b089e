import { describe, expect, test } from 'vitest'
import { seconds } from '../../../shared/core/time.ts'
import { sentencesAdded, sentencesOf } from '../../../shared/integrators/allowed.ts'
import { checkRegistration, type Integrator, siteOf } from '../../../shared/integrators/integrator.ts'
import { OAUTH_ERROR_CODES, oauthError } from '../../../shared/integrators/oauth-errors.ts'
import { createIsRegistered } from '../../../shared/integrators/registered.ts'
import {
  meaningsOf,
  parseScopes,
  SCOPES,
  type Scope,
  scopeMeaning,
  toldWith,
  UPSERTING_SCOPES,
} from '../../../shared/integrators/scopes.ts'
import { createStillClock } from '../../support/crypto.ts'
import { FLOWAGENT } from '../../support/oauth.ts'

describe('a registration', () => {
  const secret = 'x'.repeat(43)
  const GOOD = { ...FLOWAGENT, secrets: [secret] }

  test.each<[what: string, change: Partial<Integrator>]>([
    ['the longest client id', { clientId: 'A_z0.-'.padEnd(64, 'x') }],
    ['two secrets', { secrets: [secret, '!~'.repeat(128)] }],
    ['an address with a query', { redirectUris: ['https://x.example/a?b=c'] }],
  ])('with %s is accepted', (_, change) => {
    expect(() => checkRegistration({ ...GOOD, ...change }, false)).not.toThrow()
  })

  test.each<[what: string, change: Partial<Integrator>]>([
    ['no client id', { clientId: '' }],
    ['too long a client id', { clientId: 'x'.repeat(65) }],
    ['space in the client id', { clientId: 'a b' }],
    ['space after the client id', { clientId: 'a ' }],
    ['no name', { name: ' \t' }],
    ['no secret', { secrets: [] }],
    ['three secrets', { secrets: [secret, secret, secret] }],
    ['a short secret', { secrets: [secret, 'x'.repeat(42)] }],
    ['too long a secret', { secrets: ['x'.repeat(257)] }],
    ['a secret with space', { secrets: [`${secret} ${secret}`] }],
    ['a secret with an accent', { secrets: [`é${secret}`] }],
    ['no redirect URI', { redirectUris: [] }],
    ['a redirect URI that is none', { redirectUris: ['https://x.example', '/back'] }],
    ['plain http', { redirectUris: ['http://x.example'] }],
    ['plain http to this machine', { redirectUris: ['http://localhost:1'] }],
    ['another scheme', { redirectUris: ['app://x'] }],
    ['a fragment', { redirectUris: ['https://x.example/#'] }],
    ['a user', { redirectUris: ['https://u@x.example'] }],
    ['a password', { redirectUris: ['https://:p@x.example'] }],
    ['no scope', { scopes: [] }],
  ])('with %s is refused', (_, change) => {
    const refused = expect.objectContaining({ code: 'SETTINGS_INVALID' })
    expect(() => checkRegistration({ ...GOOD, ...change }, false)).toThrow(refused)
  })

  test('plain http will do to this machine where that is allowed, and nowhere else', () => {
    const check = (uri: string) => () => checkRegistration({ ...GOOD, redirectUris: [uri] }, true)
    for (const uri of ['http://localhost:1/a', 'http://127.0.0.1', 'http://[::1]/']) expect(check(uri)).not.toThrow()
    for (const uri of ['http://x.example', 'ftp://localhost', 'http://localhost.x.example'])
      expect(check(uri)).toThrow()
  })

  test('names the site of its first redirect URI', () => {
    const redirectUris = ['https://x.example:8443/a/b?c', 'https://y.example']
    expect(siteOf({ ...GOOD, redirectUris })).toBe('https://x.example:8443')
  })
})

describe('scopes', () => {
  const WHO = 'See your name, e-mail address and time zone'
  const CALENDARS = 'See the names of your calendars'

  test('are read from a list in its order, each once', () => {
    expect(parseScopes(' read_events  create_event read_events ')).toEqual(['read_events', 'create_event'])
    for (const list of ['', ' ', 'read_events nonsense', 'toString', 'READ_EVENTS'])
      expect(parseScopes(list), list).toBeUndefined()
  })

  test('are told in sentences, each once, and with what may be changed besides', () => {
    expect(meaningsOf(['read_events', 'read_only'])).toEqual(['See your events'])
    for (const scope of SCOPES) expect(scopeMeaning(scope).length).toBeGreaterThan(10)
    const before = { scopes: ['read_events'], unrestricted: false } as const
    const now = { scopes: ['read_only', 'create_calendar'], unrestricted: true } as const
    expect(sentencesOf(before)).toEqual([WHO, CALENDARS, 'See your events'])
    expect(sentencesAdded(before, now)).toEqual(['Create calendars', 'Change and delete events it did not create'])
    expect(sentencesAdded(now, before)).toEqual([])
  })

  test('are told with what comes with all of them: who the person is, and which calendars there are', () => {
    const told = (...scopes: readonly Scope[]) => sentencesOf({ scopes, unrestricted: false })
    for (const scope of SCOPES) expect(told(scope), scope).toContain(WHO)
    expect(told('free_busy')).not.toContain(CALENDARS)
    expect(told('event_reminders', 'create_event').slice(0, 2)).toEqual([WHO, CALENDARS])
    expect(told('read_account', 'list_calendars')).toEqual([WHO, CALENDARS])
    const invited = SCOPES.filter((scope) => told(scope).some((sentence) => sentence.includes('invite people')))
    expect(invited.sort()).toEqual([...UPSERTING_SCOPES].sort())
  })

  test('of changes are enough to be told of the own events only', () => {
    expect(toldWith(false)).toContain('read_events')
    expect(toldWith(false)).not.toContain('create_event')
    expect(toldWith(true)).toEqual([
      ...toldWith(false),
      ...['create_event', 'delete_event', 'read_write', 'write_only', 'free_busy_write'],
    ])
  })
})

test('every OAuth error is told with a sentence, and one that nobody knows is a bad request', () => {
  for (const error of OAUTH_ERROR_CODES) {
    expect(oauthError(error).error).toBe(error)
    expect(oauthError(error).error_description).toMatch(/^[A-Z].*\.$/)
  }
  for (const error of ['toString', 'nonsense', '']) expect(oauthError(error)).toEqual(oauthError('invalid_request'))
})

test('whether an integrator is registered is looked up once a minute, and once for all who ask at once', async () => {
  const clock = createStillClock()
  let isThere = true
  let asked = 0
  const find = async () => {
    asked += 1
    return isThere ? FLOWAGENT : undefined
  }
  const isRegistered = createIsRegistered({ find }, clock)
  expect(await Promise.all([isRegistered('a'), isRegistered('a')])).toEqual([true, true])
  clock.advance(seconds(59.999))
  isThere = false
  expect([await isRegistered('a'), asked]).toEqual([true, 1])
  clock.advance(seconds(0.001))
  expect([await isRegistered('a'), asked]).toEqual([false, 2])
  expect([await isRegistered('a'), asked]).toEqual([false, 3])
  isThere = true
  expect([await isRegistered('a'), asked]).toEqual([true, 4])
})
