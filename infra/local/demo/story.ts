import { tellConflicts } from './chapter-conflicts.ts'
import { tellDeletions } from './chapter-deletions.ts'
import { tellMeeting } from './chapter-meeting.ts'
import { tellReading } from './chapter-reading.ts'
import { tellSeries } from './chapter-series.ts'
import { tellWriting } from './chapter-writing.ts'
import { type Stage, startOf } from './stage.ts'

/** The whole story in both directions. Each step is seen on the other side before the next one begins. */
export async function tellStory(stage: Stage): Promise<void> {
  await tellReading(stage)
  await tellWriting(stage)
  await tellConflicts(stage)
  await tellSeries(stage)
  await tellMeeting(stage)
  await tellDeletions(stage)
  await compare(stage)
}

async function compare({ timeline, flowagent, mailbox }: Stage): Promise<void> {
  timeline.chapter('In the end')
  await timeline.step('both sides are compared', async () => {
    const line = ({ title, startAt }: { title: string; startAt: number }) => `${startAt} ${title}`
    const shown = await flowagent.waitFor('the same events', (items) => {
      const ours = items.map((item) => line({ title: item.title, startAt: startOf(item) })).sort()
      return ours.join('\n') === mailbox().map(line).sort().join('\n')
    })
    return `${shown.length} events on both, the same titles and times`
  })
}
