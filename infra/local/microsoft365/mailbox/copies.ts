import { NOT_RESPONDED } from './answers.ts'
import { timesOf } from './edits.ts'
import type { EmailAddress, Exception, Fields, Instance, Item } from './event.ts'
import { accessDenied } from './failures.ts'
import { setException } from './occurrences.ts'
import { attendeesOf, keyOfAddress } from './people.ts'

/** What an organiser's mail tells an attendee about one meeting, or one occurrence of it. */
export interface Notice {
  readonly kind: 'invitation' | 'update' | 'cancellation'
  /** The organiser's event as it is now, or as it was before it was called off. */
  readonly instance: Instance
  readonly organizer: EmailAddress
  /** The address that the attendee is invited by. */
  readonly to: string
}

/** What belongs to the person who has the copy, and no update of the organiser overwrites. */
const PERSONAL = new Set([
  'categories',
  'importance',
  'isReminderOn',
  'reminderMinutesBeforeStart',
  'sensitivity',
  'showAs',
])

const pick = (fields: Fields, keep: (name: string) => boolean): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => keep(name)))

const personal = (fields: Fields): Fields => pick(fields, (name) => PERSONAL.has(name))

/**
 * Refuses a change of what the organiser decides. No page says what Graph answers; a refusal is the strictest that a
 * client can meet, because a change let through would be lost with the organiser's next update.
 * @throws MailboxFailure `ErrorAccessDenied`
 */
export function checkPersonal(named: readonly string[]): void {
  if (named.some((name) => !PERSONAL.has(name))) throw accessDenied()
}

/** The organiser's fields as an attendee sees them. */
function shared(fields: Fields, to: string): Fields {
  const told = pick(fields, (name) => !PERSONAL.has(name) && name !== 'isCancelled')
  if (!('attendees' in fields)) return told
  const isShown = fields['hideAttendees'] === true ? (key: string) => key === to.toLowerCase() : () => true
  return { ...told, attendees: attendeesOf(fields).filter((one) => isShown(keyOfAddress(one))) }
}

type Birth = Pick<Item, 'id' | 'position' | 'version' | 'createdAt' | 'modifiedAt'>

/** An attendee's copy of a meeting that nobody has answered yet: tentative until then. */
export function newCopy({ instance, organizer, to }: Notice, birth: Birth): Item {
  const { item, date, fields, span } = instance
  const { recurrence } = date === undefined ? item : {}
  return {
    ...birth,
    iCalUId: date === undefined ? item.iCalUId : occurrenceUid(item.iCalUId, date),
    fields: { ...shared(fields, to), ...pick(fields, (name) => OFFERED.has(name)), showAs: 'tentative' },
    span,
    exceptions: new Map(),
    cancelled: date === undefined ? item.cancelled : new Set(),
    extended: [],
    answers: new Map(),
    organizer,
    response: NOT_RESPONDED,
    intendedShowAs: intended(fields),
    ...(recurrence && { recurrence }),
    ...(date !== undefined && { occurrenceOf: { iCalUId: item.iCalUId, date } }),
  }
}

/** What the organiser proposes and the person may change. */
const OFFERED = new Set(['importance', 'sensitivity'])

const intended = (fields: Fields): string => String(fields['showAs'] ?? 'busy')

/** In v1.0 each occurrence of a series has an `iCalUId` of its own. */
export const occurrenceUid = (iCalUId: string, date: string): string => `${iCalUId}${date.replaceAll('-', '')}`

/** Brings a copy of the same single event or series up to date. New times ask for a new answer. */
export function updateCopy(copy: Item, { instance, to }: Notice): void {
  const { span, item, fields } = instance
  const { recurrence } = instance.date === undefined ? item : {}
  const isNewTime = timesOf(copy) !== timesOf({ span, ...(recurrence && { recurrence }) })
  const isAskedAgain = isNewTime || copy.fields['isCancelled'] === true
  copy.fields = { ...shared(fields, to), ...personal(copy.fields), ...(isAskedAgain && { showAs: 'tentative' }) }
  copy.intendedShowAs = intended(fields)
  if (isAskedAgain) copy.response = NOT_RESPONDED
  if (!isNewTime) return
  copy.span = span
  if (recurrence) copy.recurrence = recurrence
  else delete copy.recurrence
  copy.exceptions = new Map()
  copy.cancelled = new Set(instance.date === undefined ? item.cancelled : [])
}

/** Brings one occurrence of an attendee's copy of a series up to date; it comes back if the person had removed it. */
export function updateOccurrence(copy: Item, date: string, { instance, to }: Notice): void {
  const { fields, span } = instance.item.exceptions.get(date) ?? { fields: {} }
  const before = copy.exceptions.get(date)
  const isAskedAgain =
    JSON.stringify(span) !== JSON.stringify(before?.span) ||
    before?.fields['isCancelled'] === true ||
    copy.cancelled.has(date)
  const { response } = before ?? {}
  const after: Exception = {
    fields: { ...shared(fields, to), ...personal(before?.fields ?? {}), ...(isAskedAgain && { showAs: 'tentative' }) },
    ...(span && { span }),
    ...(isAskedAgain ? { response: NOT_RESPONDED } : response && { response }),
  }
  setException(copy, date, after)
  copy.cancelled = new Set([...copy.cancelled].filter((each) => each !== date))
}

/** A cancelled meeting stays with the attendee, marked as such, until the person removes it. */
export function cancelCopy(copy: Item): void {
  copy.fields = cancelledFields(copy.fields)
  for (const [date, exception] of copy.exceptions)
    if ('subject' in exception.fields || 'showAs' in exception.fields)
      setException(copy, date, { ...exception, fields: cancelledFields({ ...copy.fields, ...exception.fields }) })
}

export function cancelCopyOccurrence(copy: Item, date: string): void {
  if (copy.cancelled.has(date)) return
  const before = copy.exceptions.get(date)
  const fields = cancelledFields({ subject: copy.fields['subject'], ...before?.fields })
  setException(copy, date, { ...before, fields })
}

const PREFIX = 'Canceled: '

function cancelledFields(fields: Fields): Fields {
  const subject = String(fields['subject'] ?? '')
  return { ...fields, isCancelled: true, showAs: 'free', subject: PREFIX + subject.replace(PREFIX, '') }
}
