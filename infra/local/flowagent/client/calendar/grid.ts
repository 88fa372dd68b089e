import { Calendar, type CalendarOptions, type EventInput } from 'fullcalendar'
import dayGrid from 'fullcalendar/daygrid'
import list from 'fullcalendar/list'
import danish from 'fullcalendar/locales/da'
import british from 'fullcalendar/locales/en-gb'
import theme from 'fullcalendar/themes/breezy'
import timeGrid from 'fullcalendar/timegrid'
import type { CalendarItem } from '../../messages.ts'
import { element } from '../dom.ts'
import { locale, text } from '../language.ts'
import { type ItemLook, lookOf } from './item-look.ts'
import { isNarrow } from './width.ts'

export type ViewName = 'month' | 'week' | 'day' | 'agenda'

export const VIEWS: Record<ViewName, string> = {
  month: 'dayGridMonth',
  week: 'timeGridWeek',
  day: 'timeGridDay',
  agenda: 'agenda',
}

/** The days on show; `to` is the day after the last one. */
export interface VisibleDays {
  from: Date
  to: Date
  title: string
  view: ViewName
}

export interface Grid {
  readonly calendar: Calendar
  /** Shows exactly these items. What is unchanged is not touched. */
  show(items: CalendarItem[]): void
  /** Shows these as well or anew, and no longer those. */
  apply(changed: CalendarItem[], removed: string[]): void
  /** Draws again what `isAffected` picks, after its calendar's colour or visibility changed. */
  redraw(): void
  /** Whether anything is to be seen in the days on show. */
  isEmpty(): boolean
}

interface Dependencies {
  place: HTMLElement
  view: ViewName
  look: (item: CalendarItem) => ItemLook
  onDays: (days: VisibleDays) => void
  onOpen: (item: CalendarItem, at: HTMLElement) => void
}

/** The calendar itself. Every item keeps its identity, so that a change moves one item and disturbs no other. */
export function createGrid({ place, view, look, onDays, onOpen }: Dependencies): Grid {
  const items = new Map<string, CalendarItem>()
  const calendar = new Calendar(place, {
    ...APPEARANCE,
    initialView: VIEWS[view],
    datesSet: (info) =>
      onDays({ from: info.start, to: info.end, title: info.view.title, view: viewNamed(info.view.type) }),
    navLinkDayClick: (date) => calendar.changeView(VIEWS.day, date),
    eventClick(info) {
      info.jsEvent.preventDefault()
      const item = items.get(info.event.id)
      if (item !== undefined) onOpen(item, info.el)
    },
    eventDidMount(info) {
      info.el.dataset['item'] = info.event.id
      info.el.setAttribute('aria-label', String(info.event.extendedProps['spoken']))
    },
  })

  const inputOf = (item: CalendarItem): EventInput => lookOf(item, look(item))

  function put(item: CalendarItem): void {
    const known = items.get(item.id)
    if (known !== undefined && JSON.stringify(known) === JSON.stringify(item)) return
    if (known !== undefined) calendar.getEventById(item.id)?.remove()
    items.set(item.id, item)
    calendar.addEvent(inputOf(item))
  }

  function drop(id: string): void {
    if (items.delete(id)) calendar.getEventById(id)?.remove()
  }

  /** One drawing for all changes; the focus stays on the item it was on, although its element may be new. */
  function change(changes: () => void): void {
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset['item'] : undefined
    calendar.batchRendering(changes)
    if (focused === undefined || document.activeElement !== document.body) return
    place.querySelector<HTMLElement>(`[data-item="${CSS.escape(focused)}"]`)?.focus()
  }

  calendar.render()
  return {
    calendar,
    show: (wanted) =>
      change(() => {
        const ids = new Set(wanted.map((item) => item.id))
        for (const id of [...items.keys()]) if (!ids.has(id)) drop(id)
        for (const item of wanted) put(item)
      }),
    apply: (changed, removed) =>
      change(() => {
        for (const id of removed) drop(id)
        for (const item of changed) put(item)
      }),
    redraw: () =>
      change(() => {
        const all = [...items.values()]
        for (const item of all) drop(item.id)
        for (const item of all) put(item)
      }),
    isEmpty: () => place.querySelector('[data-item]') === null,
  }
}

const viewNamed = (type: string): ViewName =>
  (Object.keys(VIEWS) as ViewName[]).find((name) => VIEWS[name] === type) ?? 'month'

const is12Hours = new Intl.DateTimeFormat(locale, { hour: 'numeric' }).resolvedOptions().hour12 === true

const SHORT_DATE = { day: 'numeric', month: 'short', year: 'numeric' } as const

/** In a column as narrow as a finger the library would leave out the day's number. */
function narrowDayHead({ date, isToday }: { date: Date; isToday: boolean }) {
  const weekday = date.toLocaleDateString(locale, { weekday: 'narrow' })
  const number = element('span', { class: isToday ? 'day-head-number day-head-today' : 'day-head-number' }, String(date.getDate()))
  return { domNodes: [element('span', { class: 'day-head' }, weekday, number)] }
}

const APPEARANCE: CalendarOptions = {
  plugins: [dayGrid, timeGrid, list, theme],
  locales: [danish, british],
  locale,
  headerToolbar: false,
  height: '100%',
  borderless: true,
  nowIndicator: true,
  navLinks: true,
  eventInteractive: true,
  dayMaxEvents: true,
  eventMaxStack: 3,
  eventMinHeight: 27,
  eventTimeFormat: { hour: is12Hours ? 'numeric' : '2-digit', minute: '2-digit', meridiem: 'short' },
  scrollTime: '07:30:00',
  slotEventOverlap: false,
  eventDisplay: 'block',
  displayEventEnd: false,
  nextDayThreshold: '06:00:00',
  views: {
    agenda: { type: 'list', duration: { days: 14 }, displayEventEnd: true, titleFormat: SHORT_DATE },
    timeGridDay: isNarrow ? { titleFormat: SHORT_DATE } : {},
    timeGridWeek: isNarrow ? { dayHeaderContent: narrowDayHead } : {},
  },
  listDaysClass: 'agenda',
  listDayClass: 'agenda-day',
  listDayHeaderClass: 'agenda-day-head',
  listDayBodyClass: 'agenda-day-body',
  allDayText: text.calendar.allDay,
  noEventsText: text.calendar.nothing,
  moreLinkText: text.calendar.more,
  moreLinkHint: text.calendar.moreOn,
  navLinkHint: (day) => text.calendar.openDay(String(day)),
  closeHint: text.details.close,
  eventClass: (info) => `${info.view.type === VIEWS.agenda ? 'item--line' : 'item--block'} ${info.event.extendedProps['state']}`,
  eventTitleClass: 'item-title',
  eventTimeClass: 'item-time',
}
