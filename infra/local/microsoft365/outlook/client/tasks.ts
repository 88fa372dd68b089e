import { ask, askExtent } from './ask.ts'
import { showDetails } from './details.ts'
import type { Editor } from './editor.ts'
import { type Graph, GraphFailure } from './graph.ts'
import type { Shown } from './grid.ts'
import { withNotes } from './notes.ts'
import { graphTimes, type Span } from './span.ts'
import { attempt } from './toast.ts'
import { changesOf, newValues, valuesOf } from './values.ts'
import type { Answer, GraphCalendar, Recurrence } from './wire.ts'

interface Dependencies {
  graph: Graph
  editor: Editor
  timeZone: string
  calendars(): GraphCalendar[]
  onDone(): void
}

export interface Tasks {
  create(span: Span): Promise<void>
  /** Shows an event and does what the person then asks for. */
  open(shown: Shown): Promise<void>
  /** @returns whether the event may stay where it was dragged to. */
  move(shown: Shown, span: Span): Promise<boolean>
}

/** What people do with events here, each from the first click to the last message. */
export function createTasks({ graph, editor, timeZone, calendars, onDone }: Dependencies): Tasks {
  const run = async (work: () => Promise<void>, done: string): Promise<boolean> => {
    const isDone = await attempt(() => work().catch(explained), done)
    onDone()
    return isDone
  }

  async function create(span: Span): Promise<void> {
    const writable = calendars().filter(({ canEdit }) => canEdit)
    const values = newValues(span, writable[0]?.id ?? '', timeZone)
    const entered = await editor.open({ heading: 'New event', values, calendars: writable, canRepeat: true })
    if (entered === undefined) return
    await run(() => graph.create(entered.calendarId, changesOf(undefined, entered)), 'Event created')
  }

  async function edit({ event, calendar }: Shown): Promise<void> {
    const id = await targetOf(event.seriesMasterId, event.id, 'Edit the series or only this event?')
    if (id === undefined) return
    const name = { calendarId: calendar.id, id }
    const zone = event.isAllDay ? 'UTC' : event.originalStartTimeZone
    const current = await graph.event(name, zone)
    const before = valuesOf(current, calendar.id, event.isAllDay ? timeZone : zone)
    const canRepeat = current.type === 'singleInstance' || current.type === 'seriesMaster'
    const heading = current.type === 'seriesMaster' ? 'Edit series' : 'Edit event'
    const entered = await editor.open({ heading, values: before, canRepeat })
    const changes = entered && changesOf(before, entered)
    if (entered === undefined || changes === undefined || Object.keys(changes).length === 0) return
    const keepsMeeting = current.isOnlineMeeting && 'body' in changes
    const body = keepsMeeting && { contentType: 'html', content: withNotes(await graph.html(name), entered.body) }
    await run(() => graph.change(name, { ...changes, ...(body && { body }) }, current['@odata.etag']), 'Event saved')
  }

  async function remove({ event, calendar }: Shown): Promise<void> {
    const question = `Delete “${event.subject || '(No title)'}”?`
    const id = await removalTarget(event.seriesMasterId, event.id, question)
    if (id !== undefined) await run(() => graph.remove({ calendarId: calendar.id, id }), 'Event deleted')
  }

  async function respond({ event, calendar }: Shown, answer: Answer): Promise<void> {
    const id = await targetOf(event.seriesMasterId, event.id, 'Answer for the series or only for this event?')
    if (id !== undefined) await run(() => graph.respond({ calendarId: calendar.id, id }, answer), 'Answer sent')
  }

  async function recurrenceOf({ event, calendar }: Shown): Promise<Recurrence | null> {
    if (event.seriesMasterId === null) return null
    return (await graph.event({ calendarId: calendar.id, id: event.seriesMasterId }, timeZone)).recurrence
  }

  return {
    create: async (span) => void (await attempt(() => create(span))),
    async open(shown) {
      await attempt(async () => {
        const wish = await showDetails(shown, await recurrenceOf(shown))
        if (wish === 'edit') await edit(shown)
        else if (wish === 'remove') await remove(shown)
        else if (wish !== undefined) await respond(shown, wish)
      })
    },
    move: ({ event, calendar }, span) => {
      const name = { calendarId: calendar.id, id: event.id }
      return run(() => graph.change(name, graphTimes(span, timeZone), event['@odata.etag']), 'Event moved')
    },
  }
}

/** The id to change: the event's own, or that of its series. Undefined when the person changed their mind. */
async function targetOf(seriesId: string | null, id: string, question: string): Promise<string | undefined> {
  if (seriesId === null) return id
  const extent = await askExtent(question)
  return extent && (extent === 'series' ? seriesId : id)
}

async function removalTarget(seriesId: string | null, id: string, question: string): Promise<string | undefined> {
  if (seriesId !== null) return targetOf(seriesId, id, question)
  const choice = await ask(question, 'It cannot be brought back.', [{ value: 'yes', label: 'Delete', kind: 'danger' }])
  return choice && id
}

function explained(error: unknown): never {
  if (error instanceof GraphFailure && error.status === 412) {
    throw new GraphFailure(412, 'Somebody changed this event meanwhile. Look at it again.')
  }
  throw error
}
