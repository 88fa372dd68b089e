import type { Calendar, CalendarOptions } from 'fullcalendar'
import type { CalendarItem } from '../../messages.ts'
import { VIEWS } from './appearance.ts'
import { hourAt } from './editing/spans.ts'
import type { Span } from './editing/wall.ts'

interface Dependencies {
  find: (id: string) => CalendarItem | undefined
  calendar: () => Calendar
  onOpen: (item: CalendarItem, at: HTMLElement) => void
  onSpan: (span: Span) => void
  onMove: (item: CalendarItem, span: Span) => void
}

type Moved = { start: Date | null; end: Date | null; allDay: boolean; id: string }

/** How long a finger rests before it drags instead of scrolling. */
const LONG_PRESS_MS = 350
/** Less than this is a click. */
const DRAG_PIXELS = 5

/** What the pointer does in the grid: open, choose time, drag and resize. */
export function interactions({ find, calendar, onOpen, onSpan, onMove }: Dependencies): CalendarOptions {
  function moved({ id, start, end, allDay }: Moved, revert: () => void): void {
    const item = find(id)
    revert() // the item is drawn again from what we know, which then includes the move
    if (item !== undefined && start !== null && end !== null) onMove(item, { start, end, allDay })
  }

  return {
    editable: true,
    selectable: true,
    selectMirror: true,
    unselectAuto: false,
    selectMinDistance: DRAG_PIXELS,
    longPressDelay: LONG_PRESS_MS,
    snapDuration: '00:15:00',
    forceEventDuration: true,
    dragRevertDuration: 0,
    eventClick(info) {
      info.jsEvent.preventDefault()
      const item = find(info.event.id)
      if (item !== undefined) onOpen(item, info.el)
    },
    select: ({ start, end, allDay }) => onSpan({ start, end, allDay }),
    dateClick({ date, allDay, view }) {
      if (view.type === VIEWS.month) onSpan(hourAt(date))
      else if (allDay) calendar().select({ start: date, allDay })
      else calendar().select({ start: date, end: new Date(date.getTime() + 3_600_000), allDay })
    },
    eventDrop: ({ event, revert }) => moved(event, revert),
    eventResize: ({ event, revert }) => moved(event, revert),
  }
}
