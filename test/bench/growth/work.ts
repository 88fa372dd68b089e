import type { ServiceFixture } from '../../support/service.ts'
import type { Connected } from './population.ts'
import { FIRST_DAY } from './population.ts'

let changes = 0

/** The pieces of work whose cost is measured, each for one person. What they are told apart by is never said twice. */
export const WORK = {
  /** An event changes in Outlook: notification, pull, commit. */
  async pull(fixture: ServiceFixture, { person, event }: Connected): Promise<void> {
    fixture.world.mailboxOf(person.oid).patch(event, { subject: `Changed ${++changes}` })
    await fixture.deliver()
  },
  /** An integrator changes its event: request, push, and the pull of what was written. */
  async action(fixture: ServiceFixture, { reader, calendar }: Connected): Promise<void> {
    const [start, end] = [`${FIRST_DAY}T14:00:00Z`, `${FIRST_DAY}T15:00:00Z`]
    const event = { event_id: 'own', summary: `Wanted ${++changes}`, start, end }
    const { status } = await reader.send('POST', `/v1/calendars/${calendar}/events`, event)
    if (status !== 202) throw new Error(`an action was answered ${status}`)
    await fixture.settle()
    await fixture.deliver()
  },
  /** An integrator asks what is on one day. */
  async answer(_fixture: ServiceFixture, { reader }: Connected): Promise<void> {
    const { status } = await reader.get(`/v1/events?tzid=Etc/UTC&from=${FIRST_DAY}&to=2026-11-21`)
    if (status !== 200) throw new Error(`a request was answered ${status}`)
  },
} as const

export type Work = keyof typeof WORK
