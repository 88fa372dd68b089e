import { type CalendarOptions, joinClassNames } from 'fullcalendar'
import dayGrid from 'fullcalendar/daygrid'
import interaction from 'fullcalendar/interaction'
import list from 'fullcalendar/list'
import danish from 'fullcalendar/locales/da'
import british from 'fullcalendar/locales/en-gb'
import theme from 'fullcalendar/themes/breezy'
import timeGrid from 'fullcalendar/timegrid'
import { element } from '../dom.ts'
import { locale, text } from '../language.ts'
import { isNarrow } from './width.ts'

export type ViewName = 'month' | 'week' | 'day' | 'agenda'

/** The calendar library's name of each view. */
export const VIEWS: Record<ViewName, string> = {
  month: 'dayGridMonth',
  week: 'timeGridWeek',
  day: 'timeGridDay',
  agenda: 'agenda',
}

export const viewNamed = (type: string): ViewName =>
  (Object.keys(VIEWS) as ViewName[]).find((name) => VIEWS[name] === type) ?? 'month'

const is12Hours = new Intl.DateTimeFormat(locale, { hour: 'numeric' }).resolvedOptions().hour12 === true

const DAY_AND_MONTH = { day: 'numeric', month: 'short' } as const
const SHORT_DATE = { day: 'numeric', month: 'short', year: 'numeric' } as const

/** In a column as narrow as a finger the library would leave out the day's number. */
function narrowDayHead({ date, isToday }: { date: Date; isToday: boolean }) {
  const weekday = date.toLocaleDateString(locale, { weekday: 'narrow' })
  const number = element(
    'span',
    { class: isToday ? 'day-head-number day-head-today' : 'day-head-number' },
    String(date.getDate()),
  )
  return { domNodes: [element('span', { class: 'day-head' }, weekday, number)] }
}

/** How the calendar looks, and what it says, in every view. */
export const APPEARANCE: CalendarOptions = {
  plugins: [dayGrid, timeGrid, list, interaction, theme],
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
    agenda: {
      type: 'list',
      duration: { days: 14 },
      displayEventEnd: true,
      titleFormat: isNarrow ? DAY_AND_MONTH : SHORT_DATE,
    },
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
  eventClass: ({ event, view, isNarrow: isThin }) =>
    joinClassNames(
      view.type === VIEWS.agenda ? 'item--line' : 'item--block',
      view.type === VIEWS.week && isThin && 'item--thin',
      String(event.extendedProps['state'] ?? ''),
    ),
  eventTitleClass: 'item-title',
  eventTimeClass: 'item-time',
}
