import { type Random, randomId } from '../../../../shared/core/random.ts'
import type { Clock } from '../../../../shared/core/time.ts'
import type { Person } from '../world.ts'
import { type CalendarStore, createCalendarStore } from './calendar.ts'
import { createEvents, type Events } from './events.ts'
import { accessDenied, invalidRequest, itemNotFound } from './failures.ts'
import { createIds } from './ids.ts'
import { createMeetings, type Meetings, type Recipient } from './meetings.ts'

/** A calendar as one mailbox shows it: its own, or one that another person shared. */
export interface Calendar {
  readonly id: string
  name: string
  readonly isDefaultCalendar: boolean
  readonly canEdit: boolean
  readonly canShare: boolean
  readonly owner: { readonly name: string; readonly address: string }
  color: string
  hexColor: string
  changeKey: string
  readonly store: CalendarStore
}

export interface NewCalendar {
  readonly name: string
  readonly color?: string
  readonly hexColor?: string
  /** False makes a calendar one can look at only, as holiday calendars are. */
  readonly canEdit?: boolean
}

/** One person's mailbox: calendars, their events, and all rules Exchange has for changing them. */
export interface Mailbox extends Events, Pick<Meetings, 'mails' | 'clearMails'> {
  readonly owner: Person
  /** The default calendar first. */
  calendars(): Calendar[]
  /** The default calendar without an id. @throws MailboxFailure `ErrorItemNotFound` */
  calendar(id?: string): Calendar
  addCalendar(calendar: NewCalendar): Calendar
  renameCalendar(id: string, name: string): Calendar
  /** @throws MailboxFailure when it is the default calendar or does not exist. */
  removeCalendar(id: string): void
  /** Shows one of this mailbox' calendars in another mailbox as well. @returns the calendar as the other one sees it. */
  shareCalendar(id: string, other: Mailbox, rights: { canEdit: boolean }): Calendar
  /** The other end of `shareCalendar`. */
  receiveCalendar(calendar: Omit<Calendar, 'id' | 'changeKey'>): Calendar
  /** Differs between two mailboxes of one person, so that tokens do not outlive a restart of the stand-in. */
  readonly birth: string
  /** The number that every delta token of this mailbox carries; a token of an older generation is refused. */
  readonly generation: number
  /** Makes every delta token given out so far unknown. */
  expireTokens(): void
}

interface Dependencies {
  readonly owner: Person
  readonly clock: Clock
  readonly random: Random
  /** Who gets mails about meetings; nobody when absent. */
  readonly recipientAt?: (address: string) => Recipient | undefined
}

/** An empty mailbox: one default calendar, nothing in it. */
export function createMailbox({ owner, clock, random, recipientAt = () => undefined }: Dependencies): Mailbox {
  const calendars = new Map<string, Calendar>()
  let generation = 1
  const self = { name: owner.displayName, address: owner.mail ?? owner.userPrincipalName }
  const newId = () => `AQMkAD${randomId(random)}AAA=`
  const newKey = () => Buffer.from(random.bytes(15)).toString('base64')

  function put(calendar: Omit<Calendar, 'id' | 'changeKey'>): Calendar {
    const added = { ...calendar, id: newId(), changeKey: newKey() }
    calendars.set(added.id, added)
    return added
  }

  function calendar(id?: string): Calendar {
    const found = id === undefined ? home : calendars.get(id)
    if (found === undefined) throw itemNotFound()
    return found
  }

  const own = (given: NewCalendar, isDefaultCalendar: boolean): Calendar =>
    put({
      name: given.name,
      isDefaultCalendar,
      canEdit: given.canEdit ?? true,
      canShare: given.canEdit ?? true,
      owner: self,
      color: given.color ?? 'auto',
      hexColor: given.hexColor ?? '',
      store: createCalendarStore(),
    })

  const home = own({ name: 'Calendar' }, true)
  const meetings = createMeetings({ clock, recipientAt })
  const all = () => [...calendars.values()]

  return {
    owner,
    birth: randomId(random),
    ...createEvents({ owner, calendar, calendars: all, meetings, clock, random, ids: createIds(random) }),
    get mails() {
      return meetings.mails
    },
    clearMails: meetings.clearMails,
    calendars: all,
    calendar,
    addCalendar(given) {
      if (given.name.trim() === '') throw invalidRequest('A calendar needs a name.')
      return own(given, false)
    },
    renameCalendar(id, name) {
      const renamed = calendar(id)
      if (!renamed.canEdit) throw accessDenied()
      Object.assign(renamed, { name, changeKey: newKey() })
      return renamed
    },
    removeCalendar(id) {
      if (calendar(id).isDefaultCalendar) throw invalidRequest('The default calendar cannot be deleted.')
      calendars.delete(id)
    },
    shareCalendar: (id, other, { canEdit }) =>
      other.receiveCalendar({ ...calendar(id), isDefaultCalendar: false, canEdit, canShare: false }),
    receiveCalendar: put,
    get generation() {
      return generation
    },
    expireTokens() {
      generation += 1
    },
  }
}
