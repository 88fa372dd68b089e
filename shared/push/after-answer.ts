import { creationOf } from './agreement.ts'
import type { RejectReason } from './reasons.ts'
import type { Current } from './snapshot.ts'
import { adopting, ask, end, findIn, nextStep, patchOf, rejected, type Step, searchIn, type Task } from './task.ts'
import { deleted, settled } from './task-end.ts'
import type { Answer, Call, ProviderItem } from './writer.ts'

/** What an answer means for the task. Pure. @throws the mistake that it is. */
export function afterAnswer(task: Task, call: Call, answer: Answer): Step {
  switch (answer.kind) {
    case 'item':
      return afterItem(task, call, answer.item)
    case 'meeting':
      return nextStep({ ...task, meetingBlob: answer.blob })
    case 'calendars':
      return afterVainSearch({ ...task, elsewhere: answer.providerIds.filter((id) => id !== task.place.providerId) })
    case 'done':
      return afterDone(task, call)
    case 'gone':
      return afterGone(task, call)
    case 'conflict':
      return nextStep(unknown(task))
    case 'exists':
      return adopted(task, answer.providerId)
    case 'refused':
      return afterRefusal(task, call, answer.code)
    case 'mistake':
      throw answer.error
    case 'later':
      return end(task, { state: 'later', throttled: answer.throttled, retryAfterMs: answer.retryAfterMs })
  }
}

function afterDone(task: Task, call: Call): Step {
  const { kind } = call
  if (kind === 'listed') return nextStep(seenIn(task, call))
  return end(task, kind === 'respond' ? settled(task, 'applied', task.current ?? undefined) : deleted(task))
}

/** Where it was found elsewhere, it is looked for there again after a conflict. */
function seenIn(task: Task, { calendarProviderId }: { readonly calendarProviderId: string }): Task {
  const { elsewhere = [], place } = task
  const isElsewhere = calendarProviderId !== place.providerId
  return { ...task, isListed: true, ...(isElsewhere && { elsewhere: [calendarProviderId, ...elsewhere] }) }
}

/** Nothing is known of the event any more but its name, which only the cache may have given it. */
const unknown = (task: Task): Task => ({
  ...task,
  ...{ current: undefined, read: undefined, meetingBlob: undefined, isListed: false },
  agreement: { ...task.agreement, providerId: task.agreement.providerId ?? task.current?.providerId },
})

/**
 * What has been deleted meanwhile is refused in words of its own: it is looked for, once, where its calendar is known. What
 * another calendar refuses to say is no refusal of the event.
 */
function afterRefusal(task: Task, call: Call, code: string): Step {
  const { work, place, sought } = task
  const isSearch = call.kind === 'find' || call.kind === 'listed'
  if (isSearch && call.calendarProviderId !== place.providerId) return afterVainSearch(task)
  if (!REFUSED_WHEN_DELETED.includes(code.toLowerCase())) return rejected(task, reasonOf(code))
  if (place.providerId === '' && work.last.kind === 'delete') return gone(task)
  return sought ? rejected(task, reasonOf(code)) : nextStep({ ...unknown(task), sought: true })
}

/** @see https://learn.microsoft.com/exchange/client-developer/exchange-web-services/handling-deletion-related-errors-in-ews-in-exchange */
const REFUSED_WHEN_DELETED = ['errorcalendarcannotupdatedeleteditem', 'errorcannotdeleteobject']

function afterItem(task: Task, call: Call, item: ProviderItem): Step {
  const current = currentOf(item)
  const agreement = { ...task.agreement, providerId: current.providerId, generation: generationOf(task, current) }
  if (call.kind === 'create' || call.kind === 'update')
    return end(task, settled({ ...task, agreement }, 'applied', current, { item, patch: patchOf(call) }))
  const isFound = call.kind === 'find' && task.agreement.providerId === undefined
  const found = { ...locatedBy(task, call, current), adopted: task.adopted || isFound }
  return nextStep({ ...adopting(found, current), agreement, current, read: item })
}

/** Another version than the cache holds may be one that was made by deleting the event. */
function locatedBy(task: Task, call: Call, { etag }: Current): Task {
  if (call.kind === 'find') return seenIn(task, call)
  return { ...task, isListed: task.isListed && task.current?.etag === etag }
}

/** An event that was found may be of a later creation than the agreement knows of. */
function generationOf({ agreement: { key, generation } }: Task, { content }: Current): number {
  const creation = creationOf(content.marker)
  return creation?.key === key ? Math.max(generation, creation.generation) : generation
}

/**
 * A 404 is believed when it also comes for the event in its calendar: one that somebody shares is known there only. Before
 * an event of ours is created again it is looked for under its marker, because a mailbox that is being moved may not know
 * one id and still hold the event; one that has been found so is not made a second time.
 */
function afterGone(task: Task, call: Call): Step {
  const { work, agreement, place, inCalendar, sought } = task
  if (call.kind === 'create') return rejected(task, 'calendar_gone')
  if (call.kind === 'find' || call.kind === 'listed') return afterVainSearch(task)
  if (!inCalendar && place.providerId !== '') return ask({ ...task, inCalendar: true }, call)
  if (sought && task.current && work.last.kind !== 'delete') return end(task, { state: 'later', throttled: false })
  const mayComeBack = work.last.kind === 'upsert' && agreement.eventId !== undefined && !sought
  return mayComeBack ? ask({ ...task, sought: true }, findIn(task)) : absent(task)
}

/**
 * An event that was known may be in another calendar: one that leaves what is read is told as one that is deleted. A creation
 * that is still on its way must not come through after its deletion has been called done, and one that is told to have been
 * made may be too young for a search.
 */
function afterVainSearch(task: Task): Step {
  const { work, agreement, adopted, mayArrive } = task
  if (agreement.providerId !== undefined && task.elsewhere === undefined) return ask(task, { kind: 'calendars' })
  const [next, ...elsewhere] = task.elsewhere ?? []
  if (next !== undefined) return ask({ ...task, elsewhere }, searchIn(task, next))
  const isYoung = mayArrive && (adopted || work.last.kind === 'delete')
  return isYoung ? end(task, { state: 'later', throttled: false }) : absent(task)
}

const absent = (task: Task): Step =>
  task.work.last.kind === 'delete' ? gone(task) : nextStep({ ...task, sought: true, current: null, read: undefined })

/** A deletion of what somebody else has deleted is a deletion all the same: who asks for the event again wants a new one. */
const gone = (task: Task): Step => end(task, { ...deleted(task), state: 'unchanged' })

/** An earlier attempt had come through: from here on it is a change of that event. */
const adopted = (task: Task, providerId: string | undefined): Step =>
  nextStep({ ...task, adopted: true, agreement: { ...task.agreement, providerId }, current: undefined })

const REASONS: ReadonlyMap<string, RejectReason> = new Map([
  ['erroroccurrencecrossingboundary', 'occurrence_crosses'],
  ['erroraccessdenied', 'calendar_read_only'],
  ['errorpropertyvalidationfailure', 'value_refused'],
])

const reasonOf = (code: string): RejectReason => REASONS.get(code.toLowerCase()) ?? 'refused_by_microsoft'

/** What the provider holds now, as far as a task decides on it. Pure. */
export function currentOf(item: ProviderItem): Current {
  if (item.kind === 'series') {
    const { providerId, etag, content, recurrence } = item.master
    return { providerId, etag, content, recurrence, kind: 'series' }
  }
  const { providerId, etag, kind, seriesProviderId } = item.event
  return { providerId, etag, kind, seriesProviderId, content: item.event }
}
