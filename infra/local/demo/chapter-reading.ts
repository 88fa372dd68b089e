import { hour, type Stage } from './stage.ts'

/** Connecting, the first pull, and changes in Outlook that are seen in FlowAgent. */
export async function tellReading(stage: Stage): Promise<void> {
  const { timeline, flowagent, outlook, person, mailbox } = stage
  const { step } = timeline
  const times = (from: string, to: string) => ({ start: hour(stage, from).graph, end: hour(stage, to).graph })
  const near = { from: 0, to: 3 }
  let created = ''

  timeline.chapter('Connecting')
  await step(
    'connect to Microsoft in Account Settings',
    async () => {
      await flowagent.connect(person)
      return 'signed in, consent given, back in FlowAgent'
    },
    'goesOn',
  )
  await step('first pull', async () => {
    const shown = await flowagent.waitFor('the whole mailbox', (events) => events.length === mailbox().length)
    return `${shown.length} events, exactly the mailbox's`
  })

  timeline.chapter('From Outlook to FlowAgent')
  await step('an event is created in Outlook', async () => {
    created = await outlook.create({ subject: 'Demo: coffee', ...times('09:00', '09:30') })
    await flowagent.waitFor('the event', (events) => events.some(({ title }) => title === 'Demo: coffee'), near)
    return 'it is in FlowAgent'
  })
  await step('its title and time are changed in Outlook', async () => {
    await outlook.change(created, { subject: 'Demo: tea', ...times('10:00', '10:30') })
    const isNew = (events: readonly { title: string }[]) =>
      events.some(({ title }) => title === 'Demo: tea') && !events.some(({ title }) => title === 'Demo: coffee')
    await flowagent.waitFor('the new title', isNew, near)
    return 'FlowAgent shows the new title'
  })
  await step('it is deleted in Outlook', async () => {
    await outlook.remove(created)
    await flowagent.waitFor('the deletion', (events) => !events.some(({ title }) => title === 'Demo: tea'), near)
    return 'FlowAgent shows it no more'
  })
  await step('a weekly series of ten is made in Outlook', async () => {
    await outlook.create({ subject: 'Demo: weekly', ...times('13:00', '14:00'), recurrence: weekly(stage, 10) })
    const isWhole = (events: readonly { title: string }[]) =>
      events.filter(({ title }) => title === 'Demo: weekly').length === 10
    await flowagent.waitFor('ten occurrences', isWhole, { from: 0, to: 70 })
    return 'ten occurrences are in FlowAgent'
  })
}

function weekly(stage: Stage, numberOfOccurrences: number) {
  const startDate = hour(stage, '13:00').graph.dateTime.slice(0, 10)
  const weekday = new Date(`${startDate}T00:00:00Z`).toLocaleDateString('en', { weekday: 'long', timeZone: 'UTC' })
  return {
    pattern: { type: 'weekly', interval: 1, daysOfWeek: [weekday.toLowerCase()] },
    range: { type: 'numbered', startDate, numberOfOccurrences },
  }
}
