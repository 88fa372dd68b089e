import { expect, test } from 'vitest'
import { readCalendars } from '../../../shared/api/read/identity.ts'
import type { Grant } from '../../../shared/integrators/grant.ts'
import type { Integrator } from '../../../shared/integrators/integrator.ts'
import type { Accounts } from '../../../shared/storage/accounts/accounts.ts'
import {
  askingFor,
  back,
  createOAuthWorld,
  FLOWAGENT,
  form,
  issueCode,
  type OAuthWorld,
  redemption,
  refreshing,
  request,
  tokens,
} from '../../support/oauth.ts'

const SENTENCE = 'Change and delete events it did not create'
const UNRESTRICTED = { ...FLOWAGENT, permission: 'unrestricted' } as const

test.each([
  ['unrestricted', 'read_events create_event', true],
  ['unrestricted', 'delete_event', true],
  ['unrestricted', 'read_events', false],
  ['sandbox', 'read_events create_event delete_event', false],
] as const)(
  'the consent page of an %s integrator that asks for %s: other events are named %s',
  async (permission, scope, named) => {
    const { oauth } = await createOAuthWorld()
    await oauth.integrators.register({ ...FLOWAGENT, permission })
    const { body } = await oauth.authorize(askingFor({ scope }))
    expect(body.includes(SENTENCE)).toBe(named)
  },
)

test('what the person agreed to is what the grant holds, whatever the registration says later', async () => {
  const world = await createOAuthWorld()
  const { oauth, entra } = world
  await oauth.integrators.register(UNRESTRICTED)
  const { body, headers } = await oauth.authorize(askingFor({ scope: 'create_event' }))
  const inputs = [...body.matchAll(/name="(\w+)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value])
  const cookie = headers['set-cookie']?.split(';')[0] ?? ''
  await oauth.authorize(form('/oauth/authorize', { ...Object.fromEntries(inputs), decision: 'continue' }, { cookie }))
  await oauth.integrators.register(FLOWAGENT)
  const returned = await oauth.callback(back({ state: entra.tickets[0]?.state ?? '', code: 'microsoft' }, cookie))
  const code = new URL(returned.headers['location'] ?? '').searchParams.get('code') ?? ''
  const { access_token: token } = (await tokens(world, redemption(code))).body
  expect(await grantOf(world, token)).toMatchObject({ scopes: ['create_event'], unrestricted: true })
})

const grantOf = ({ oauth }: OAuthWorld, token = '') =>
  oauth.authenticate(request('/', { headers: { authorization: `Bearer ${token}` } }))

test.each([true, false])('a grant that is unrestricted (%s) stays so through every refresh', async (unrestricted) => {
  const world = await createOAuthWorld()
  const first = await tokens(world, redemption(await issueCode(world, { unrestricted })))
  const second = await tokens(world, refreshing(first.body['refresh_token'] ?? ''))
  expect(await grantOf(world, second.body['access_token'])).toMatchObject({ unrestricted })
})

test('a row from before there were permissions is one without', async () => {
  const { oauth } = await createOAuthWorld()
  const { permission: _, ...before } = FLOWAGENT
  await oauth.integrators.register(before as typeof FLOWAGENT)
  expect(await oauth.integrators.find('flowagent')).toMatchObject<Partial<Integrator>>({ permission: 'sandbox' })
})

test.each([
  [true, 'unrestricted'],
  [false, 'sandbox'],
])('a grant that is unrestricted (%s) sees its calendars as %s', async (unrestricted, permission) => {
  const state = { head: { username: 'anna@contoso.example' }, calendars: [{ key: 'c', name: 'Calendar' }] }
  const accounts = { state: async () => state } as unknown as Accounts
  const grant = {
    ...{ accountId: 'acc_anna', scopes: ['read_events'], unrestricted },
    unrestrictedIn: ['other'] as readonly string[],
  } as unknown as Grant
  const { calendars } = await readCalendars({ accounts, reconnectUrl: () => '' }, grant)
  expect(calendars).toMatchObject([{ permission_level: permission }])
})
