import type { Attendee } from '../events/event.ts'
import type { AttendeeDelta } from './wanted.ts'
import type { Invitee } from './writer.ts'

const lower = (email: string): string => email.toLowerCase()

const has = (people: readonly { readonly email: string }[], email: string): boolean =>
  people.some((person) => lower(person.email) === lower(email))

/** Two deltas in a row as one: what is said last about a person counts. */
export function joinDeltas(first: AttendeeDelta | undefined, then: AttendeeDelta): AttendeeDelta {
  const kept = (first?.invite ?? []).filter(
    ({ email }) => !has(then.invite, email) && !then.remove.some((gone) => lower(gone) === lower(email)),
  )
  const gone = (first?.remove ?? []).filter(
    (email) => !has(then.invite, email) && !then.remove.some((other) => lower(other) === lower(email)),
  )
  return { invite: [...kept, ...then.invite], remove: [...gone, ...then.remove] }
}

export interface Lists {
  readonly wanted: AttendeeDelta
  /** What was asked for before: whom somebody took off or put back in Microsoft 365 since then is left as they are. */
  readonly sent: AttendeeDelta | undefined
  /** What the integrator has seen: whom it asks for although it saw them missing is asked for anew. */
  readonly seen: readonly Attendee[] | undefined
}

/** The part of a delta that asks for something new. */
export function newWishes({ wanted, sent, seen }: Lists): AttendeeDelta {
  const agreedIn = (email: string) => has(sent?.invite ?? [], email)
  const agreedOut = (email: string) => (sent?.remove ?? []).some((gone) => lower(gone) === lower(email))
  return {
    invite: wanted.invite.filter(({ email }) => !agreedIn(email) || (seen !== undefined && !has(seen, email))),
    remove: wanted.remove.filter((email) => !agreedOut(email) || (seen !== undefined && has(seen, email))),
  }
}

/** The list after a delta; undefined when it stays as it is. */
export function listAfter(current: readonly Attendee[], { invite, remove }: AttendeeDelta): Invitee[] | undefined {
  const added = invite.filter(({ email }) => !has(current, email))
  const kept = current.filter(({ email }) => !remove.some((gone) => lower(gone) === lower(email)))
  if (added.length === 0 && kept.length === current.length) return undefined
  return [
    ...kept.map(({ email, name, kind }): Invitee => ({ email, name, kind })),
    ...added.map(({ email, name }): Invitee => ({ email, name, kind: 'required' })),
  ]
}
