import type { CalendarItem, ConnectionStatus, LiveMessage } from '../messages.ts'
import type { ViewName } from './calendar/appearance.ts'
import { createBoard } from './calendar/board.ts'
import { createChoices } from './calendar/choices.ts'
import { openDetails } from './calendar/details.ts'
import { createGrid, type Grid, type VisibleDays } from './calendar/grid.ts'
import { createLoader } from './calendar/loader.ts'
import { remembered } from './calendar/memory.ts'
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

const loader = createLoader({
  grid: () => grid,
  onBusy: board.busy,
  onProblem: board.failed,
  onDone: settle,
})

const toolbar = createToolbar(() => grid.calendar)

const grid: Grid = createGrid({
  place: byId('grid', HTMLElement),
  view: view.get(),
  look: ({ calendarId }) => ({ color: choices.colorOf(calendarId), isHidden: choices.isHidden(calendarId) }),
  onOpen: (item, at) => openDetails(details, item, choices.colorOf(item.calendarId), at),
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
    grid.show([])
    choices.clear()
  } else if (!wasConnected) void choices.load().then(() => visible && loader.open(visible))
  else if (status.state === 'connected' && status.calendars !== calendarCount) {
    calendarCount = status.calendars
    void choices.load()
  }
}

followLive({ onStart: () => isConnected && loader.refresh(), onMessage, onLost: board.lost })
