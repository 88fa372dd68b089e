import { timed } from './patience.ts'
import { creation, edit, flowagentShows, hour, outlookShows, type Stage } from './stage.ts'

/** The title that the next chapter begins with. */
export const REVIEW = 'Demo: review'

/** An event made and moved in FlowAgent, and moved in Outlook. */
export async function tellWriting(stage: Stage): Promise<void> {
  const { timeline, flowagent, outlook, clock, rest, writes } = stage
  const { step } = timeline
  const times = (from: string, to: string) => ({ start: hour(stage, from).moment, end: hour(stage, to).moment })
  const shown = async (time: string) => {
    const [item] = await flowagentShows(stage, REVIEW, isAt(stage, time))
    if (item === undefined) throw new Error('FlowAgent does not show the event')
    return item
  }
  const seen = (time: string) =>
    outlookShows(stage, outlook, REVIEW, (events) => events[0]?.startAt === hour(stage, time).at)

  timeline.chapter('From FlowAgent to Outlook')
  await step('an event is created in FlowAgent', async () => {
    const { id } = await flowagent.calendar()
    const request = creation(id, 'demo-review', { title: REVIEW, ...times('09:00', '10:00') })
    const [took] = await Promise.all([timed(clock, () => seen('09:00')), flowagent.save(request)])
    await shown('09:00')
    return `in Outlook after ${took} ms`
  })
  await step('it is moved in FlowAgent', async () => {
    const item = await shown('09:00')
    const before = writes().length
    const request = edit(item, times('11:00', '12:00'))
    const [took] = await Promise.all([timed(clock, () => seen('11:00')), flowagent.save(request)])
    await rest()
    await shown('11:00')
    return `in Outlook after ${took} ms; ${onlyTimes(writes().slice(before))}`
  })
  await step('the same is saved again', async () => {
    const before = writes().length
    await flowagent.save(edit(await shown('11:00'), times('11:00', '12:00')))
    await rest()
    await shown('11:00')
    if (writes().length > before) throw new Error('something was written')
    return 'nothing to change, nothing sent to Outlook'
  })
  await step('it is moved in Outlook', async () => {
    const [event] = await seen('11:00')
    await outlook.change(event?.id ?? '', { start: hour(stage, '13:00').graph, end: hour(stage, '14:00').graph })
    const took = await timed(clock, () => shown('13:00'))
    return `FlowAgent shows it after ${took} ms`
  })
}

const isAt = (stage: Stage, time: string) => (items: readonly { start: { time: string } }[]) =>
  items.length === 1 && Date.parse(items[0]?.start.time ?? '') === hour(stage, time).at

/** Graph counts whole days among the times. */
const TIMES = 'end, isAllDay, start'

/** @throws Error unless the times were written, in one PATCH. */
function onlyTimes(written: ReturnType<Stage['writes']>): string {
  const found = written.map(({ method, fields }) => `${method} with ${[...fields].sort().join(', ')}`)
  if (String(found) !== `PATCH with ${TIMES}`) throw new Error(`written instead: ${found.join('; ') || 'nothing'}`)
  return 'one PATCH with the times only'
}
