import { tally } from './answers.ts'
import {
  cancelCopy,
  cancelCopyOccurrence,
  type Notice,
  newCopy,
  occurrenceUid,
  updateCopy,
  updateOccurrence,
} from './copies.ts'
import type { Item } from './event.ts'
import type { Calendar } from './mailbox.ts'
import type { Recipient, Reply } from './meetings.ts'
import { hasOccurrence, occurrenceOn, whole } from './series.ts'

interface Dependencies {
  /** Where invitations go. */
  readonly home: () => Calendar
  readonly calendars: () => Calendar[]
  readonly newIdentity: (calendar: Calendar) => Pick<Item, 'id' | 'position' | 'version' | 'createdAt' | 'modifiedAt'>
  readonly commit: (item: Item, calendar: Calendar, date?: string) => void
}

/** What Exchange does by itself with mails about meetings: copies are made and kept, answers are written down. */
export function createInbox({ home, calendars, newIdentity, commit }: Dependencies): Recipient {
  const copyOf = (iCalUId: string): Item | undefined =>
    [...home().store.items.values()].find((item) => item.iCalUId === iCalUId && item.organizer !== undefined)

  function receive(notice: Notice): void {
    const { item, date } = notice.instance
    const series = copyOf(item.iCalUId)
    if (date !== undefined && series !== undefined) {
      receiveOccurrence(series, date, notice)
      return
    }
    const copy = date === undefined ? series : copyOf(occurrenceUid(item.iCalUId, date))
    if (copy === undefined) {
      if (notice.kind !== 'cancellation') home().store.add(newCopy(notice, newIdentity(home())))
      return
    }
    if (notice.kind === 'cancellation') cancelCopy(copy)
    else updateCopy(copy, notice)
    commit(copy, home())
  }

  function receiveOccurrence(series: Item, date: string, notice: Notice): void {
    if (notice.kind === 'cancellation') cancelCopyOccurrence(series, date)
    else updateOccurrence(series, date, notice)
    commit(series, home(), date)
  }

  return {
    receive,
    receiveReply({ iCalUId, date, from, answer }: Reply) {
      for (const calendar of calendars()) {
        const item = [...calendar.store.items.values()].find(
          (each) => each.iCalUId === iCalUId && each.organizer === undefined,
        )
        if (item === undefined) continue
        if (date !== undefined && !hasOccurrence(item, date)) return
        const instance = date === undefined ? whole(item) : occurrenceOn(item, date)
        if (tally(instance, from, answer)) commit(item, calendar, date)
        return
      }
    },
  }
}
