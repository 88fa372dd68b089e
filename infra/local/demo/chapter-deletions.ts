import { WINNER } from './chapter-conflicts.ts'
import { edit, onBoth, outlookShows, type Stage } from './stage.ts'

/** An event that is deleted on one side and wanted on the other, and then wanted by nobody. */
export async function tellDeletions(stage: Stage): Promise<void> {
  const { timeline, flowagent, outlook } = stage
  const { step } = timeline

  timeline.chapter('Deletions')
  await step('deleted in Outlook while FlowAgent edits it', async () => {
    const { event, item } = await onBoth(stage, WINNER)
    await outlook.remove(event.id)
    await flowagent.save(edit(item, { place: 'Room 5' }))
    await outlookShows(stage, outlook, WINNER, ([one]) => one?.place === 'Room 5')
    return 'it is back in Outlook: an edit beats a deletion'
  })
  await step('it is deleted in FlowAgent', async () => {
    const { calendarId, id: itemId, ownId, title } = (await onBoth(stage, WINNER)).item
    await flowagent.remove({ kind: 'delete', calendarId, itemId, title, target: { eventId: ownId ?? '' } })
    await outlookShows(stage, outlook, WINNER, ({ length }) => length === 0)
    return 'gone in Outlook, after six seconds to undo it'
  })
}
