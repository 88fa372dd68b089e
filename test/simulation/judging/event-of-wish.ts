import { calendarKey, eventKey } from '../../../shared/api/change/ids.ts'
import { agreementKeyOf } from '../../../shared/push/agreement.ts'
import type { User } from '../people/users.ts'
import type { Wish } from '../people/wish.ts'
import type { Inspection } from './inspector.ts'

/** One name for the event a wish is about: that of its agreement where it is managed, else the provider's. */
export function eventOfWish({ ledger }: User, inspection: Inspection): (wish: Wish) => string | undefined {
  const answered = ledger.responses.map(({ id }) => [inspection.keyOf(id), id] as const)
  const changed = ledger.entries.map(
    ({ id, series, marker }) => [inspection.keyOf(id), id === series ? (agreementKeyOf(marker) ?? id) : id] as const,
  )
  const byKey = new Map([...answered, ...changed])
  return (wish) => {
    if (wish.uid === undefined) return agreementOfWish(wish, inspection)
    const key = eventKey(wish.uid) ?? ''
    return byKey.get(key) ?? key
  }
}

/** The agreement that a creation is about; undefined for a wish that names an event of the provider. */
export const agreementOfWish = (
  { integrator, eventId, asking }: Wish,
  { agreementOf }: Inspection,
): string | undefined => {
  const calendar = calendarKey(asking.path.split('/')[3] ?? '')
  return eventId === undefined || calendar === undefined ? undefined : agreementOf(integrator, calendar, eventId)
}
