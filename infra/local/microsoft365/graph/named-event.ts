import type { Condition, Found } from '../mailbox/events.ts'
import { itemNotFound } from '../mailbox/failures.ts'
import type { GraphContext } from './context.ts'

interface NamedEvent extends Found {
  readonly id: string
}

/**
 * The event of a path, which must be in the path's calendar where that names one. What somebody else shares is in their
 * mailbox: it is found in its calendar only.
 * @see https://learn.microsoft.com/graph/outlook-get-shared-events-calendars
 * @throws MailboxFailure `ErrorItemNotFound`
 */
export function namedEvent(c: GraphContext, condition: Pick<Condition, 'amongDeleted'> = {}): NamedEvent {
  const mailbox = c.get('mailbox')
  const id = c.req.param('event') ?? ''
  const found = mailbox.find(id, condition)
  const { calendar } = found
  const named = c.req.param('calendar')
  const isThere =
    named === undefined
      ? calendar.owner.address === mailbox.calendar().owner.address
      : mailbox.calendar(named) === calendar
  if (!isThere) throw itemNotFound()
  return { ...found, id }
}
