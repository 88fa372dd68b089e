import {
  Calendar,
  type CalendarOptions,
  type EventApi,
  type EventDropInfo,
  type EventInput,
  type EventResizeDoneInfo,
} from 'fullcalendar'
import dayGrid from 'fullcalendar/daygrid'
import interaction from 'fullcalendar/interaction'
import list from 'fullcalendar/list'
import british from 'fullcalendar/locales/en-gb'
import theme from 'fullcalendar/themes/forma'
import timeGrid from 'fullcalendar/timegrid'
import type { Span } from './span.ts'
import type { GraphCalendar, GraphEvent } from './wire.ts'

const VIEWS = { day: 'timeGridDay', week: 'timeGridWeek', month: 'dayGridMonth', agenda: 'agenda' } as const
export type ViewName = keyof typeof VIEWS

/** An event of the grid and the calendar it is in. */
export interface Shown {
  event: GraphEvent
  calendar: GraphCalendar
}

interface Dependencies {
  place: HTMLElement
  view: ViewName
  ianaZone: string
  /** Everything to show between two instants. */
  load(from: string, to: string): Promise<EventInput[]>
  onDates(title: string, view: ViewName): void
  onOpen(shown: Shown): void
  /** An empty stretch was marked. */
  onSelect(span: Span): void
  /** An event was dragged or resized. @returns false to put it back. */
  onMove(shown: Shown, span: Span): Promise<boolean>
  onFailure(error: unknown): void
}

export type Grid = Pick<Calendar, 'prev' | 'next' | 'today' | 'refetchEvents' | 'unselect'> & {
  show(view: ViewName): void
  /** The day that the view is about, `2026-11-20`. */
  date(): string
}

/** The calendar itself, in the person's time zone. */
export function createGrid(dependencies: Dependencies): Grid {
  const { place, view, ianaZone, load, onDates, onOpen, onSelect, onFailure } = dependencies
  const calendar = new Calendar(place, {
    ...APPEARANCE,
    timeZone: ianaZone,
    initialView: VIEWS[view],
    events: (range: { startStr: string; endStr: string }) => load(range.startStr, range.endStr),
    eventSourceFailure: onFailure,
    datesSet: ({ view: current }) => onDates(current.title, viewNamed(current.type)),
    navLinkDayClick: (date) => calendar.changeView(VIEWS.day, date),
    eventClick(info) {
      info.jsEvent.preventDefault()
      onOpen(shownBy(info.event))
    },
    eventDidMount({ el, event }) {
      el.dataset['event'] = event.id
      el.setAttribute('aria-label', String(event.extendedProps['spoken']))
    },
    select: ({ startStr, endStr, allDay }) => onSelect(spanOf(startStr, endStr, allDay)),
    eventDrop: (info) => void move(dependencies, info),
    eventResize: (info) => void move(dependencies, info),
  })
  keepFocus(calendar, place)
  calendar.render()
  return {
    prev: () => calendar.prev(),
    next: () => calendar.next(),
    today: () => calendar.today(),
    refetchEvents: () => calendar.refetchEvents(),
    unselect: () => calendar.unselect(),
    show: (name) => calendar.changeView(VIEWS[name]),
    date: () => calendar.formatIso(calendar.getDate(), true).slice(0, 10),
  }
}

async function move({ onMove }: Dependencies, info: EventDropInfo | EventResizeDoneInfo): Promise<void> {
  const { startStr, endStr, allDay } = info.event
  const shown = shownBy(info.event)
  const span = spanOf(startStr, endStr, allDay)
  // The grid draws an event without length as half an hour; dragging it must not make that true.
  const isPoint = 'delta' in info && !allDay && shown.event.start.dateTime === shown.event.end.dateTime
  const isDone = await onMove(shown, isPoint ? { ...span, end: span.start } : span)
  if (!isDone) info.revert()
}

/** Every load draws new elements. The focus goes back to the event that had it. */
function keepFocus(calendar: Calendar, place: HTMLElement): void {
  let focused: string | undefined
  place.addEventListener('focusin', ({ target }) => {
    focused = target instanceof HTMLElement ? target.closest<HTMLElement>('[data-event]')?.dataset['event'] : undefined
  })
  calendar.on('eventsSet', () =>
    requestAnimationFrame(() => {
      if (focused === undefined || document.activeElement !== document.body) return
      place.querySelector<HTMLElement>(`[data-event="${CSS.escape(focused)}"]`)?.focus()
    }),
  )
}

const shownBy = ({ extendedProps }: EventApi): Shown => ({
  event: extendedProps['event'],
  calendar: extendedProps['calendar'],
})

/** Offsets are cut off: what is left is the wall-clock time in the person's zone. */
const spanOf = (start: string, end: string, isAllDay: boolean): Span => ({
  start: start.slice(0, isAllDay ? 10 : 16),
  end: end.slice(0, isAllDay ? 10 : 16),
  isAllDay,
})

const viewNamed = (type: string): ViewName =>
  (Object.keys(VIEWS) as ViewName[]).find((name) => VIEWS[name] === type) ?? 'week'

const DATE = { day: 'numeric', month: 'short', year: 'numeric' } as const

const APPEARANCE: CalendarOptions = {
  plugins: [dayGrid, timeGrid, list, interaction, theme],
  locales: [british],
  locale: 'en-gb',
  headerToolbar: false,
  height: '100%',
  borderless: true,
  editable: true,
  selectable: true,
  selectMirror: true,
  forceEventDuration: true,
  eventResizableFromStart: true,
  eventInteractive: true,
  nowIndicator: true,
  navLinks: true,
  dayMaxEvents: true,
  eventMaxStack: 3,
  eventMinHeight: 22,
  longPressDelay: 350,
  scrollTime: '07:30:00',
  slotEventOverlap: false,
  businessHours: { daysOfWeek: [1, 2, 3, 4, 5], startTime: '08:00', endTime: '17:00' },
  eventTimeFormat: { hour: '2-digit', minute: '2-digit' },
  defaultTimedEventDuration: '00:30',
  views: {
    timeGridWeek: { titleFormat: DATE },
    timeGridDay: { titleFormat: { weekday: 'long', ...DATE } },
    agenda: {
      type: 'list',
      duration: { days: 14 },
      titleFormat: DATE,
      listDayAltFormat: { day: 'numeric', month: 'short' },
      listItemEventInnerClass: 'line',
    },
    dayGridMonth: { eventDisplay: 'block', fixedWeekCount: false },
  },
  eventTitleClass: 'ev-title',
  columnEventTitleClass: ({ isShort }) => (isShort ? '' : 'ev-title--wrap'),
  listItemEventBeforeClass: 'ev-dot',
  rowMoreLinkClass: 'more',
  eventTimeClass: 'ev-time',
  noEventsText: 'Nothing planned',
}
