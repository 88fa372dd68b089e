import type { Clock } from '../../../../shared/core/time.ts'
import type { Notice } from './copies.ts'
import type { Answer, EmailAddress, Instance } from './event.ts'
import { occurrenceId } from './ids.ts'
import { type Attendee, invitedTo } from './people.ts'
import { occurrenceOn } from './series.ts'

/** A mail about a meeting, as far as it matters: that somebody got it. */
export interface MeetingMail {
  readonly kind: Notice['kind'] | 'response'
  readonly to: string
  /** The event or occurrence in the sender's mailbox. */
  readonly eventId: string
  readonly at: number
}

/** An attendee's answer on its way to the organiser. */
export interface Reply {
  readonly iCalUId: string
  readonly date?: string | undefined
  /** The attendee's address, in lower case. */
  readonly from: string
  readonly answer: Answer
}

/** A mailbox as mails from other people meet it. */
export interface Recipient {
  receive(notice: Notice): void
  receiveReply(reply: Reply): void
}

/** What the owner of a mailbox writes to other people about meetings. A mail and its effect are one thing here. */
export interface Meetings {
  readonly mails: readonly MeetingMail[]
  clearMails(): void
  /** Something else than before, or more or fewer people. */
  changed(before: Instance | undefined, after: Instance, organizer: EmailAddress, attendeesOnly: boolean): void
  /** The instance as it was. */
  calledOff(instance: Instance, organizer: EmailAddress): void
  reply(instance: Instance, organizer: EmailAddress, reply: Reply): void
}

interface Dependencies {
  readonly clock: Clock
  /** The mailbox behind an address; undefined for people who have none here. Their mails count all the same. */
  readonly recipientAt: (address: string) => Recipient | undefined
}

export function createMeetings({ clock, recipientAt }: Dependencies): Meetings {
  let mails: MeetingMail[] = []

  function post(kind: MeetingMail['kind'], to: string, { item, date }: Instance): Recipient | undefined {
    const eventId = date === undefined ? item.id : occurrenceId(item.id, date)
    mails.push({ kind, to, eventId, at: clock.now() })
    return recipientAt(to)
  }

  function tell(kind: Notice['kind'], { emailAddress }: Attendee, instance: Instance, organizer: EmailAddress): void {
    const to = emailAddress.address
    post(kind, to, instance)?.receive({ kind, instance, organizer, to })
  }

  /** Occurrences that differ are mails of their own: a series with three of them is four mails for each person. */
  function tellExceptions(told: ReadonlySet<string>, master: Instance, organizer: EmailAddress): void {
    for (const each of editedOccurrences(master))
      for (const [key, person] of invitedTo(each.fields, organizer))
        if (told.has(key)) tell('update', person, each, organizer)
  }

  return {
    get mails() {
      return mails
    },
    clearMails() {
      mails = []
    },
    changed(before, after, organizer, attendeesOnly) {
      const had = before === undefined ? new Map<string, Attendee>() : invitedTo(before.fields, organizer)
      const has = invitedTo(after.fields, organizer)
      const told = new Set<string>()
      for (const [key, person] of had) if (!has.has(key)) tell('cancellation', person, after, organizer)
      for (const [key, person] of has) {
        const known = had.get(key)
        if (attendeesOnly && known?.type === person.type) continue
        told.add(key)
        tell(known === undefined ? 'invitation' : 'update', person, after, organizer)
      }
      if (after.type === 'seriesMaster') tellExceptions(told, after, organizer)
    },
    calledOff(instance, organizer) {
      const invited = invitedTo(instance.fields, organizer)
      for (const person of invited.values()) tell('cancellation', person, instance, organizer)
      if (instance.type !== 'seriesMaster') return
      for (const each of editedOccurrences(instance))
        for (const [key, person] of invitedTo(each.fields, organizer))
          if (!invited.has(key)) tell('cancellation', person, each, organizer)
    },
    reply(instance, organizer, reply) {
      post('response', organizer.address, instance)?.receiveReply(reply)
    },
  }
}

/** The occurrences that the organiser changed. Answers to one occurrence make an exception too, but no change. */
const editedOccurrences = ({ item }: Instance): Instance[] =>
  [...item.exceptions]
    .filter(([, { fields, span }]) => span !== undefined || Object.keys(fields).length > 0)
    .map(([date]) => occurrenceOn(item, date))
