import type { Instance } from '../mailbox/event.ts'
import { itemNotFound } from '../mailbox/failures.ts'
import type { Calendar } from '../mailbox/mailbox.ts'
import type { GraphContext } from './context.ts'

interface NamedEvent {
  readonly id: string
  readonly instance: Instance
  readonly calendar: Calendar
}

/**
 * The event of a path, which must be in the path's calendar where that names one. What somebody else shares is in their
 * mailbox: it is found in its calendar only.
 * @see https://learn.microsoft.com/graph/outlook-get-shared-events-calendars
 * @throws MailboxFailure `ErrorItemNotFound`
 */
export function namedEvent(c: GraphContext): NamedEvent {
  const mailbox = c.get('mailbox')
  const id = c.req.param('event') ?? ''
  const { instance, calendar } = mailbox.find(id)
  const named = c.req.param('calendar')
  const isThere =
    named === undefined
      ? calendar.owner.address === mailbox.calendar().owner.address
      : mailbox.calendar(named) === calendar
  if (!isThere) throw itemNotFound()
  return { id, instance, calendar }
}
