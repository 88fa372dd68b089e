import type { AnswerRequest, DeleteRequest, Fields, SaveRequest, Target } from '../../../change-request.ts'
import type { CalendarItem } from '../../../messages.ts'
import { WEEKDAYS } from '../../../weekdays.ts'
import type { Scope } from './scope-question.ts'
import { timeFields } from './values.ts'
import { dateOf, daysBetween, type Span, spanOf, toMoment } from './wall.ts'

/** Whether the person has to say which events of a series are meant. What Outlook does not have yet is one thing. */
export const needsScope = (item: CalendarItem): boolean => item.isOwnSeries && item.uid !== undefined

export const scopeWithoutQuestion = (item: CalendarItem): Scope => (item.isOwnSeries ? 'all' : 'this')

/** A single event that we made goes by our id, and so does a whole series; every other event by the API's. */
function targetOf(item: CalendarItem, scope: Scope): Target {
  const isByOwnId = scope === 'all' || !item.isOwnSeries || item.uid === undefined
  return item.ownId !== undefined && isByOwnId ? { eventId: item.ownId } : { uid: item.uid ?? '' }
}

const common = (item: CalendarItem, scope: Scope) => ({
  calendarId: item.calendarId,
  itemId: item.id,
  title: item.title,
  target: targetOf(item, scope),
})

/**
 * What was changed, against the version that the page shows. An event that is not in Outlook yet has no version, and goes
 * with its title and times. Of a series the server knows them: the event that is edited may differ from the others.
 */
export function editRequest(item: CalendarItem, scope: Scope, fields: Fields): SaveRequest {
  const target = targetOf(item, scope)
  const span = spanOf(item)
  const isSeries = scope === 'all' && item.isOwnSeries
  const whole =
    'eventId' in target && !isSeries && item.version === undefined
      ? { title: item.title, ...timeFields(span, item) }
      : {}
  return {
    ...common(item, scope),
    kind: 'edit',
    title: fields.title ?? item.title,
    basedOn: item.version,
    fields: { ...whole, ...fields },
    ...(isSeries ? { series: { from: toMoment(span.start, span.allDay) } } : {}),
  }
}

/** Moving a whole series to other days moves the days that its rule names. */
export function moveFields(item: CalendarItem, scope: Scope, span: Span): Fields {
  const fields = timeFields(span, item)
  const days = daysBetween(dateOf(spanOf(item).start), dateOf(span.start))
  if (scope === 'this' || days === 0 || !item.repeat) return fields
  if (item.repeat.days === undefined) return { ...fields, repeat: item.repeat }
  const shifted = item.repeat.days.map((day) => WEEKDAYS[(((WEEKDAYS.indexOf(day) + days) % 7) + 7) % 7] ?? day)
  return { ...fields, repeat: { ...item.repeat, days: shifted } }
}

export const deleteRequest = (item: CalendarItem, scope: Scope): DeleteRequest => ({
  ...common(item, scope),
  kind: 'delete',
  isSeries: scope === 'all' && item.isOwnSeries,
})

export const answerRequest = (item: CalendarItem, answer: AnswerRequest['answer']): AnswerRequest => ({
  calendarId: item.calendarId,
  itemId: item.id,
  title: item.title,
  kind: 'answer',
  target: { uid: item.uid ?? '' },
  answer,
})
