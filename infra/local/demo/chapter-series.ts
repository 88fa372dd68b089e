import type { CalendarItem } from '../flowagent/messages.ts'
import { timed } from './patience.ts'
import { creation, edit, flowagentShows, hour, outlookShows, type Stage, sameStarts, startOf } from './stage.ts'

const TITLE = 'Demo: status'

/** A series made in FlowAgent, with one occurrence moved and one that may not be, and ended. */
export async function tellSeries(stage: Stage): Promise<void> {
  const { timeline, flowagent, outlook, clock } = stage
  const { step } = timeline
  const weekly = { frequency: 'weekly', interval: 1 } as const
  const times = (from: string, to: string, day: number) => ({
    start: hour(stage, from, day).moment,
    end: hour(stage, to, day).moment,
  })

  /** The series as FlowAgent shows it once it is what Outlook shows. */
  async function onBoth(count: number): Promise<readonly CalendarItem[]> {
    const events = await outlookShows(stage, outlook, TITLE, ({ length }) => length === count)
    const items = await flowagentShows(stage, TITLE, (shown) => sameStarts(shown, events) && shown.every(isKnown))
    return [...items].sort((one, other) => startOf(one) - startOf(other))
  }

  async function occurrence(items: Promise<readonly CalendarItem[]>, index: number): Promise<CalendarItem> {
    const item = (await items)[index]
    if (item === undefined) throw new Error('FlowAgent does not show the occurrence')
    return item
  }

  timeline.chapter('A series')
  await step('a weekly series of six is made in FlowAgent', async () => {
    const { id } = await flowagent.calendar()
    const fields = { title: TITLE, ...times('15:00', '15:30', 1), repeat: { ...weekly, count: 6 } }
    const whole = () => outlookShows(stage, outlook, TITLE, ({ length }) => length === 6)
    const [took] = await Promise.all([timed(clock, whole), flowagent.save(creation(id, 'demo-status', fields))])
    await onBoth(6)
    return `six occurrences in Outlook after ${took} ms`
  })
  await step('the second one is moved a day in FlowAgent', async () => {
    const second = await occurrence(onBoth(6), 1)
    await flowagent.save(edit(second, times('15:00', '15:30', 9), 'this'))
    const isMoved = ({ type, startAt }: { type: string; startAt: number }) =>
      type === 'exception' && startAt === hour(stage, '15:00', 9).at
    await outlookShows(stage, outlook, TITLE, (events) => events.filter(isMoved).length === 1)
    await onBoth(6)
    return 'an exception in Outlook, the other five unmoved'
  })
  await step('the third one is moved past the fourth', async () => {
    const third = await occurrence(onBoth(6), 2)
    const reason = await flowagent.saveAndHear(edit(third, times('15:00', '15:30', 23), 'this'), (message) =>
      message.type === 'refusals' ? message.refusals[0]?.reason : undefined,
    )
    const back = await occurrence(onBoth(6), 2)
    if (startOf(back) !== startOf(third)) throw new Error('the occurrence is not where it was')
    return `accepted, then refused by Microsoft: ${reason}`
  })
  await step('the series ends after the third one', async () => {
    const first = await occurrence(onBoth(6), 0)
    await flowagent.save(edit(first, { repeat: { ...weekly, count: 3 } }))
    await onBoth(3)
    return 'three are left, on both sides'
  })
}

/** An occurrence can be changed by itself once Microsoft has named it. */
const isKnown = ({ uid }: CalendarItem): boolean => uid !== undefined
