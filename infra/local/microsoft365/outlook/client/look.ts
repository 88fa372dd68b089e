import type { EventInput } from 'fullcalendar'
import { spokenWhen } from './when.ts'
import type { GraphCalendar, GraphEvent } from './wire.ts'

const DEFAULT_COLOR = '#0f6cbd'

export const colorOf = ({ hexColor }: GraphCalendar): string => hexColor || DEFAULT_COLOR

/** What an event looks like in the grid, and what a screen reader says about it. */
export function lookOf(event: GraphEvent, calendar: GraphCalendar): EventInput {
  const title = event.subject || '(No title)'
  const marks = marksOf(event)
  return {
    id: event.id,
    title,
    start: event.isAllDay ? event.start.dateTime.slice(0, 10) : event.start.dateTime.slice(0, 19),
    end: event.isAllDay ? event.end.dateTime.slice(0, 10) : event.end.dateTime.slice(0, 19),
    allDay: event.isAllDay,
    color: colorOf(calendar),
    // Only the organiser may move a meeting: an attendee's change would be overwritten by the next update.
    editable: calendar.canEdit && event.isOrganizer,
    className: ['ev', ...marks.map((mark) => `ev--${mark}`)].join(' '),
    extendedProps: {
      event,
      calendar,
      spoken: [title, spokenWhen(event), event.location.displayName, ...marks].filter(Boolean).join(', '),
    },
  }
}

type Mark = 'cancelled' | 'private' | 'series' | 'tentative' | 'free' | 'away' | 'unanswered'

function marksOf(event: GraphEvent): Mark[] {
  const marks: [Mark, boolean][] = [
    ['cancelled', event.isCancelled],
    ['private', event.sensitivity !== 'normal'],
    ['series', event.type !== 'singleInstance'],
    ['tentative', event.showAs === 'tentative'],
    ['free', event.showAs === 'free'],
    ['away', event.showAs === 'oof'],
    ['unanswered', event.responseStatus.response === 'notResponded'],
  ]
  return marks.filter(([, applies]) => applies).map(([mark]) => mark)
}
