import { eventKey } from '../../../shared/api/change/ids.ts'
import { agreementKeyOf } from '../../../shared/push/agreement.ts'
import type { ReadEvent } from '../people/client.ts'
import type { User } from '../people/users.ts'
import { isOfThisLife, type Wish } from '../people/wish.ts'
import { agreementOfWish } from './event-of-wish.ts'
import type { Inspection } from './inspector.ts'

/** Events of the integrator's that are not told as such, and events of others that are (I2). */
export function misnamed(
  { mailbox, notebook }: User,
  clientId: string,
  inspection: Inspection,
  read: readonly ReadEvent[],
) {
  const names = new Map(
    notebook.wishes.flatMap((wish): [string, Wish][] => {
      const key = agreementOfWish(wish, inspection)
      return key === undefined ? [] : [[key, wish]]
    }),
  )
  const items = mailbox.calendars().flatMap(({ store }) => [...store.items.values()])
  const ownerOf = new Map(
    items.map(({ id, transactionId }) => [inspection.keyOf(id), names.get(agreementKeyOf(transactionId) ?? '')]),
  )
  return read.flatMap(({ event_uid, event_id, recurring, pending, summary }) => {
    if (pending !== undefined) return [`I2: "${summary}" is still pending`]
    if (recurring) return []
    const wish = ownerOf.get(eventKey(event_uid) ?? '')
    // Of what was made before an erasure nobody knows whose it is until its integrator asks again.
    if (wish !== undefined && !isOfThisLife(notebook, wish, inspection.actions)) return []
    const expected = wish?.integrator === clientId ? wish.eventId : undefined
    return event_id === expected ? [] : [`I2: "${summary}" is told as ${event_id} and is ${expected}`]
  })
}

/** Events of its own that the integrator was told of although nobody else has changed them (I4). */
export function toldOfOwn(user: User, { keyOf }: Inspection, told: readonly ReadEvent[]): string[] {
  const { entries, answered } = user.ledger
  const items = user.mailbox.calendars().flatMap(({ store }) => [...store.items.values()])
  const others = new Set([
    ...entries.filter(({ by }) => by === 'outlook').map(({ series }) => keyOf(series)),
    ...items.filter(({ iCalUId }) => answered.has(iCalUId)).map(({ id }) => keyOf(id)),
  ])
  const wished = user.notebook.wishes.flatMap(({ uid }) => (uid === undefined ? [] : [eventKey(uid) ?? '']))
  return told
    .filter(({ event_uid, recurring }) => {
      const key = eventKey(event_uid) ?? ''
      return !recurring && !others.has(key) && !wished.includes(key)
    })
    .map(({ summary }) => `I4: the integrator is told of its own "${summary}"`)
}
