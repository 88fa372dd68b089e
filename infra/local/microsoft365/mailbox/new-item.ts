import { NEVER_ANSWERED, NOT_RESPONDED } from './answers.ts'
import type { Draft } from './draft.ts'
import type { EmailAddress, Item } from './event.ts'
import { attendeesOf } from './people.ts'

type Birth = Pick<Item, 'id' | 'iCalUId' | 'position' | 'version' | 'createdAt' | 'modifiedAt' | 'span' | 'fields'>

/** The item that a draft makes: the owner's own event or, with an organiser, an attendee's copy. */
export function newItem(draft: Draft, organizer: EmailAddress | undefined, birth: Birth): Item {
  const attending = attendeesOf(birth.fields).length > 0
  const own = attending ? { ...NEVER_ANSWERED, response: 'organizer' } : NEVER_ANSWERED
  return {
    ...birth,
    exceptions: new Map(),
    cancelled: new Set(),
    extended: draft.extended,
    answers: new Map(),
    response: organizer ? NOT_RESPONDED : own,
    ...(draft.transactionId && { transactionId: draft.transactionId }),
    ...(draft.recurrence && { recurrence: draft.recurrence }),
    ...(organizer && { organizer, intendedShowAs: String(birth.fields['showAs'] ?? 'busy') }),
  }
}
