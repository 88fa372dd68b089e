import { REVIEW } from './chapter-writing.ts'
import { edit, flowagentShows, onBoth, outlookShows, type Stage } from './stage.ts'

/** The title that the event is left with. */
export const WINNER = "Demo: FlowAgent's title"

/** Both sides change one event before either has heard of the other's change. */
export async function tellConflicts(stage: Stage): Promise<void> {
  const { timeline, flowagent, outlook } = stage
  const { step } = timeline

  timeline.chapter('Both sides at once')
  await step('new title in FlowAgent, new place in Outlook', async () => {
    const { event, item } = await onBoth(stage, REVIEW)
    await outlook.change(event.id, { location: { displayName: 'Room 4' } })
    await flowagent.save(edit(item, { title: 'Demo: second review' }))
    await outlookShows(stage, outlook, 'Demo: second review', ([one]) => one?.place === 'Room 4')
    await flowagentShows(stage, 'Demo: second review', ([one]) => one?.place === 'Room 4')
    return 'both survive, on both sides'
  })
  await step('a new title on each side', async () => {
    const { event, item } = await onBoth(stage, 'Demo: second review')
    await outlook.change(event.id, { subject: "Demo: Outlook's title" })
    const overruled = await flowagent.saveAndHear(edit(item, { title: WINNER }), (message) =>
      message.type === 'outcome' && message.outcome.title === WINNER ? message.outcome.overruled : undefined,
    )
    await onBoth(stage, WINNER)
    const lost = overruled.find(({ field }) => field === 'summary')
    if (lost === undefined) throw new Error('the losing title is not on record')
    return `FlowAgent's wins; on record with the action: "${lost.value}"`
  })
}
