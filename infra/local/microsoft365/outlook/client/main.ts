import type { Session } from '../session.ts'
import { createCalendarList } from './calendars.ts'
import { byId } from './dom.ts'
import { createEditor } from './editor.ts'
import { createGraph } from './graph.ts'
import { createGrid, type ViewName } from './grid.ts'
import { watchMailbox } from './live.ts'
import { lookOf } from './look.ts'
import { createTasks } from './tasks.ts'
import { attempt, tell } from './toast.ts'
import { createToolbar } from './toolbar.ts'

const person = document.body.dataset['person'] ?? ''
const isNarrow = matchMedia('(max-width: 720px)').matches

async function openSession(): Promise<Session> {
  const response = await fetch(`/outlook/session?person=${encodeURIComponent(person)}`)
  if (!response.ok) throw new Error('This person is no longer here.')
  return response.json()
}

async function start(): Promise<void> {
  const session = await openSession()
  const graph = createGraph(session, openSession)
  const colleagues = session.colleagues.map(({ name, address }) => new Option(name, address))
  byId('colleagues', HTMLDataListElement).replaceChildren(...colleagues)

  const calendars = createCalendarList(byId('calendars', HTMLElement), localStorage, () => grid.refetchEvents())
  calendars.show(await graph.calendars())

  async function load(from: string, to: string) {
    const parts = await Promise.all(
      calendars.visible().map(async (calendar) => {
        const events = await graph.view(calendar.id, from, to)
        return events.map((event) => lookOf(event, calendar))
      }),
    )
    return parts.flat()
  }

  const tasks = createTasks({
    graph,
    editor: createEditor(),
    timeZone: session.timeZone,
    calendars: calendars.all,
    onDone: () => grid.refetchEvents(),
  })
  const toolbar = createToolbar(
    () => grid,
    () => void tasks.create({ start: `${grid.date()}T10:00`, end: `${grid.date()}T11:00`, isAllDay: false }),
  )
  const grid = createGrid({
    place: byId('grid', HTMLElement),
    view: startView(),
    ianaZone: session.ianaZone,
    load,
    onDates(title, view) {
      localStorage.setItem(VIEW_KEY, view)
      toolbar.show(title, view)
    },
    onOpen: (shown) => void tasks.open(shown),
    onSelect: (span) => void tasks.create(span).then(() => grid.unselect()),
    onMove: tasks.move,
    onFailure: () => tell('The events could not be loaded.', 'failed'),
  })

  watchMailbox(
    person,
    async () => {
      calendars.show(await graph.calendars())
      grid.refetchEvents()
    },
    (isReachable) => {
      byId('unreachable', HTMLElement).hidden = isReachable
    },
  )
}

const VIEW_KEY = 'outlook-view'
const VIEW_NAMES: readonly string[] = ['day', 'week', 'month', 'agenda'] satisfies ViewName[]
const isView = (text: string | null): text is ViewName => text !== null && VIEW_NAMES.includes(text)

function startView(): ViewName {
  const last = localStorage.getItem(VIEW_KEY)
  return isView(last) ? last : isNarrow ? 'agenda' : 'week'
}

byId('person', HTMLSelectElement).addEventListener('change', ({ target }) => {
  if (target instanceof HTMLSelectElement) location.assign(`/outlook?person=${encodeURIComponent(target.value)}`)
})
byId('calendar-choice', HTMLDetailsElement).open = !isNarrow
void attempt(start)
