import type { CalendarItem, ConnectionStatus, LiveMessage } from '../messages.ts'
import type { ViewName } from './calendar/appearance.ts'
import { createBoard } from './calendar/board.ts'
import { createChoices } from './calendar/choices.ts'
import { openDetails } from './calendar/details.ts'
import { createEditing } from './calendar/editing/editing.ts'
import { tellOutcome } from './calendar/editing/outcome.ts'
import { createRefusals } from './calendar/editing/refusals.ts'
import { nextHour } from './calendar/editing/spans.ts'
import { createGrid, type Grid, type VisibleDays } from './calendar/grid.ts'
import { createLoader } from './calendar/loader.ts'
import { remembered } from './calendar/memory.ts'
import { createShown, type Shown } from './calendar/shown.ts'
import { createToolbar } from './calendar/toolbar.ts'
import { isNarrow } from './calendar/width.ts'
import { byId } from './dom.ts'
import { followLive } from './live.ts'

const view = remembered<ViewName>('view', isNarrow ? 'agenda' : 'month')

byId('choices', HTMLDetailsElement).open = !isNarrow

const details = byId('details', HTMLDialogElement)
const choices = createChoices(byId('calendars', HTMLElement), () => grid.redraw())
const board = createBoard(() => loader.refresh())

let isConnected = false
let visible: VisibleDays | undefined
let isReachable = true
let calendarCount = 0

const shown: Shown = createShown(() => grid)

const loader = createLoader({
  shown: () => shown,
  onBusy: board.busy,
  onProblem: board.failed,
  onDone: settle,
})

const editing = createEditing({
  shown,
  calendars: choices.all,
  reread: loader.reread,
  onClosed(itemId) {
    grid.calendar.unselect()
    if (itemId === undefined || !grid.focus(itemId)) newEvent.focus()
  },
})

const refusals = createRefusals({ onChange: () => grid.redraw(), onRetry: editing.retry })

const newEvent = byId('new-event', HTMLButtonElement)
newEvent.addEventListener('click', () => editing.create(nextHour(visible)))

const toolbar = createToolbar(() => grid.calendar)

const grid: Grid = createGrid({
  place: byId('grid', HTMLElement),
  view: view.get(),
  look: ({ id, calendarId }) => ({
    color: choices.colorOf(calendarId),
    isHidden: choices.isHidden(calendarId),
    isRefused: refusals.sentenceOf(id) !== undefined,
    isFixed: choices.isReadOnly(calendarId),
  }),
  onOpen: (item, at) =>
    openDetails(details, at, {
      item,
      color: choices.colorOf(item.calendarId),
      refusal: refusals.sentenceOf(item.id),
      isReadOnly: choices.isReadOnly(item.calendarId),
      actions: {
        edit: () => void editing.edit(item),
        remove: () => void editing.remove(item),
        answer: (answer) => void editing.answer(item, answer),
      },
    }),
  onSpan: editing.create,
  onMove: (item, span) => void editing.move(item, span),
  onDelete: (item) => void editing.remove(item),
  onDays(days) {
    view.set(days.view)
    toolbar.show(days)
    visible = days
    if (isConnected) queueMicrotask(() => loader.open(days)) // the grid is drawing while it tells its days
  },
})

function settle(items: CalendarItem[]): void {
  if (items.some((item) => !choices.knows(item.calendarId))) void choices.load()
  board.ready(grid.isEmpty() && view.get() !== 'agenda')
}

function onMessage(message: LiveMessage): void {
  if (message.type === 'reload') loader.refresh()
  else if (message.type === 'changes') loader.apply(message.changed, message.removed)
  else if (message.type === 'outcome') tellOutcome(message.outcome)
  else if (message.type === 'refusals') refusals.show(message.refusals)
  else {
    board.status(message.status, message.reachable)
    if (message.reachable && !isReachable) loader.refresh()
    isReachable = message.reachable
    follow(message.status)
  }
}

/** The calendars come before the events, so that every event has its colour at once. */
function follow(status: ConnectionStatus): void {
  const wasConnected = isConnected
  isConnected = status.state !== 'not_connected'
  if (!isConnected) {
    shown.show([])
    choices.clear()
  } else if (!wasConnected) void choices.load().then(() => visible && loader.open(visible))
  else if (status.state === 'connected' && status.calendars !== calendarCount) {
    calendarCount = status.calendars
    void choices.load()
  }
}

followLive({ onStart: () => isConnected && loader.refresh(), onMessage, onLost: board.lost })
