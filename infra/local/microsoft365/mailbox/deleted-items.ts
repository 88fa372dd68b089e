import type { Fields, Item } from './event.ts'
import { cannotUpdateDeleted } from './failures.ts'
import type { Calendar } from './mailbox.ts'
import { attendeesOf } from './people.ts'

interface DeletedItem {
  readonly item: Item
  /** Where it was. */
  readonly calendar: Calendar
}

/**
 * What has been deleted as a whole. It is in no calendar any more, no list, view or delta tells it, and its immutable id
 * still names it, which a move into another folder does not change.
 * @see https://learn.microsoft.com/graph/outlook-immutable-id
 */
export interface DeletedItems {
  get(id: string): DeletedItem | undefined
  put(deleted: DeletedItem): void
}

export function createDeletedItems(): DeletedItems {
  const items = new Map<string, DeletedItem>()
  return { get: (id) => items.get(id), put: (deleted) => items.set(deleted.item.id, deleted) }
}

/**
 * Checks that nobody would get an invitation to what has been deleted.
 * @throws MailboxFailure `ErrorCalendarCannotUpdateDeletedItem`
 * @see https://learn.microsoft.com/exchange/client-developer/exchange-web-services/handling-deletion-related-errors-in-ews-in-exchange
 */
export function checkUninvited(fields: Fields): void {
  if (attendeesOf(fields).length > 0) throw cannotUpdateDeleted()
}
