import { NEVER_ANSWERED } from './answers.ts'
import type { Draft } from './draft.ts'
import type { Answers, Fields, Instance, Item, Span } from './event.ts'
import { withExtended } from './extended.ts'
import { invalidRequest } from './failures.ts'
import { setException } from './occurrences.ts'
import { attendeesOf, keyOfAddress } from './people.ts'
import type { Recurrence } from './recurrence.ts'
import { checkNeighbours } from './series.ts'

/** Changes a single event or a whole series in place. `fields` are the draft's as they are to be kept. */
export function editWhole(item: Item, draft: Draft, fields: Fields): void {
  const before = { times: timesOf(item), fields: item.fields }
  item.fields = { ...item.fields, ...fields }
  item.extended = withExtended(item.extended, draft.extended)
  if (draft.span) item.span = draft.span
  if (draft.recurrence) item.recurrence = draft.recurrence
  else if (draft.recurrence === null) delete item.recurrence
  else if (item.recurrence && draft.span) item.recurrence = startingWith(item.recurrence, draft.span)
  if ('attendees' in fields) changeInvited(item, before.fields)
  if (timesOf(item) !== before.times) startOver(item)
}

/** Whenever this text changes, a meeting is at other times than before. */
export const timesOf = ({ span, recurrence }: { span: Span; recurrence?: Recurrence }): string =>
  JSON.stringify([span, recurrence])

/** New times drop what was said about single occurrences, and whoever has answered is asked again. */
function startOver(item: Item): void {
  item.exceptions = new Map()
  item.cancelled = new Set()
  item.answers = new Map()
}

function startingWith(recurrence: Recurrence, span: Span): Recurrence {
  const range = { ...recurrence.range, startDate: span.start.slice(0, 10), recurrenceTimeZone: span.startZone }
  return { ...recurrence, range }
}

/** Those who are not invited any more have no answer, and occurrences with a list of their own follow the series. */
function changeInvited(item: Item, before: Fields): void {
  const now = attendeesOf(item.fields)
  const [had, has] = [attendeesOf(before), now].map((people) => new Set(people.map(keyOfAddress)))
  item.answers = new Map([...item.answers].filter(([address]) => has?.has(address)))
  if (item.response.response === 'none' && now.length > 0) item.response = { ...item.response, response: 'organizer' }
  item.exceptions = new Map(
    [...item.exceptions].map(([date, exception]) => {
      if (!('attendees' in exception.fields)) return [date, exception]
      const kept = attendeesOf(exception.fields).filter(
        (one) => has?.has(keyOfAddress(one)) || !had?.has(keyOfAddress(one)),
      )
      const keys = new Set(kept.map(keyOfAddress))
      const added = now.filter((one) => !had?.has(keyOfAddress(one)) && !keys.has(keyOfAddress(one)))
      return [date, { ...exception, fields: { ...exception.fields, attendees: [...kept, ...added] } }]
    }),
  )
}

/** Makes one occurrence an exception, or changes the exception it is. */
export function editOccurrence({ item, span, fields: shown }: Instance, date: string, draft: Draft, fields: Fields) {
  if (draft.recurrence) throw invalidRequest('The recurrence of an occurrence cannot be set.')
  if (draft.span) checkNeighbours(item, date, draft.span)
  const before = item.exceptions.get(date)
  const moved = draft.span !== undefined && JSON.stringify(draft.span) !== JSON.stringify(span)
  setException(item, date, {
    ...before,
    fields: { ...before?.fields, ...fields },
    ...(draft.span && { span: draft.span }),
    ...(moved && { answers: nobodyAnswered({ ...shown, ...fields }) }),
  })
  item.extended = withExtended(item.extended, draft.extended)
}

const nobodyAnswered = (fields: Fields): Answers =>
  new Map(attendeesOf(fields).map((person) => [keyOfAddress(person), NEVER_ANSWERED]))
