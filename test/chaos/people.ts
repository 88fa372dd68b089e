import { type FlowAgentVisitor, openFlowAgent } from '../../infra/local/demo/flowagent.ts'
import { type Outlook, openOutlook } from '../../infra/local/demo/outlook.ts'
import { connectPerson, type SampleIntegrator } from '../../infra/local/sample-integrator.ts'
import { windowAround } from '../../shared/events/window.ts'
import type { Shown } from './ledger.ts'
import type { ChaosSystem } from './system.ts'

/** One connected person with everything that shows or changes their calendar. */
export interface Person {
  readonly index: number
  readonly outlook: Outlook
  readonly flowagent: FlowAgentVisitor
  readonly flowagentCalendar: string
  readonly integrator: SampleIntegrator
  readonly integratorCalendar: string
  /** What Microsoft 365 shows, all calendars. */
  mailbox(): readonly Shown[]
  shownByFlowAgent(): Promise<readonly Shown[]>
  shownByApi(): Promise<readonly Shown[]>
}

/** Everybody of the world but its administrator connects FlowAgent and the sample integrator. */
export async function connectPeople(system: ChaosSystem): Promise<readonly Person[]> {
  const people = [...system.world.people.values()].filter(({ isAdministrator }) => !isAdministrator)
  const connected: Person[] = []
  for (const [index, { userPrincipalName }] of people.entries())
    connected.push(await connect(system, index, userPrincipalName))
  return connected
}

async function connect(system: ChaosSystem, index: number, address: string): Promise<Person> {
  const { addresses, direct, clock, world } = system
  const flowagent = openFlowAgent(addresses.flowagent, clock)
  await flowagent.connect(address)
  const integrator = await connectPerson(addresses.sync, address)
  await untilRead(integrator)
  const { body } = await integrator.get('/v1/calendars')
  const [calendar] = body['calendars'] as { calendar_id: string }[]
  return {
    index,
    flowagent,
    integrator,
    outlook: openOutlook(direct.microsoft365, address),
    flowagentCalendar: (await flowagent.calendar()).id,
    integratorCalendar: calendar?.calendar_id ?? '',
    mailbox() {
      const mailbox = world.mailboxOf(world.personByAddress(address)?.oid ?? '')
      const { from, to } = windowAround(clock.now(), { past: 40, future: 199 })
      return mailbox
        .calendars()
        .flatMap(({ id }) => mailbox.view({ from, to }, id))
        .map(({ fields, span }) => ({ title: String(fields['subject']), startAt: span.startAt, endAt: span.endAt }))
    },
    async shownByFlowAgent() {
      const items = await flowagent.events()
      return items.map(({ title, start, end }) => ({
        ...{ title, startAt: Date.parse(start.time), endAt: Date.parse(end.time) },
      }))
    },
    async shownByApi() {
      const events = await integrator.events({ include_managed: 'true' })
      return events.map(({ summary, start, end }) => ({
        ...{ title: summary, startAt: Date.parse(start), endAt: Date.parse(end) },
      }))
    },
  }
}

async function untilRead(integrator: SampleIntegrator): Promise<void> {
  for (;;) {
    const { body } = await integrator.get('/v1/userinfo')
    const data = body['cronofy.data'] as { profiles: { profile_sync: { state: string } }[] }
    if (data.profiles[0]?.profile_sync.state === 'current') return
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}
