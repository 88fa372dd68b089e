import { afterEach, beforeEach, expect, test } from 'vitest'
import { APP, createVisitor, REDIRECT_URI, startEntra } from '../support/entra.ts'

let entra: Awaited<ReturnType<typeof startEntra>>
beforeEach(async () => {
  entra = await startEntra()
})
afterEach(() => entra.close())

const authorizeUrl = (changes: Record<string, string> = {}, tenant = 'organizations') =>
  `${entra.base}/${tenant}/oauth2/v2.0/authorize?${new URLSearchParams({
    client_id: APP.clientId,
    redirect_uri: REDIRECT_URI,
    response_type: 'code',
    scope: 'Calendars.ReadWrite openid profile offline_access',
    state: 'a state',
    ...changes,
  })}`

const installUrl = (tenant = 'organizations') =>
  `${entra.base}/${tenant}/v2.0/adminconsent?${new URLSearchParams({
    client_id: APP.clientId,
    redirect_uri: REDIRECT_URI,
    scope: 'https://graph.microsoft.com/.default',
    state: 'a state',
  })}`

test('a person is asked once what the app may do, and not again', async () => {
  const visitor = createVisitor()
  await visitor.open(authorizeUrl())
  expect(visitor.heading()).toBe('Pick an account')
  await visitor.signIn(entra.anna.userPrincipalName)
  expect(visitor.text()).toContain('Have full access to your calendars')
  const back = await visitor.press('accept')
  expect(back.origin + back.pathname).toBe(REDIRECT_URI)
  expect(back.searchParams.get('state')).toBe('a state')
  expect(back.searchParams.get('session_state')).toBeTruthy()
  expect((await visitor.open(authorizeUrl())).searchParams.has('code')).toBe(true)
})

test('more permissions than before are asked for again', async () => {
  const visitor = createVisitor()
  await visitor.open(authorizeUrl())
  await visitor.signIn(entra.anna.userPrincipalName)
  await visitor.press('accept')
  await visitor.open(authorizeUrl({ scope: 'Calendars.ReadWrite MailboxSettings.Read' }))
  expect(visitor.heading()).toBe('Permissions requested')
})

test('a person who declines is sent back with access_denied', async () => {
  const visitor = createVisitor()
  await visitor.open(authorizeUrl())
  await visitor.signIn(entra.anna.userPrincipalName)
  const { searchParams } = await visitor.press('cancel')
  expect(searchParams.get('error')).toBe('access_denied')
  expect(searchParams.get('error_subcode')).toBe('cancel')
  expect(searchParams.get('error_description')).toContain('AADSTS65004')
  expect(searchParams.get('state')).toBe('a state')
})

test('where only administrators may agree, a person meets the approval wall', async () => {
  const visitor = createVisitor()
  await visitor.open(authorizeUrl())
  await visitor.signIn(entra.bo.userPrincipalName)
  expect(visitor.heading()).toBe('Approval required')
  const { searchParams } = await visitor.press('return')
  expect(searchParams.get('error')).toBe('access_denied')
  expect(searchParams.get('error_description')).toContain('AADSTS90094')
})

test('the wall cannot be walked around by posting an acceptance', async () => {
  const visitor = createVisitor()
  await visitor.open(authorizeUrl())
  await visitor.signIn(entra.bo.userPrincipalName)
  expect((await visitor.press('accept')).searchParams.get('error')).toBe('access_denied')
})

test('after an administrator installed the app, nobody in the organisation is asked', async () => {
  const administrator = createVisitor()
  await administrator.open(installUrl())
  await administrator.signIn(entra.chef.userPrincipalName)
  expect(administrator.heading()).toBe('Permissions requested for your organisation')
  const { searchParams } = await administrator.press('accept')
  expect(Object.fromEntries(searchParams)).toEqual({
    admin_consent: 'True',
    tenant: entra.fabrikam.tid,
    scope: 'https://graph.microsoft.com/Calendars.ReadWrite https://graph.microsoft.com/User.Read',
    state: 'a state',
  })
  const visitor = createVisitor()
  await visitor.open(authorizeUrl())
  expect((await visitor.signIn(entra.bo.userPrincipalName)).searchParams.has('code')).toBe(true)
})

test('a declined installation says admin_consent=True and carries an error', async () => {
  const administrator = createVisitor()
  await administrator.open(installUrl(entra.fabrikam.tid))
  await administrator.signIn(entra.chef.userPrincipalName)
  const { searchParams } = await administrator.press('cancel')
  expect(searchParams.get('admin_consent')).toBe('True')
  expect(searchParams.get('error')).toBe('access_denied')
})

test('a member who is no administrator cannot install the app', async () => {
  const visitor = createVisitor()
  await visitor.open(installUrl())
  await visitor.signIn(entra.bo.userPrincipalName)
  expect(visitor.heading()).toBe('Approval required')
  expect((await visitor.press('accept')).searchParams.get('error')).toBe('access_denied')
  expect(entra.fabrikam.adminConsents.size).toBe(0)
})

test('an administrator who signs in may agree for everyone', async () => {
  const visitor = createVisitor()
  await visitor.open(authorizeUrl())
  await visitor.signIn(entra.chef.userPrincipalName)
  await visitor.press('accept', { forEveryone: 'on' })
  expect([...(entra.fabrikam.adminConsents.get(APP.clientId) ?? [])]).toContain('Calendars.ReadWrite')
})

test.each([
  { changes: { client_id: 'unknown' }, code: 'AADSTS700016' },
  { changes: { redirect_uri: `${REDIRECT_URI}/elsewhere` }, code: 'AADSTS50011' },
  { changes: { scope: 'Everything.All' }, code: 'AADSTS70011' },
])('a request that cannot be sent back shows a page with $code', async ({ changes, code }) => {
  const visitor = createVisitor()
  const address = await visitor.open(authorizeUrl(changes))
  expect(address.href).toContain(entra.base)
  expect(visitor.text()).toContain(code)
})

test.each([
  { changes: { response_type: 'token' }, error: 'invalid_request' },
  { changes: { code_challenge: 'x', code_challenge_method: 'plain' }, error: 'invalid_request' },
  { changes: { prompt: 'none' }, error: 'login_required' },
])('a request with $changes is sent back with $error', async ({ changes, error }) => {
  const back = await createVisitor().open(authorizeUrl(changes))
  expect(back.searchParams.get('error')).toBe(error)
})

test('a silent sign-in succeeds for somebody who is signed in and agreed before', async () => {
  const visitor = createVisitor()
  await visitor.open(authorizeUrl())
  await visitor.signIn(entra.anna.userPrincipalName)
  await visitor.press('accept')
  expect((await visitor.open(authorizeUrl({ prompt: 'none' }))).searchParams.has('code')).toBe(true)
  const other = await visitor.open(authorizeUrl({ prompt: 'none', login_hint: entra.bo.userPrincipalName }))
  expect(other.searchParams.get('error')).toBe('login_required')
})

test('a silent sign-in without an agreement says that one is needed', async () => {
  const visitor = createVisitor()
  await visitor.open(authorizeUrl())
  await visitor.signIn(entra.anna.userPrincipalName)
  const back = await visitor.open(authorizeUrl({ prompt: 'none' }))
  expect(back.searchParams.get('error')).toBe('consent_required')
})

test('prompt=select_account asks even a signed-in person who they want to be', async () => {
  const visitor = createVisitor()
  await visitor.open(authorizeUrl())
  await visitor.signIn(entra.anna.userPrincipalName)
  await visitor.open(authorizeUrl({ prompt: 'select_account', login_hint: 'new@contoso.example' }))
  expect(visitor.heading()).toBe('Pick an account')
  expect(visitor.text()).toContain('value="new@contoso.example"')
})

test('an address of one organisation lets in only its members', async () => {
  const visitor = createVisitor()
  await visitor.open(authorizeUrl({}, 'contoso.example'))
  expect(visitor.text()).not.toContain(entra.bo.userPrincipalName)
  await visitor.signIn(entra.bo.userPrincipalName)
  expect(visitor.text()).toContain('not a member of the organisation')
})

test('an unknown address and a disabled account are told so on the page', async () => {
  const visitor = createVisitor()
  await visitor.open(authorizeUrl())
  await visitor.signIn('nobody@contoso.example')
  expect(visitor.text()).toContain('no account with this address')
  await entra.control(`people/${entra.anna.oid}`, { disabled: true })
  await visitor.signIn(entra.anna.userPrincipalName)
  expect(visitor.text()).toContain('AADSTS50057')
})

test('an ordered sign-in failure is sent back once', async () => {
  await entra.control('faults', { authorize: [{ code: 90094 }] })
  const visitor = createVisitor()
  expect((await visitor.open(authorizeUrl())).searchParams.get('error')).toBe('access_denied')
  await visitor.open(authorizeUrl())
  expect(visitor.heading()).toBe('Pick an account')
})

test('what people type is shown as text and never as markup', async () => {
  const visitor = createVisitor()
  await visitor.open(authorizeUrl({ login_hint: '"><script>alert(1)</script>' }))
  expect(visitor.text()).not.toContain('<script>alert')
})
