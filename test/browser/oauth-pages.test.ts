import type { BrowserContextOptions } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isGoodForm, isGoodPage, type OAuthPages, SCREENS, startOAuthPages } from '../support/oauth-pages.ts'

/** A person for each screen, because whoever has agreed once is not asked again. */
const PEOPLE = ['Anna Holm', 'Mikkel Dahl', 'Sofie Lindqvist']
const CASES = SCREENS.map(([screen, options], at) => [screen, options, PEOPLE[at] ?? ''] as const)

let pages: OAuthPages

beforeAll(async () => {
  pages = await startOAuthPages()
})
afterAll(() => pages.close())

async function newPage(options: BrowserContextOptions) {
  const { page, failures } = await pages.browser.newPage(options)
  page.setDefaultTimeout(15_000)
  return { page, failures }
}

/** The first pull brings the calendars. */
async function permissionLink(token: string | undefined, calendars: number): Promise<string> {
  const link = () => pages.diary.permissionLink(token ?? '', calendars)
  await expect.poll(link, { timeout: 30_000 }).toMatch(/^http/)
  return link()
}

test.each(CASES)(
  'a person who is asked for more than before is told so, and answers by keyboard %s',
  async (screen, options, name) => {
    const { page, failures } = await newPage(options)
    await pages.connect(page, 'read_events', name)
    await page.goto(pages.diary.authorizeUrl('read_events create_event'))
    await isGoodForm(page, `consent ${screen}`, 'Continue')
    await page.keyboard.press('Enter')
    await pages.signIn(page, name)
    await page.getByRole('heading', { name: 'Let Diary do more than before?' }).waitFor()
    await page.reload()
    await isGoodForm(page, `more ${screen}`, 'Allow')
    await page.keyboard.press('Enter')
    await page.getByText('Back at the diary').waitFor()
    expect((await pages.diary.redeem(page.url()))['scope']).toBe('read_events create_event')
    expect(failures).toEqual([])
  },
)

test.each(CASES)(
  'a person allows an integrator to change every event of two calendars, by keyboard %s',
  async (screen, options, name) => {
    const { page, failures } = await newPage(options)
    const { access_token: token } = await pages.connect(page, 'read_events create_event', name)
    await page.goto(await permissionLink(token, 2))
    await isGoodForm(page, `permission-link ${screen}`, 'Continue')
    await page.keyboard.press('Enter')
    await pages.signIn(page, name)
    await page.getByRole('heading', { name: 'Let Diary change events it did not create?' }).waitFor()
    await isGoodForm(page, `permission ${screen}`, 'Allow')
    await page.keyboard.press('Enter')
    await page.getByText('Back at the diary').waitFor()
    expect(new URL(page.url()).searchParams.has('error')).toBe(false)
    expect(failures).toEqual([])
  },
)

test.each(CASES)(
  '%s somebody else who opens the link to a permission reads that they are not the one who is asked',
  async (screen, options, name) => {
    const { page } = await newPage(options)
    const { access_token: token } = await pages.connect(page, 'read_events create_event', name)
    await page.goto(await permissionLink(token, 1))
    await page.getByRole('button', { name: 'Continue' }).click()
    await pages.signIn(page, 'Jonas Berg')
    await page.getByRole('heading', { name: 'This is another account' }).waitFor()
    await isGoodPage(page, `other-account ${screen}`)
    await page.getByRole('link', { name: 'Back to Diary' }).click()
    await page.getByText('Back at the diary').waitFor()
    expect(new URL(page.url()).searchParams.get('error')).toBe('access_denied')
  },
)
