import { expect, test } from 'vitest'
import { CONNECT, useRig } from '../support/flowagent.ts'

const rig = useRig()

test('connecting shows who is connected, since when, and how much there is', async () => {
  rig().api.profile.sync = { state: 'current', calendars_done: 1, events: 1312, last_change_at: '2026-11-18T08:30:00Z' }
  const { page, failures } = await rig().visitConnected('/settings')
  await page.getByText('You are connected.').waitFor()
  const card = page.getByRole('tabpanel', { name: 'General' })
  await card.getByText('Connected', { exact: true }).waitFor()
  const shown = await card.textContent()
  for (const fact of ['Dana Lee', 'dana@contoso.example', '1,312', '18 Nov 2026, 09:30', 'Europe/Copenhagen']) {
    expect(shown).toContain(fact)
  }
  expect(failures).toEqual([])
})

test('no token of the API reaches the browser', async () => {
  const { page } = await rig().visit('/settings')
  const bodies: string[] = []
  page.on('response', async (response) => {
    const isStream = response.url().endsWith('/live')
    if (response.url().startsWith(rig().url) && !isStream) bodies.push(await response.text().catch(() => ''))
  })
  await page.getByRole('button', { name: CONNECT }).click()
  await page.locator('.who').waitFor()
  await page.goto(`${rig().url}/calendar`)
  await page.locator('#frame[data-state=ready]').waitFor()
  expect(bodies.join()).toContain('FlowAgent')
  expect(bodies.join()).not.toMatch(/access-1|refresh-1|not-a-secret/)
  expect(JSON.stringify(await page.context().cookies())).not.toMatch(/access-1|refresh-1/)
})

test.each([
  { decision: 'access_denied', explained: 'The connection was not approved.' },
  { decision: 'server_error', explained: 'could not finish the connection' },
] as const)('a sign-in that ends with $decision is explained and connects nobody', async ({ decision, explained }) => {
  rig().api.decision = decision
  const { page } = await rig().visit('/settings')
  await page.getByRole('button', { name: CONNECT }).click()
  await page.getByRole('alert').filter({ hasText: explained }).waitFor()
  await page.getByRole('button', { name: CONNECT }).waitFor()
})

test('a code that comes back with a state this browser never sent is not redeemed', async () => {
  const { page } = await rig().visit('/settings')
  await page.goto(`${rig().url}/oauth/callback?code=code-1&state=someone-elses`)
  await page.getByText('This sign-in is no longer valid').waitFor()
  expect(rig().api.requests).toEqual([])
})

test('the progress of the first copy is shown and goes away when it is done', async () => {
  rig().api.calendars = [
    { id: 'cal_1_a', name: 'Calendar' },
    { id: 'cal_1_b', name: 'Team' },
  ]
  rig().api.profile.sync = { state: 'first_pull', calendars_done: 1 }
  const { page } = await rig().visitConnected('/settings')
  await page.getByText('1 of 2 calendars copied').waitFor()
  expect(await page.getByRole('progressbar').getAttribute('value')).toBe('1')
  rig().api.profile.sync = { state: 'current', calendars_done: 2 }
  await page.getByRole('progressbar').waitFor({ state: 'hidden' })
})

test('one click repairs a connection that Microsoft no longer accepts', async () => {
  const { page } = await rig().visitConnected('/settings')
  rig().api.profile.connected = false
  const repair = page.getByRole('button', { name: 'Reconnect to Microsoft' })
  await repair.waitFor()
  rig().api.profile.connected = true
  await repair.click()
  await page.locator('.badge--good').waitFor()
})

test('one click repairs a connection whose permission was withdrawn at the API', async () => {
  const { page } = await rig().visitConnected('/settings')
  rig().api.isWithdrawn = true
  await page.getByRole('button', { name: 'Reconnect to Microsoft' }).click()
  await page.locator('.badge--good').waitFor()
})

test('an expired access token is refreshed without the person noticing', async () => {
  const { page, failures } = await rig().visitConnected('/settings')
  rig().api.expireAccessTokens()
  rig().api.profile.sync = { state: 'current', calendars_done: 1, events: 77 }
  await page.getByText('77', { exact: true }).waitFor()
  expect(failures).toEqual([])
})

test('disconnecting asks first, and then withdraws the permission at the API', async () => {
  const { page } = await rig().visitConnected('/settings')
  const disconnect = page.locator('#connection').getByRole('button', { name: 'Disconnect' })
  await disconnect.click()
  await page.getByRole('button', { name: 'Keep connection' }).click()
  expect(rig().api.revoked).toEqual([])
  await disconnect.click()
  await page.getByRole('dialog').getByRole('button', { name: 'Disconnect' }).click()
  await page.getByText('You are disconnected').waitFor()
  await page.getByRole('button', { name: CONNECT }).waitFor()
  expect(rig().api.revoked).toEqual(['refresh-1'])
})

test('a disconnection that the API does not answer keeps the connection and says so', async () => {
  const { page } = await rig().visitConnected('/settings')
  rig().api.isDown = true
  await page.locator('#connection').getByRole('button', { name: 'Disconnect' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Disconnect' }).click()
  await page.getByText('is not answering').waitFor()
  expect(await page.locator('.who').isVisible()).toBe(true)
})

test('each browser has its own connection', async () => {
  await rig().visitConnected('/settings')
  const other = await rig().visit('/settings')
  await other.page.getByRole('button', { name: CONNECT }).waitFor()
})

test('a request from another site can neither connect nor disconnect', async () => {
  const { page } = await rig().visitConnected('/settings')
  const cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')
  const headers = { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site', Cookie: cookie }
  const answers = await Promise.all(
    ['/connect', '/disconnect'].map((path) => fetch(rig().url + path, { method: 'POST', headers })),
  )
  expect(answers.map((answer) => answer.status)).toEqual([403, 403])
  expect(rig().api.revoked).toEqual([])
})

test('the session has a new name once it holds a connection', async () => {
  const { page } = await rig().visit('/settings')
  const [before] = await page.context().cookies(rig().url)
  await page.getByRole('button', { name: CONNECT }).click()
  await page.locator('.who').waitFor()
  const [after] = await page.context().cookies(rig().url)
  expect(after?.value).not.toBe(before?.value)
  expect(after).toMatchObject({ httpOnly: true, sameSite: 'Lax' })
})

test('the arrow keys move between the tabs, and the address remembers the tab', async () => {
  const { page } = await rig().visit('/settings')
  await page.getByRole('tab', { name: 'General' }).press('ArrowRight')
  expect(await page.getByRole('tab', { name: 'About' }).getAttribute('aria-selected')).toBe('true')
  await page.getByRole('heading', { name: 'About FlowAgent' }).waitFor()
  await page.reload()
  await page.getByRole('heading', { name: 'About FlowAgent' }).waitFor()
})

test('a visitor of the other loopback name is sent to the one that the session belongs to', async () => {
  const { page } = await rig().visit('/settings')
  await page.goto(`${rig().url.replace('localhost', '127.0.0.1')}/calendar`)
  expect(page.url()).toBe(`${rig().url}/calendar`)
})

test('a page answers with a policy that allows no script or style of its own text', async () => {
  const policy = (await fetch(`${rig().url}/calendar`)).headers.get('Content-Security-Policy') ?? ''
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain("script-src 'self'")
  expect(policy).not.toContain('unsafe')
})
