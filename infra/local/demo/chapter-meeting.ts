import { timed } from './patience.ts'
import { creation, edit, flowagentShows, hour, outlookShows, type Stage } from './stage.ts'

const TITLE = 'Demo: budget'

/** An invitation from FlowAgent, the answer from Outlook, and no mails for nothing. */
export async function tellMeeting(stage: Stage): Promise<void> {
  const { timeline, flowagent, outlook, colleague, clock, rest, writes } = stage
  const { step } = timeline
  const [start, end] = [hour(stage, '16:00').moment, hour(stage, '16:30').moment]
  const invite = [{ email: colleague.address, name: colleague.name }]
  const invited = () => outlookShows(stage, colleague.outlook, TITLE, ({ length }) => length === 1)

  timeline.chapter('A meeting')
  await step('a colleague is invited in FlowAgent', async () => {
    const before = await outlook.mailsSent()
    const { id } = await flowagent.calendar()
    const request = creation(id, 'demo-budget', { title: TITLE, start, end, invite })
    const [took] = await Promise.all([timed(clock, invited), flowagent.save(request)])
    const mails = (await outlook.mailsSent()) - before
    if (mails !== 1) throw new Error(`${mails} mails were sent`)
    return `in the colleague's Outlook after ${took} ms, one mail`
  })
  await step('the colleague accepts in Outlook', async () => {
    const [event] = await invited()
    await colleague.outlook.accept(event?.id ?? '')
    const took = await timed(clock, () =>
      flowagentShows(stage, TITLE, ([item]) => item?.guests[0]?.answer === 'accepted'),
    )
    return `FlowAgent shows the answer after ${took} ms`
  })
  await step('the same meeting is saved again', async () => {
    const [written, mailed] = [writes().length, await outlook.mailsSent()]
    const [item] = await flowagentShows(stage, TITLE, ({ length }) => length === 1)
    if (item === undefined) throw new Error('FlowAgent does not show the meeting')
    await flowagent.save(edit(item, { title: TITLE, start, end, invite }))
    await rest()
    if (writes().length > written || (await outlook.mailsSent()) > mailed) throw new Error('something was sent')
    return 'nothing written, no mail to anybody'
  })
}
