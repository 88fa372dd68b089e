import type { EmailAddress, Fields } from './event.ts'

/** An invited person, in Graph's shape. */
export interface Attendee {
  readonly type: string
  readonly emailAddress: { readonly name?: string | null; readonly address: string }
}

export const attendeesOf = (fields: Fields): readonly Attendee[] =>
  (fields['attendees'] as readonly Attendee[] | null | undefined) ?? []

/** Equal for all ways to write one address. */
export const keyOfAddress = ({ emailAddress }: Pick<Attendee, 'emailAddress'>): string =>
  emailAddress.address.toLowerCase()

/** Those who are told about a meeting: everybody on its list once, without the organiser. */
export function invitedTo(fields: Fields, organizer: EmailAddress): ReadonlyMap<string, Attendee> {
  const invited = new Map(attendeesOf(fields).map((person) => [keyOfAddress(person), person]))
  invited.delete(organizer.address.toLowerCase())
  return invited
}
