import { readFile } from 'node:fs/promises'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isGoodForm, isGoodPage, type OAuthPages, SCREENS, startOAuthPages } from '../support/oauth-pages.ts'

/** A person for each screen, because each erases everything in the end. */
const PEOPLE = ['Anna Holm', 'Mikkel Dahl', 'Sofie Lindqvist']
const CASES = SCREENS.map(([screen, options], at) => [screen, options, PEOPLE[at] ?? ''] as const)

let pages: OAuthPages

beforeAll(async () => {
  pages = await startOAuthPages()
})
afterAll(() => pages.close())

async function newPage(options: BrowserContextOptions) {
  const { page, failures } = await pages.browser.newPage({ ...options, acceptDownloads: true })
  page.setDefaultTimeout(15_000)
  return { page, failures }
}

async function connectFlowAgent(page: Page, name: string): Promise<void> {
  await page.goto(`${pages.system.addresses.flowagent}/settings`)
  await page.getByRole('button', { name: 'Connect to Microsoft' }).click()
  await page.getByRole('button', { name: 'Continue' }).click()
  await pages.signIn(page, name)
  await page.getByText('You are connected.').waitFor()
}

/** Presses a link to a file. @returns what the browser has stored. */
async function downloaded(page: Page, link: string): Promise<string> {
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: link }).click()])
  return readFile(await file.path(), 'utf8')
}

const statusOf = async (token: string | undefined): Promise<number> =>
  (await fetch(`${pages.system.addresses.sync}/v1/userinfo`, { headers: { authorization: `Bearer ${token}` } })).status

test.each(CASES)(
  'a person sees what is held about them, takes it along, ends one access, then all, and erases it %s',
  async (screen, options, name) => {
    const { page, failures } = await newPage(options)
    const { access_token: token } = await pages.connect(page, 'read_events create_event', name)
    await connectFlowAgent(page, name)
    await page.getByRole('link', { name: 'Manage your data' }).click()
    await page.getByRole('heading', { name: 'Your data' }).waitFor()
    await isGoodPage(page, `me-sign-in ${screen}`)
    await page.getByRole('link', { name: 'Sign in with Microsoft' }).click()
    await pages.signIn(page, name)
    await firstPullIsShown(page)
    await isGoodPage(page, `me ${screen}`)

    const json = JSON.parse(await downloaded(page, 'Download everything (JSON)'))
    expect(json).toMatchObject({ account: { name }, integrators: [expect.anything(), expect.anything()] })
    const calendar = await downloaded(page, 'Download events (iCalendar)')
    const present = json.events.filter(({ deleted }: { deleted: boolean }) => !deleted)
    expect(calendar.split('BEGIN:VEVENT')).toHaveLength(present.length + 1)

    await page.getByRole('button', { name: 'Revoke FlowAgent' }).click()
    await page.getByText('The program may no longer use your calendar').waitFor()
    await isGoodPage(page, `me-revoked ${screen}`)
    expect(await page.getByRole('heading', { name: 'FlowAgent' }).count()).toBe(0)
    expect(await statusOf(token)).toBe(200)
    await flowAgentIsOut(page)

    await page.goto(`${pages.system.addresses.sync}/me`)
    await page.getByRole('button', { name: 'Disconnect all' }).click()
    await page.getByText('No program may use your calendar any more').waitFor()
    expect(await statusOf(token)).toBe(401)
    await isGoodPage(page, `me-disconnected ${screen}`)

    await page.getByRole('link', { name: 'Erase everything' }).click()
    await page.getByRole('heading', { name: /^Erase everything about/ }).waitFor()
    await isGoodForm(page, `me-erase ${screen}`, 'Erase everything')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Your data' }).waitFor()
    await page.reload()
    await isGoodPage(page, `me-erasing ${screen}`)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByText('You are signed out.').waitFor()
    expect(failures).toEqual([])
  },
)

const firstPullIsShown = (page: Page) =>
  expect
    .poll(
      async () => {
        await page.reload()
        return page.getByText('Connected and up to date').count()
      },
      { timeout: 15_000 },
    )
    .toBe(1)

/** FlowAgent's token is refused: it no longer shows the person as connected. */
async function flowAgentIsOut(page: Page): Promise<void> {
  await page.goto(`${pages.system.addresses.flowagent}/settings`)
  await page.getByRole('button', { name: /^(Connect|Reconnect) to Microsoft$/ }).waitFor()
}
