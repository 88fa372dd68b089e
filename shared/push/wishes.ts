import type { ActionRequest } from './action.ts'
import type { Agreement } from './agreement.ts'
import { joinDeltas, newestPeople, newWishes } from './attendees.ts'
import { FIELD_NAMES, FIELDS, type FieldName, sameOrUnknown, sameValue } from './fields.ts'
import type { Wanted } from './wanted.ts'

type Upsert = Pick<ActionRequest & { kind: 'upsert' }, 'wanted' | 'seen' | 'outdone'>

/** What one or several upserts of an event come to. */
export interface Wishes {
  /** The fields the integrator has changed, each with its last value. */
  readonly changed: Wanted
  /** Everything it has asked for; what a new event is made of. */
  readonly whole: Wanted
  /** What a new event is made of besides, and one that is there not. */
  readonly onCreation: Pick<Wanted, 'reminderMinutes'>
  /** Fields that another integrator has asked for later. */
  readonly outdone: Wanted
}

export const NO_WISHES: Wishes = { changed: {}, whole: {}, onCreation: {}, outdone: {} }

/**
 * Adds an upsert to the ones before it. A field is a wish when it differs from what the integrator last knew: its own
 * earlier wish, what it has seen, or what was agreed on, in this order. What it only repeats is none, so that an edit
 * made in Microsoft 365 meanwhile is kept.
 * @param settledBefore number of the last action of this event that was settled when the upsert was accepted.
 */
export function addWishes(before: Wishes, upsert: Upsert, agreement: Agreement, settledBefore: number): Wishes {
  const { changed, whole, outdone } = before
  const { wanted, onCreation } = split(upsert.wanted)
  const lost = FIELD_NAMES.filter((name) => wanted[name] !== undefined && upsert.outdone?.[name] !== undefined)
  const fresh = FIELD_NAMES.filter(
    (name) =>
      wanted[name] !== undefined && !lost.includes(name) && !isKnown(name, before, upsert, agreement, settledBefore),
  )
  const people = wanted.attendees && attendeeWishes(wanted.attendees, before, upsert, agreement)
  return {
    changed: {
      ...changed,
      ...pick(wanted, fresh),
      ...(people && { attendees: joinDeltas(changed.attendees, people) }),
    },
    whole: joinWanted(whole, wanted),
    onCreation: wanted.reminderMinutes === undefined ? { ...before.onCreation, ...onCreation } : {},
    outdone: { ...outdone, ...pick(wanted, lost) },
  }
}

/** A reminder that is for a new event only is no wish about one that is there. */
function split({
  reminderOnCreateOnly,
  reminderMinutes,
  ...rest
}: Wanted): Pick<Upsert, 'wanted'> & Pick<Wishes, 'onCreation'> {
  const reminder = reminderMinutes === undefined ? {} : { reminderMinutes }
  return reminderOnCreateOnly
    ? { wanted: rest, onCreation: reminder }
    : { wanted: { ...rest, ...reminder }, onCreation: {} }
}

/** Everything that is asked for of an event that is not there. */
export const wantedOfNew = ({ whole, onCreation }: Pick<Wishes, 'whole' | 'onCreation'>): Wanted => ({
  ...whole,
  ...onCreation,
})

/** Whether nothing is changed. */
export const isEmpty = ({ attendees, ...fields }: Wishes['changed']): boolean =>
  Object.keys(fields).length === 0 && (attendees?.invite.length ?? 0) + (attendees?.remove.length ?? 0) === 0

/** Two wishes in a row as one. */
export const joinWanted = (first: Wanted, then: Wanted): Wanted => ({
  ...first,
  ...then,
  ...(then.attendees && { attendees: joinDeltas(first.attendees, then.attendees) }),
})

/** What was asked for, in a size that a row can hold however often people are named. */
export const bounded = (sent: Wanted): Wanted =>
  sent.attendees === undefined ? sent : { ...sent, attendees: newestPeople(sent.attendees) }

/** Whether a field only repeats what the integrator knew already. */
function isKnown(
  name: FieldName,
  { changed, outdone }: Wishes,
  { wanted, seen }: Upsert,
  { sent, sentBy, stored }: Agreement,
  settledBefore: number,
): boolean {
  const isSame = (value: unknown) => sameValue(name, wanted[name], value)
  const of = FIELDS[name].of
  if (changed[name] !== undefined) return isSame(changed[name])
  if (outdone[name] !== undefined && seen === undefined) return isSame(outdone[name])
  if (sent[name] !== undefined && (sentBy[name] ?? 0) > settledBefore) return isSame(sent[name])
  if (seen === undefined)
    return sent[name] === undefined ? stored !== undefined && isSame(of(stored)) : isSame(sent[name])
  if (isSame(of(seen))) return true
  // Exchange may keep a value in words of its own: who repeats what was sent, and saw what was stored, changes nothing.
  return isSame(sent[name]) && stored !== undefined && sameOrUnknown(name, of(seen), of(stored))
}

function attendeeWishes(
  wanted: NonNullable<Wanted['attendees']>,
  { whole }: Wishes,
  { seen }: Upsert,
  { sent }: Agreement,
): NonNullable<Wanted['attendees']> {
  const asked = whole.attendees ? joinDeltas(sent.attendees, whole.attendees) : sent.attendees
  return newWishes({ wanted, sent: asked, seen: seen?.content.attendees })
}

const pick = (wanted: Wanted, names: readonly FieldName[]): Wanted =>
  Object.fromEntries(names.map((name) => [name, wanted[name]]))
