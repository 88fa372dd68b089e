import { afterAll, beforeAll, expect, test } from 'vitest'
import { failurePage } from '../../shared/api/oauth/failure-page.ts'
import { reconnectedPage } from '../../shared/api/oauth/reconnect.ts'
import { FAILURES, type FailureCode, SyncError } from '../../shared/core/errors.ts'
import type { Integrator } from '../../shared/integrators/integrator.ts'
import { accessibilityViolations } from '../support/accessibility.ts'
import { isGoodPage, type OAuthPages, SCREENS, startOAuthPages } from '../support/oauth-pages.ts'

let pages: OAuthPages

beforeAll(async () => {
  pages = await startOAuthPages()
})
afterAll(() => pages.close())

const CODES = Object.keys(FAILURES) as FailureCode[]
const INTEGRATOR: Integrator = {
  ...{ clientId: 'diary', name: 'Diary', secretHashes: [], secrets: [], redirectUris: ['https://diary.example/back'] },
  ...{ scopes: [], pkce: 'required', permission: 'sandbox' },
}
const WAYS_ON = { again: '/oauth/authorize', back: { name: 'A diary', url: 'https://diary.example/back' } }

test.each(SCREENS)(
  '%s the page for every failure breaks no rule of axe and is as wide as the screen',
  async (name, options) => {
    const { page } = await pages.browser.newPage(options)
    const address = `${pages.system.addresses.sync}/oauth/callback`
    let shown = await failurePage(new SyncError('INTERNAL', ''), '')
    await page.route(address, (route) => route.fulfill(shown))
    const seen = new Set<string>()
    for (const code of CODES) {
      shown = await failurePage(new SyncError(code, ''), 'f3b1c7d2-8a4e-4f60-9d15-2c6e7b8a9f01', WAYS_ON)
      await page.goto(address)
      const title = await page.title()
      if (!seen.has(title)) await isGoodPage(page, `failure ${code} ${name}`)
      seen.add(title)
    }
    expect(seen.size).toBeGreaterThan(10)
  },
)

test.each(SCREENS)('%s long names and addresses make no page wider than the screen', async (name, options) => {
  const { page } = await pages.browser.newPage(options)
  const integrator = { ...INTEGRATOR, name: `Dampfschiff${'fahrt'.repeat(12)}` }
  const person = { accountId: '', profileId: '', username: `${'a'.repeat(64)}@${'contoso-'.repeat(7)}.example` }
  const shown = await reconnectedPage({ integrator, person })
  await page.route('**/oauth/callback', (route) => route.fulfill(shown))
  await page.goto(`${pages.system.addresses.sync}/oauth/callback`)
  await isGoodPage(page, `long ${name}`)
})

/** Addresses that a person may come to without being sent there properly. */
const ADDRESSES = [
  '/oauth/authorize',
  '/oauth/authorize?client_id=diary&redirect_uri=https%3A%2F%2Felsewhere.example',
  '/oauth/authorize?client_id=diary&client_id=diary',
  '/oauth/callback',
  '/oauth/callback?state=1&code=2',
  `/oauth/callback?state=${'s'.repeat(43)}&code=2`,
  '/oauth/answer',
  `/oauth/answer?question=${'q'.repeat(43)}`,
  '/oauth/permissions',
  '/oauth/permissions?request=1',
  '/oauth/reconnect',
  '/oauth/reconnect?link=1',
]

test.each(ADDRESSES)('%s, as it is, shows a page that is accessible and says what to do', async (address) => {
  const { page } = await pages.browser.newPage()
  const answer = await page.goto(pages.system.addresses.sync + address)
  expect([answer?.status(), await page.getByText('What to do:').count()]).toEqual([400, 1])
  expect(await accessibilityViolations(page)).toEqual([])
})
