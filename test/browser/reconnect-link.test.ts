import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openOutlook } from '../../infra/local/demo/outlook.ts'
import { isGoodForm, isGoodPage, type OAuthPages, SCREENS, startOAuthPages } from '../support/oauth-pages.ts'

const ANNA = 'anna.holm@contosonordic.example'
const LONG = 30_000

let pages: OAuthPages

beforeAll(async () => {
  pages = await startOAuthPages()
})
afterAll(() => pages.close())

const order = (path: string, body: object) =>
  fetch(`${pages.system.addresses.microsoft365}/_control/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

const inOutlook = (subject: string) => {
  const today = new Date().toLocaleDateString('sv-SE', { timeZone: 'Europe/Copenhagen' })
  const at = (hour: string) => ({ dateTime: `${today}T${hour}:00:00`, timeZone: 'Romance Standard Time' })
  return openOutlook(pages.system.addresses.microsoft365, ANNA).create({ subject, start: at('11'), end: at('12') })
}

/** Microsoft takes back what it gave, and a change makes us notice. */
async function endSession(subject: string): Promise<void> {
  const anna = [...pages.system.microsoft365.world.people.values()].find(({ mail }) => mail === ANNA)
  await order(`people/${anna?.oid}`, { revokeSessions: true })
  await order('faults', { answers: [{ status: 401, times: 1, method: 'GET', person: ANNA }] })
  await inOutlook(subject)
}

async function summaries(token: string): Promise<readonly string[]> {
  const headers = { authorization: `Bearer ${token}` }
  const answer = await fetch(`${pages.system.addresses.sync}/v1/events?tzid=Etc/UTC`, { headers })
  return ((await answer.json()) as { events: { summary: string }[] }).events.map(({ summary }) => summary)
}

const firstPull = (token: string) =>
  expect
    .poll(() => pages.diary.profile(token), { timeout: LONG })
    .toMatchObject({ profile_initial_sync_required: false })

async function relinkUrl(token: string): Promise<string> {
  const told = async () => (await pages.diary.profile(token)).profile_relink_url ?? ''
  await expect.poll(told, { timeout: LONG }).toMatch(/^http/)
  return told()
}

const heading = (page: Page, name: string) => page.getByRole('heading', { name }).waitFor()

test.each(SCREENS)(
  'C3: %s a person opens profile_relink_url, signs in, and the integrator is told what happened meanwhile',
  async (name, options) => {
    const { page, failures } = await pages.browser.newPage(options)
    page.setDefaultTimeout(LONG / 2)
    const { access_token: token = '' } = await pages.connect(page, 'read_events')
    await firstPull(token)
    const before = await pages.diary.profile(token)
    await endSession(`Made meanwhile ${name}`)
    const link = await relinkUrl(token)

    await page.goto(link)
    await heading(page, 'Connect your Microsoft 365 calendar again')
    await isGoodForm(page, `reconnect ${name}`, 'Sign in with Microsoft')
    await page.keyboard.press('Enter')
    await pages.signIn(page, 'Anna Holm')
    await heading(page, 'You are connected again')
    await isGoodPage(page, `reconnected ${name}`)
    expect(await pages.diary.profile(token)).toEqual(before)
    await expect.poll(() => summaries(token), { timeout: LONG }).toContain(`Made meanwhile ${name}`)
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByText('Back at the diary').waitFor()
    expect(page.url()).toBe(`${new URL(pages.diary.home).origin}/`)
    expect(failures).toEqual([])
  },
  120_000,
)

test.each(SCREENS)(
  'C3: %s another account is refused with a way to try again, and a bad link with a page that says so',
  async (name, options) => {
    const { page } = await pages.browser.newPage(options)
    page.setDefaultTimeout(LONG / 2)
    const { access_token: token = '' } = await pages.connect(page, 'read_events')
    await firstPull(token)
    await endSession(`Made for another ${name}`)
    const link = await relinkUrl(token)
    await page.goto(link)
    await page.getByRole('button', { name: 'Sign in with Microsoft' }).click()
    await pages.signIn(page, 'Jonas Berg')
    await heading(page, 'This is another account')
    await isGoodPage(page, `reconnect-other ${name}`)
    await page.getByRole('link', { name: 'Try again' }).click()
    await page.getByRole('button', { name: 'Sign in with Microsoft' }).click()
    await pages.signIn(page, 'Anna Holm')
    await heading(page, 'You are connected again')
    await page.goto(`${pages.system.addresses.sync}/oauth/reconnect?link=nothing`)
    await heading(page, 'This link is no longer good')
    await isGoodPage(page, `reconnect-over ${name}`)
  },
  120_000,
)
