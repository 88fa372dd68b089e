import type { Clock } from '../../../shared/core/time.ts'
import type { FlowAgentVisitor } from './flowagent.ts'
import type { Outlook } from './outlook.ts'
import type { Timeline } from './timeline.ts'

export interface Cast {
  readonly timeline: Timeline
  readonly flowagent: FlowAgentVisitor
  readonly outlook: Outlook
  readonly clock: Clock
  readonly person: string
  /** How many events the mailbox shows in the window. */
  readonly expected: () => number
}

/** The whole story: connect, first pull, and three changes in Outlook, each seen in FlowAgent before the next. */
export async function tellStory({ timeline, flowagent, outlook, clock, person, expected }: Cast): Promise<void> {
  const { step } = timeline
  const tomorrow = new Date(clock.now() + 86_400_000).toISOString().slice(0, 10)
  const at = (hour: string) => ({ dateTime: `${tomorrow}T${hour}:00`, timeZone: 'Romance Standard Time' })
  let created = ''

  await step('connect to Microsoft in Account Settings', async () => {
    await flowagent.connect(person)
    return 'signed in, consent given, back in FlowAgent'
  })
  await step('first pull', async () => {
    const shown = await flowagent.waitFor((events) => events.length === expected())
    return `${shown.length} events, exactly the mailbox's`
  })
  await step('an event is created in Outlook', async () => {
    created = await outlook.create({ subject: 'Demo: coffee', start: at('09:00'), end: at('09:30') })
    await flowagent.waitFor((events) => events.some(({ title }) => title === 'Demo: coffee'))
    return 'it is in FlowAgent'
  })
  await step('its title and time are changed in Outlook', async () => {
    await outlook.change(created, { subject: 'Demo: tea', start: at('10:00'), end: at('10:30') })
    await flowagent.waitFor(
      (events) =>
        events.some(({ title }) => title === 'Demo: tea') && !events.some(({ title }) => title === 'Demo: coffee'),
    )
    return 'FlowAgent shows the new title'
  })
  await step('it is deleted in Outlook', async () => {
    await outlook.remove(created)
    await flowagent.waitFor((events) => !events.some(({ title }) => title === 'Demo: tea'))
    return 'FlowAgent shows it no more'
  })
  await step('a weekly series of ten is made in Outlook', async () => {
    const weekday = new Date(`${tomorrow}T00:00:00Z`).toLocaleDateString('en', { weekday: 'long', timeZone: 'UTC' })
    await outlook.create({
      subject: 'Demo: weekly',
      start: at('13:00'),
      end: at('14:00'),
      recurrence: {
        pattern: { type: 'weekly', interval: 1, daysOfWeek: [weekday.toLowerCase()] },
        range: { type: 'numbered', startDate: tomorrow, numberOfOccurrences: 10 },
      },
    })
    const of = (events: readonly { title: string }[]) => events.filter(({ title }) => title === 'Demo: weekly')
    await flowagent.waitFor((events) => of(events).length === 10)
    return 'ten occurrences are in FlowAgent'
  })
  await step('both sides are compared', async () => {
    const shown = await flowagent.waitFor((events) => events.length === expected())
    return `${shown.length} events on both`
  })
}
