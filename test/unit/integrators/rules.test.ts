import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { failurePage } from '../../../shared/api/oauth/failure-page.ts'
import { SyncError } from '../../../shared/core/errors.ts'
import { days, minutes, seconds } from '../../../shared/core/time.ts'
import { oauthError } from '../../../shared/integrators/oauth-errors.ts'
import { SCOPES } from '../../../shared/integrators/scopes.ts'
import {
  askingFor,
  createOAuthWorld,
  FLOWAGENT,
  form,
  isLive,
  issueCode,
  parsed,
  redemption,
  refreshing,
  refused,
  request,
  tokens,
} from '../../support/oauth.ts'
import { createBrowser } from '../../support/oauth-browser.ts'

describe('rule 1', () => {
  test.each([
    ['a repeated parameter', '/oauth/token', 'code=a&code=b'],
    ['an array', '/oauth/token', 'code[]=a'],
    ['a parameter in the query', '/oauth/token?code=a', 'grant_type=authorization_code'],
    ['an empty query parameter', '/oauth/token/revoke?token=', 'token=a'],
  ])('rule 1: %s is refused before anything is read', async (_, path, body) => {
    const { oauth } = await createOAuthWorld()
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const asked = request(path, { method: 'POST', headers, body })
    const endpoint = path.includes('revoke') ? oauth.revoke : oauth.token
    await expect(endpoint(asked)).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
  })

  test('rule 1: a token request has at most 8 KiB', async () => {
    const { oauth } = await createOAuthWorld()
    let limit = 0
    const asked = form('/oauth/token', {})
    const body = async (bytes: number) => {
      limit = bytes
      return 'a=b'
    }
    await oauth.token({ ...asked, body })
    expect(limit).toBe(8 * 1024)
  })
})

test.each([
  ['42 characters', 'a'.repeat(42), 'S256'],
  ['44 characters', 'a'.repeat(44), 'S256'],
  ['another alphabet', `${'a'.repeat(42)}=`, 'S256'],
  ['a line end', `${'a'.repeat(43)}\n`, 'S256'],
  ['the method in lower case', 'a'.repeat(43), 's256'],
])('rule 2: a challenge with %s is refused', async (_, challenge, method) => {
  const { oauth } = await createOAuthWorld()
  const asked = askingFor({ code_challenge: challenge, code_challenge_method: method })
  const { headers } = await oauth.authorize(asked)
  expect(new URL(headers['location'] ?? '').searchParams.get('error')).toBe('invalid_request')
})

test('rule 3: a code that was stored without a challenge is not given to an integrator that must have one', async () => {
  const world = await createOAuthWorld()
  const { code_verifier: _, ...fields } = redemption(await issueCode(world, { pkce: false }))
  expect(await tokens(world, fields)).toEqual(refused('invalid_grant'))
})

test('rule 4: a client id without a secret is nobody, whatever else is right', async () => {
  const world = await createOAuthWorld()
  const { client_secret: _, ...fields } = redemption(await issueCode(world))
  expect(await tokens(world, fields)).toEqual(refused('invalid_client'))
  expect(await world.oauth.integrators.authenticate('flowagent', undefined)).toBeUndefined()
})

test('rule 5: a new secret has 256 bits, its SHA-256 is no secret, and two are active at most', async () => {
  const { oauth } = await createOAuthWorld()
  const secret = await oauth.integrators.addSecret('flowagent')
  expect(Buffer.from(secret, 'base64url')).toHaveLength(32)
  const hash = createHash('sha256').update(secret).digest('base64url')
  expect(await oauth.integrators.authenticate('flowagent', secret)).toBeDefined()
  expect(await oauth.integrators.authenticate('flowagent', hash)).toBeUndefined()
  await expect(oauth.integrators.addSecret('flowagent')).rejects.toMatchObject({ code: 'SETTINGS_INVALID' })
})

test('rule 6: each of several redirect URIs is good, and a code belongs to the one it was asked with', async () => {
  const world = await createOAuthWorld()
  const second = 'https://flowagent.example/second'
  const redirectUris = [...FLOWAGENT.redirectUris, second]
  await world.oauth.integrators.register({ ...FLOWAGENT, redirectUris })
  const consent = await createBrowser(world).open(askingFor({ redirect_uri: second }).url.href)
  expect(consent.status).toBe(200)
  const code = await issueCode(world)
  const other = await tokens(world, { ...redemption(code), redirect_uri: second })
  expect(other).toEqual(refused('invalid_request'))
  const { redirect_uri: _, ...without } = redemption(await issueCode(world))
  expect((await tokens(world, without)).status).toBe(400)
})

test('rule 7: a code that was used stays known for a day, and its return ends what came of it', async () => {
  const world = await createOAuthWorld()
  const fields = redemption(await issueCode(world))
  let { body } = await tokens(world, fields)
  world.clock.advance(days(1))
  body = (await tokens(world, refreshing(body['refresh_token'] ?? ''))).body
  expect(await isLive(world, body['access_token'] ?? '')).toBe(true)
  expect(await tokens(world, fields)).toEqual(refused('invalid_grant'))
  expect(await isLive(world, body['access_token'] ?? '')).toBe(false)
})

test('rule 8: a refresh replaces the old token and stores the new one in one write', async () => {
  let commits: number[] = []
  const world = await createOAuthWorld((tables) => ({
    table: (name) => {
      const table = tables.table(name)
      return {
        ...table,
        commit: (partition, writes) => {
          if (name === 'oauth') commits.push(writes.length)
          return table.commit(partition, writes)
        },
      }
    },
  }))
  const { body } = await tokens(world, redemption(await issueCode(world)))
  commits = []
  await tokens(world, refreshing(body['refresh_token'] ?? ''))
  expect(commits).toEqual([1])
})

test('rule 9: a code lives 60 s, an access token 60 min, a refresh token 30 days unused and 180 days at most', async () => {
  const world = await createOAuthWorld()
  const late = redemption(await issueCode(world))
  const { body } = await tokens(world, redemption(await issueCode(world, { accountId: 'acc_bo' })))
  world.clock.advance(seconds(60))
  expect(await tokens(world, late)).toEqual(refused('invalid_grant'))
  world.clock.advance(minutes(59))
  expect(await isLive(world, body['access_token'] ?? '')).toBe(false)
  let refresh = body['refresh_token'] ?? ''
  for (const wait of [29, 29, 29, 29, 29, 29]) {
    world.clock.advance(days(wait))
    refresh = (await tokens(world, refreshing(refresh))).body['refresh_token'] ?? ''
  }
  world.clock.advance(days(6))
  expect(await tokens(world, refreshing(refresh))).toEqual(refused('invalid_grant'))
})

test('rule 9: the last access token of a grant ends with it', async () => {
  const world = await createOAuthWorld()
  let { body } = await tokens(world, redemption(await issueCode(world)))
  for (let month = 0; month < 8; month += 1) {
    world.clock.advance(days(22))
    body = (await tokens(world, refreshing(body['refresh_token'] ?? ''))).body
  }
  world.clock.advance(days(3))
  world.clock.advance(minutes(23 * 60 + 30))
  expect((await tokens(world, refreshing(body['refresh_token'] ?? ''))).body['expires_in']).toBe(30 * 60)
})

test('rule 10: tokens have a prefix for secret scanners and 256 bits of their own, and are stored as hashes', async () => {
  const world = await createOAuthWorld()
  const code = await issueCode(world)
  const { body } = await tokens(world, redemption(code))
  const all = [code, body['access_token'] ?? '', body['refresh_token'] ?? '']
  expect(all.map((token) => token.slice(0, 7))).toEqual(['fas_ac_', 'fas_at_', 'fas_rt_'])
  const secrets = all.map((token) => token.split('.')[1] ?? '')
  expect(secrets.map((secret) => Buffer.from(secret, 'base64url').length)).toEqual([32, 32, 32])
  const [grant] = await world.oauth.grants.ofAccount('acc_anna')
  for (const secret of secrets) expect(JSON.stringify(grant)).not.toContain(secret)
})

test('rule 11: what is no error of the caller is a server_error with a sentence that tells nothing', async () => {
  const error = new SyncError('INTERNAL', 'canary-message', { cause: new Error('canary-cause') })
  const page = await failurePage(error, 'request-7')
  expect(page.body).toContain('request-7')
  expect(page.body + JSON.stringify(oauthError('server_error'))).not.toContain('canary')
  expect(oauthError('<script>')).toEqual(oauthError('invalid_request'))
})

describe('rule 12', () => {
  test('rule 12: every answer to an integrator names who gives it', async () => {
    const world = await createOAuthWorld()
    const browser = createBrowser(world)
    const consent = await browser.open(askingFor().url.href)
    const answers = [
      await browser.press(consent, 'continue'),
      await browser.press(await browser.open(askingFor().url.href), 'cancel'),
      await browser.open(askingFor({ scope: 'nothing' }).url.href),
      await browser.open(askingFor({ response_type: 'token' }).url.href),
    ]
    expect(answers.map(({ left }) => left?.searchParams.get('iss'))).toEqual(Array(4).fill('https://sync.example'))
  })

  test('rule 12: the metadata names everything a client needs to configure itself', async () => {
    const { oauth } = await createOAuthWorld()
    const { body } = parsed(await oauth.metadata(request('/.well-known/oauth-authorization-server')))
    expect(body).toEqual({
      issuer: 'https://sync.example',
      authorization_endpoint: 'https://sync.example/oauth/authorize',
      token_endpoint: 'https://sync.example/oauth/token',
      revocation_endpoint: 'https://sync.example/oauth/token/revoke',
      response_types_supported: ['code'],
      response_modes_supported: ['query'],
      grant_types_supported: ['authorization_code', 'refresh_token'],
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['client_secret_post'],
      revocation_endpoint_auth_methods_supported: ['client_secret_post'],
      authorization_response_iss_parameter_supported: true,
      scopes_supported: SCOPES,
    })
  })

  test('rule 12: the consent page cannot be framed, leaks no referrer and is not kept', async () => {
    const { oauth } = await createOAuthWorld()
    const { headers } = await oauth.authorize(askingFor())
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
    expect(headers).toMatchObject({ 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' })
  })
})

test('rule 13: guesses are counted by client and address, and an unknown client is refused like a wrong secret', async () => {
  const world = await createOAuthWorld()
  const guess = (clientId: string) => {
    const fields = { ...refreshing('x'), client_id: clientId, client_secret: 'y'.repeat(43) }
    return world.oauth.token({ ...form('/oauth/token', fields), clientAddress: '203.0.113.7' })
  }
  expect((await guess('nobody')).body).toBe((await guess('flowagent')).body)
  for (let attempt = 1; attempt < 30; attempt += 1) await guess('nobody')
  await expect(guess('nobody')).rejects.toMatchObject({ code: 'RATE_LIMITED' })
  expect((await guess('flowagent')).status).toBe(400)
})

test('O1 code-race: in 20 rounds of 50 parallel redemptions each code gives one token set, which lives', {
  timeout: 240_000,
}, async () => {
  const world = await createOAuthWorld()
  for (let round = 0; round < 20; round += 1) {
    const fields = redemption(await issueCode(world, { accountId: `acc_${round}` }))
    const answers = await Promise.all(Array.from({ length: 50 }, () => tokens(world, fields)))
    const [won, ...others] = answers.filter(({ status }) => status === 200)
    expect([others, answers.filter(({ status }) => status === 400).length]).toEqual([[], 49])
    expect(await isLive(world, won?.body['access_token'] ?? '')).toBe(true)
  }
})
