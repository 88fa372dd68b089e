import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isGoodPage, type OAuthPages, SCREENS, startOAuthPages } from '../support/oauth-pages.ts'

let pages: OAuthPages

beforeAll(async () => {
  pages = await startOAuthPages()
})
afterAll(() => pages.close())

async function newPage() {
  const { page, failures } = await pages.browser.newPage()
  page.setDefaultTimeout(15_000)
  return { page, failures }
}

const at = (path: string) => `${pages.system.addresses.sync}${path}`

/** The page is good on every screen. */
async function lookAt(page: Page, picture: string): Promise<void> {
  for (const [screen, { viewport, colorScheme = 'light' }] of SCREENS) {
    if (viewport) await page.setViewportSize(viewport)
    await page.emulateMedia({ colorScheme })
    await isGoodPage(page, `${picture} ${screen}`)
  }
}

async function install(page: Page): Promise<void> {
  await page.goto(at('/install'))
  await page.getByRole('button', { name: 'Install with Microsoft' }).press('Enter')
  await page.getByRole('button', { name: 'Lars Brandt' }).click()
  await page.getByRole('button', { name: 'Accept' }).click()
  await page.getByRole('button', { name: 'Lars Brandt' }).click()
}

/** Somebody of Fabrikam goes as far as Microsoft's sign-in. */
async function tryToConnect(page: Page, name: string): Promise<void> {
  await page.goto(pages.diary.authorizeUrl('read_events'))
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('button', { name }).click()
}

/** Runs the timer now. */
const lookAfterOrganisations = () =>
  fetch(at('/admin/functions/look-after-organisations'), {
    method: 'POST',
    headers: { 'x-functions-key': pages.system.masterKey },
  })

const statusFor = async (token = '') =>
  (await fetch(at('/v1/userinfo'), { headers: { authorization: `Bearer ${token}` } })).status

const organisation = () => {
  const found = [...pages.system.microsoft365.world.organisations.values()].find(({ name }) => name === 'Fabrikam')
  if (found === undefined) throw new Error('there is no Fabrikam')
  return found
}

test('people of an organisation that did not install read what to send to whom, whether Microsoft stops them or we do', async () => {
  const { page } = await newPage()
  await tryToConnect(page, 'Camilla Storm')
  await page.getByRole('button', { name: 'Return to the application' }).click()
  await page.getByRole('heading', { name: 'Your organisation has to approve this first' }).waitFor()
  await lookAt(page, 'approval-required')
  organisation().allowsUserConsent = true
  await tryToConnect(page, 'Camilla Storm')
  await page.getByRole('button', { name: 'Accept' }).click()
  await page.getByRole('heading', { name: 'Not installed for your organisation yet' }).waitFor()
  await lookAt(page, 'not-installed')
  expect(await page.getByLabel('A message you can send to your administrator').inputValue()).toContain(at('/install'))
  expect(await page.getByRole('link', { name: 'Write it as an e-mail' }).getAttribute('href')).toMatch(/^mailto:\?/)
  await page.getByRole('link', { name: 'Back to Diary' }).click()
  await page.getByText('Back at the diary').waitFor()
  expect(new URL(page.url()).searchParams.get('error')).toBe('access_denied')
})

test('an administrator installs, restricts and uninstalls', async () => {
  const { page, failures } = await newPage()
  await page.goto(at('/install'))
  await lookAt(page, 'install')
  await install(page)
  await page.getByText('People of your organisation can connect now').waitFor()
  await lookAt(page, 'organisation')

  const { page: person } = await newPage()
  const { access_token: token } = await pages.connect(person, 'read_events', 'Henrik Vester')
  expect(await statusFor(token)).toBe(200)

  await page.getByLabel('Domains of usernames').fill('fabrikam')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('is not a domain like contoso.com').waitFor()
  await lookAt(page, 'organisation-problem')
  await page.getByLabel('Domains of usernames').fill('board.fabrikam.example')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved.').waitFor()
  await lookAfterOrganisations()
  await expect.poll(() => statusFor(token), { timeout: 30_000 }).toBe(401)
  await tryToConnect(person, 'Henrik Vester')
  await person.getByRole('heading', { name: 'Your organisation does not allow this for you' }).waitFor()
  await lookAt(person, 'restricted')

  await page.getByRole('link', { name: 'Uninstall' }).click()
  await page.getByLabel('Type fabrikam.example to confirm').fill('fabrikam')
  await page.getByRole('button', { name: 'Uninstall and erase everything' }).click()
  await page.getByText('This is not fabrikam.example.').waitFor()
  await lookAt(page, 'uninstall')
  await page.getByLabel('Type fabrikam.example to confirm').fill('fabrikam.example')
  await page.getByRole('button', { name: 'Uninstall and erase everything' }).click()
  await page.getByText('It is being uninstalled').waitFor()
  await lookAt(page, 'uninstalling')
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'You are signed out' }).waitFor()
  // A page with problems has the status 422, which Chromium notes in its console.
  expect(failures.filter((line) => !line.includes('422'))).toEqual([])
})

test('somebody who is no administrator reads that it takes one', async () => {
  const { page } = await newPage()
  await page.goto(at('/organisation'))
  await page.getByRole('button', { name: 'Ida Lykke' }).click()
  await page.getByRole('heading', { name: 'This takes an administrator' }).waitFor()
  await lookAt(page, 'administrator-required')
})
