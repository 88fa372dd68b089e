import { describe, expect, test } from 'vitest'
import {
  type AuthorizationRequest,
  judgeRequest,
  returnUrl,
  withoutScopes,
} from '../../../shared/integrators/authorization-request.ts'
import type { Integrator } from '../../../shared/integrators/integrator.ts'
import type { Integrators } from '../../../shared/integrators/integrators.ts'
import { oauthError } from '../../../shared/integrators/oauth-errors.ts'
import { CHALLENGE, FLOWAGENT } from '../../support/oauth.ts'

describe('an authorization request', () => {
  const ASKED = {
    ...{ response_type: 'code', client_id: 'flowagent', redirect_uri: FLOWAGENT.redirectUris[0] ?? '' },
    ...{ scope: 'read_events create_event', state: 'xyz', code_challenge: CHALLENGE, code_challenge_method: 'S256' },
  }
  const judge = (change: Record<string, string | undefined>, integrator: Partial<Integrator> = {}) => {
    const asked = Object.entries({ ...ASKED, ...change }).flatMap(([name, value]): [string, string][] =>
      value === undefined ? [] : [[name, value]],
    )
    const find = async (clientId: string) => (clientId === 'flowagent' ? { ...FLOWAGENT, ...integrator } : undefined)
    return judgeRequest({ find } as unknown as Integrators, new Map(asked))
  }
  const back = { redirectUri: ASKED.redirect_uri, state: 'xyz' }

  test('that is right is told as it was asked', async () => {
    const request: AuthorizationRequest = {
      ...{ clientId: 'flowagent', redirectUri: ASKED.redirect_uri, scopes: ['read_events', 'create_event'] },
      ...{ unrestricted: false, state: 'xyz', challenge: CHALLENGE },
    }
    expect(await judge({})).toEqual({ integrator: FLOWAGENT, request })
    expect(await judge({ state: undefined })).toMatchObject({ request: { ...request, state: undefined } })
    expect(await judge({ state: '' })).toMatchObject({ request: { ...request, state: undefined } })
    expect(await judge({ state: ' ~'.repeat(1024) })).toMatchObject({ request: { state: ' ~'.repeat(1024) } })
    expect(withoutScopes('c', 'r')).toEqual({ clientId: 'c', redirectUri: 'r', scopes: [], unrestricted: false })
  })

  test.each<[what: string, change: Record<string, string | undefined>, error: string]>([
    ['no response type', { response_type: undefined }, 'invalid_request'],
    ['another response type', { response_type: 'token' }, 'unsupported_response_type'],
    ['no challenge', { code_challenge: undefined, code_challenge_method: undefined }, 'invalid_request'],
    ['no method', { code_challenge_method: undefined }, 'invalid_request'],
    ['a plain challenge', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['no scope', { scope: undefined }, 'invalid_scope'],
    ['a scope that is not its own', { scope: 'read_events create_calendar' }, 'invalid_scope'],
    ['an unknown scope', { scope: 'nonsense' }, 'invalid_scope'],
  ])('with %s is sent back', async (_, change, error) => {
    expect(await judge(change)).toEqual({ integrator: FLOWAGENT, error, back })
  })

  test.each(['\n', 'a\nb', 'å', 'x'.repeat(2049), 'xyz\u007f', '\u0000xyz'])(
    'with the state %j is sent back without it',
    async (state) => {
      const told = { integrator: FLOWAGENT, error: 'invalid_request', back: { redirectUri: back.redirectUri } }
      expect(await judge({ state })).toEqual(told)
    },
  )

  test('of nobody, or to another address, is not sent back', async () => {
    for (const client_id of [undefined, 'other'])
      await expect(judge({ client_id })).rejects.toMatchObject({ code: 'INTEGRATOR_UNKNOWN' })
    for (const redirect_uri of [undefined, `${ASKED.redirect_uri}/`, 'https://evil.example'])
      await expect(judge({ redirect_uri })).rejects.toMatchObject({ code: 'REDIRECT_URI_UNKNOWN' })
  })

  test('may leave out the challenge, and its method, where that is registered', async () => {
    const optional = { pkce: 'optional' } as const
    const without = { code_challenge: undefined, code_challenge_method: undefined }
    expect(await judge(without, optional)).toMatchObject({ request: { challenge: undefined } })
    expect(await judge({ code_challenge: undefined }, optional)).toMatchObject({ error: 'invalid_request' })
  })

  test('asks for all events where that is registered and it asks to change some', async () => {
    const unrestricted = { permission: 'unrestricted' } as const
    expect(await judge({}, unrestricted)).toMatchObject({ request: { unrestricted: true } })
    expect(await judge({ scope: 'read_events' }, unrestricted)).toMatchObject({ request: { unrestricted: false } })
  })

  test('is answered at its address, with who answers, and with its state where it had one', () => {
    const fields = (url: string) => Object.fromEntries(new URL(url).searchParams)
    const redirectUri = 'https://x.example/back?tab=1'
    const issuer = 'https://sync.example'
    expect(fields(returnUrl({ redirectUri, state: 's' }, issuer, { code: 'c' }))).toEqual({
      ...{ tab: '1', code: 'c', state: 's', iss: issuer },
    })
    expect(fields(returnUrl({ redirectUri }, issuer, {}))).toEqual({ tab: '1', iss: issuer })
    expect(fields(returnUrl({ redirectUri }, issuer, { error: 'access_denied' }))).toEqual({
      ...{ tab: '1', iss: issuer, ...oauthError('access_denied') },
    })
  })
})
