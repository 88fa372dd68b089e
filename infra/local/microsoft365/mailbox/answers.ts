import type { Answer, EmailAddress, Instance, Item } from './event.ts'
import { cancelledMeeting, invalidRequest } from './failures.ts'
import { setException } from './occurrences.ts'
import { attendeesOf, keyOfAddress } from './people.ts'

export const NEVER_ANSWERED: Answer = { response: 'none', time: '0001-01-01T00:00:00Z' }
export const NOT_RESPONDED: Answer = { ...NEVER_ANSWERED, response: 'notResponded' }

export type Response = 'accepted' | 'tentativelyAccepted' | 'declined'

/** What one of the attendees answered, to this occurrence alone where they did. */
export function answerOf({ item, date }: Instance, address: string): Answer {
  const key = address.toLowerCase()
  const alone = date === undefined ? undefined : item.exceptions.get(date)?.answers?.get(key)
  return alone ?? item.answers.get(key) ?? NEVER_ANSWERED
}

/** The mailbox owner's own part in the meeting. */
export const responseOf = ({ item, date }: Instance): Answer =>
  (date === undefined ? undefined : item.exceptions.get(date)?.response) ?? item.response

/** Writes an attendee's answer into the organiser's event. @returns whether the person is invited to it. */
export function tally({ item, date, fields }: Instance, address: string, answer: Answer): boolean {
  const person = attendeesOf(fields).find((each) => keyOfAddress(each) === address)
  if (person === undefined) return false
  const key = keyOfAddress(person)
  if (date === undefined) {
    item.answers = new Map(item.answers).set(key, answer)
    forgetAlone(item, key)
    return true
  }
  const before = item.exceptions.get(date)
  setException(item, date, { fields: {}, ...before, answers: new Map(before?.answers).set(key, answer) })
  return true
}

/** An answer to the whole series is one to each occurrence. */
function forgetAlone(item: Item, key: string): void {
  for (const [date, exception] of item.exceptions) {
    if (!exception.answers?.has(key)) continue
    const answers = new Map(exception.answers)
    answers.delete(key)
    setException(item, date, { ...exception, answers })
  }
}

const SHOWN: Record<Response, string | undefined> = {
  accepted: undefined,
  tentativelyAccepted: 'tentative',
  declined: 'free',
}

/** Writes the owner's answer into the owner's copy; accepted, its time is shown as the organiser meant it. */
export function noteResponse({ item, date }: Instance, response: Response, time: string): void {
  const showAs = SHOWN[response] ?? item.intendedShowAs ?? 'busy'
  if (date !== undefined) {
    const before = item.exceptions.get(date)
    setException(item, date, { ...before, fields: { ...before?.fields, showAs }, response: { response, time } })
    return
  }
  item.response = { response, time }
  item.fields = { ...item.fields, showAs }
  for (const [each, exception] of item.exceptions) {
    if (exception.response === undefined) continue
    const { response: _, ...rest } = exception
    setException(item, each, { ...rest, fields: { ...rest.fields, showAs } })
  }
}

const REFUSALS: Record<Response, string> = {
  accepted: 'ErrorCalendarIsCancelledForAccept',
  tentativelyAccepted: 'ErrorCalendarIsCancelledForTentative',
  declined: 'ErrorCalendarIsCancelledForDecline',
}

/** @throws MailboxFailure 400 for the owner's own event, and for a meeting that was called off. */
export function organizerToAnswer({ item, fields }: Instance, response: Response, isSent: boolean): EmailAddress {
  if (fields['isCancelled'] === true) throw cancelledMeeting(REFUSALS[response])
  if (isSent && fields['responseRequested'] === false)
    throw invalidRequest("Your request can't be completed. The meeting organizer hasn't requested a response.")
  if (item.organizer) return item.organizer
  throw invalidRequest(
    "Your request can't be completed. You can't respond to this meeting because you're the meeting organizer.",
  )
}
