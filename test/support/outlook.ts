import { Temporal } from 'temporal-polyfill'
import { idleClock, startMicrosoft365 } from '../../infra/local/microsoft365/start.ts'
import { createWorld } from '../../infra/local/microsoft365/world.ts'
import { systemRandom } from '../../shared/core/random.ts'
import { startBrowser } from './browser.ts'

/** Anna's Outlook page, showing the current week, beside her mailbox. Close it when done. */
export async function openOutlook() {
  const world = createWorld({ clock: idleClock, random: systemRandom })
  const { tid } = world.addOrganisation({ name: 'Contoso', domain: 'contoso.example' })
  const anna = world.addPerson({ tid, displayName: 'Anna Holm' })
  const mailbox = world.mailboxOf(anna.oid)
  const common = { clock: idleClock, random: systemRandom, log: () => undefined, applications: [] }
  const microsoft365 = await startMicrosoft365({ port: 0, world, ...common })
  const browser = await startBrowser()
  const { page, failures } = await browser.newPage({ viewport: { width: 1300, height: 900 } })
  const open = async () => {
    await page.goto(`http://127.0.0.1:${microsoft365.port}/outlook?person=${anna.oid}`)
    await page.locator('#title:not(:empty)').waitFor()
  }
  return {
    mailbox,
    page,
    failures,
    open,
    eventNamed: (name: string) => page.locator('.ev', { hasText: name }),
    /** What is in the mailbox this week and the next. */
    subjects: () => mailbox.view(aroundThisWeek()).map(({ fields }) => fields['subject']),
    timesOf: (name: string) =>
      mailbox
        .view(aroundThisWeek())
        .filter(({ fields }) => fields['subject'] === name)
        .map(({ span }) => `${span.start.slice(0, 16)} ${span.end.slice(11, 16)}`),
    async [Symbol.asyncDispose]() {
      await browser.close()
      await microsoft365.close()
    },
  }
}

const monday = () => {
  const today = Temporal.Now.plainDateISO('Europe/Copenhagen')
  return today.subtract({ days: today.dayOfWeek - 1 })
}

/** A day of the current week as `2026-11-20`; 1 is Monday. */
export const dayOfWeek = (day: number): string =>
  monday()
    .add({ days: day - 1 })
    .toString()

function aroundThisWeek() {
  const [from, to] = [monday(), monday().add({ days: 14 })].map((day) => Date.parse(`${day}T00:00:00Z`))
  return { from: from ?? 0, to: to ?? 0 }
}

/** An event's start and end as Graph takes them. */
export const between = (day: number, start: string, end: string) => ({
  start: { dateTime: `${dayOfWeek(day)}T${start}:00`, timeZone: 'Romance Standard Time' },
  end: { dateTime: `${dayOfWeek(day)}T${end}:00`, timeZone: 'Romance Standard Time' },
})

/** A daily series of five, from Monday to Friday of the current week. */
export const dailySeries = (subject: string) => ({
  subject,
  ...between(1, '10:00', '11:00'),
  recurrence: {
    pattern: { type: 'daily', interval: 1 },
    range: { type: 'numbered', startDate: dayOfWeek(1), numberOfOccurrences: 5 },
  },
})
