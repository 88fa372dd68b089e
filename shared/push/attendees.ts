import type { Attendee } from '../events/event.ts'
import type { AttendeeDelta } from './wanted.ts'
import type { Invitee } from './writer.ts'

/** As many people as Exchange allows in a meeting, and as one request can name. */
const MOST_PEOPLE = 500

const lower = (email: string): string => email.toLowerCase()

/** Each address is made comparable once, however many it is compared with. */
const addresses = (emails: readonly string[] = []): ReadonlySet<string> => new Set(emails.map(lower))
const addressesOf = (people: readonly { readonly email: string }[] = []): ReadonlySet<string> =>
  addresses(people.map(({ email }) => email))

/** Whether two lists have the same people on them, whatever these have answered. */
export function sameGuests(
  one: readonly { readonly email: string }[],
  other: readonly { readonly email: string }[],
): boolean {
  const [before, now] = [addressesOf(one), addressesOf(other)]
  return before.size === now.size && [...before].every((email) => now.has(email))
}

/** Whether everybody on a list was asked for by one of the deltas. */
export function areInvited(people: readonly Attendee[], deltas: readonly (AttendeeDelta | undefined)[]): boolean {
  const invited = addressesOf(deltas.flatMap((delta) => delta?.invite ?? []))
  return [...addressesOf(people)].every((email) => invited.has(email))
}

/** Two deltas in a row as one: what is said last about a person counts. */
export function joinDeltas(first: AttendeeDelta | undefined, then: AttendeeDelta): AttendeeDelta {
  if (first === undefined) return then
  const named = addresses([...then.invite.map(({ email }) => email), ...then.remove])
  return {
    invite: [...first.invite.filter(({ email }) => !named.has(lower(email))), ...then.invite],
    remove: [...first.remove.filter((email) => !named.has(lower(email))), ...then.remove],
  }
}

/** Whether a delta names more people than one request could. */
export const isCrowd = ({ invite, remove }: AttendeeDelta): boolean =>
  invite.length > MOST_PEOPLE || remove.length > MOST_PEOPLE

/** A delta in a size that a row can hold: of too many people the ones named last are remembered. */
export const newestPeople = ({ invite, remove }: AttendeeDelta): AttendeeDelta => ({
  invite: invite.slice(-MOST_PEOPLE),
  remove: remove.slice(-MOST_PEOPLE),
})

export interface Lists {
  readonly wanted: AttendeeDelta
  /** What was asked for before: whom somebody took off or put back in Microsoft 365 since then is left as they are. */
  readonly sent: AttendeeDelta | undefined
  /** What the integrator has seen: whom it asks for although it saw them missing is asked for anew. */
  readonly seen: readonly Attendee[] | undefined
}

/** The part of a delta that asks for something new. */
export function newWishes({ wanted, sent, seen }: Lists): AttendeeDelta {
  const agreedIn = addressesOf(sent?.invite)
  const agreedOut = addresses(sent?.remove)
  const there = seen && addressesOf(seen)
  return {
    invite: wanted.invite.filter(({ email }) => !agreedIn.has(lower(email)) || there?.has(lower(email)) === false),
    remove: wanted.remove.filter((email) => !agreedOut.has(lower(email)) || there?.has(lower(email)) === true),
  }
}

/** The list after a delta; undefined when it stays as it is. */
export function listAfter(current: readonly Attendee[], { invite, remove }: AttendeeDelta): Invitee[] | undefined {
  const there = addressesOf(current)
  const gone = addresses(remove)
  const added = invite.filter(({ email }) => !there.has(lower(email)))
  const kept = current.filter(({ email }) => !gone.has(lower(email)))
  if (added.length === 0 && kept.length === current.length) return undefined
  return [
    ...kept.map(({ email, name, kind }): Invitee => ({ email, name, kind })),
    ...added.map(({ email, name }): Invitee => ({ email, name, kind: 'required' })),
  ]
}
