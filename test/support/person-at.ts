import { connectPerson } from '../../infra/local/sample-integrator.ts'
import { days, later, systemClock, toIsoSeconds } from '../../shared/core/time.ts'
import { eventually } from './eventually.ts'
import { oneHour } from './graph-stand-in.ts'
import { answerLines, mailboxLines, type Reader, spanAround } from './mailbox-answer.ts'
import { firstPullDone, type RunningSystem } from './system.ts'

const DAY = toIsoSeconds(later(systemClock.now(), days(3))).slice(0, 10)

/** A connected person, and an integrator that asks whichever process of the service it is told to. */
export interface PersonAt {
  /** Creates or changes the integrator's event. @returns the status of the answer. */
  ask(url: string, summary: string): Promise<number>
  changeInOutlook(subject: string): void
  /** Whether the mailbox has an event with this subject, once. */
  holds(subject: string): boolean
  /** Waits until the integrator's event is in the mailbox once, and the API tells what the mailbox holds. */
  agrees(url: string, summary: string): Promise<void>
}

/** @param url where the integrator begins and redeems its code; Microsoft sends the browser to the service's address. */
export async function connectSomeone({ microsoft365 }: RunningSystem, url: string): Promise<PersonAt> {
  const { world } = microsoft365
  const [tid = ''] = world.organisations.keys()
  const person = world.addPerson({ tid, displayName: `Person ${world.people.size}` })
  const mailbox = world.mailboxOf(person.oid)
  const client = await connectPerson(url, person.userPrincipalName)
  await firstPullDone(client)
  const authorization = `Bearer ${client.token}`
  const reader = (at: string): Reader => ({
    async get(path) {
      const answer = await fetch(`${at}${path}`, { headers: { authorization } })
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
    },
  })
  const lines = () => mailboxLines(mailbox, spanAround(systemClock.now()))
  const { body } = await client.get('/v1/calendars')
  const [calendar] = body['calendars'] as { calendar_id: string }[]
  return {
    async ask(at, summary) {
      const wish = { event_id: 'fa-1', summary, start: `${DAY}T09:00:00Z`, end: `${DAY}T10:00:00Z` }
      const headers = { authorization, 'content-type': 'application/json' }
      const path = `/v1/calendars/${calendar?.calendar_id}/events`
      return (await fetch(`${at}${path}`, { method: 'POST', headers, body: JSON.stringify(wish) })).status
    },
    holds: (subject) => lines().filter((line) => line.endsWith(` ${subject}`)).length === 1,
    changeInOutlook: (subject) => void mailbox.create(oneHour(subject, DAY, 12)),
    agrees: (at, summary) =>
      eventually(
        `${summary} is on both sides, by ${at}`,
        async () => {
          const span = spanAround(systemClock.now())
          const held = lines()
          const told = await answerLines(withManaged(reader(at)), span)
          return held.filter((line) => line.endsWith(summary)).length === 1 && told.join() === held.join()
        },
        60_000,
      ),
  }
}

/** With the integrator's own events. */
const withManaged = ({ get }: Reader): Reader => ({
  get: (path) => get(path.startsWith('/v1/events?') ? `${path}&include_managed=true` : path),
})
