import { later } from '../../../shared/core/time.ts'
import type { Entry } from '../people/ledger.ts'
import { FIELD_NAMES, type FieldName, ruleText, type Said, textIn } from '../people/said.ts'
import { timesAsSeries, type Wish } from '../people/wish.ts'
import { type Facts, isAbout } from './judge-facts.ts'

/** What was written to an event although nobody has asked for it there (I1, I6). */
export function unasked(facts: Facts, entry: Entry): string[] {
  const wishes = facts.wishes.filter(
    (wish) => wish.kind === 'upsert' && wish.sent < entry.position && isAbout(facts, wish, entry),
  )
  // An event is made for whoever has a name of their own for it.
  const isWanted = wishes.some(({ eventId }) => entry.kind !== 'create' || eventId !== undefined)
  if (!isWanted) return ['I1: an event was written that nobody has asked about']
  const names = FIELD_NAMES.filter((name) => entry.written[name] !== (entry.before[name] ?? ''))
  const strange = names.filter((name) => {
    const value = entry.written[name]
    return value !== undefined && !wishes.some((wish) => asks(wish, name, value))
  })
  return [
    ...strange.map((name) => `I1: a value was written that nobody has asked for: ${name} ${entry.written[name]}`),
    ...entry.more
      .filter((name) => !isOfCreation(entry, name) && !isOfMove(entry, name))
      .filter((name) => !wishes.some(({ asking }) => name in asking.body))
      .map((name) => `I1: a field was written that nobody has asked for: ${name}`),
    ...uninvited(wishes, entry),
    ...(entry.kind === 'patch' && entry.isPutAnew && !wishes.some((wish) => isPutting(facts, wish, entry))
      ? ['I1: a series was put anew for nobody']
      : []),
  ]
}

/** A creation has marks to be known by, and says that whole days are free. */
const OF_CREATIONS = ['transactionId', 'singleValueExtendedProperties', 'showAs']
const isOfCreation = ({ kind }: Entry, name: string): boolean => kind === 'create' && OF_CREATIONS.includes(name)

/** A series that is moved is written with its rule, which begins on another day and else is the same. */
const isOfMove = ({ written, rule, ruleBefore }: Entry, name: string): boolean =>
  name === 'recurrence' && written.times !== undefined && rule === ruleBefore

const asks = (wish: Wish, name: FieldName, value: string): boolean =>
  askedIn(wish)[name] === value || (name === 'times' && timesAsSeries(wish) === value)

/** Who was invited though nobody has asked for it; nobody ever asks for somebody to be taken off. */
function uninvited(wishes: readonly Wish[], { invited, invitedBefore }: Entry): string[] {
  const asked = new Set(wishes.flatMap(guestsOf))
  const added = invited.filter((guest) => !invitedBefore.includes(guest) && !asked.has(guest))
  const gone = invitedBefore.filter((guest) => !invited.includes(guest))
  return [
    ...added.map((guest) => `I1: somebody was invited that nobody has asked for: ${guest}`),
    ...gone.map((guest) => `I1: somebody was taken off the list of guests: ${guest}`),
  ]
}

/**
 * Whether a wish, not done before the entry, says other times or another rule than the one before it of its integrator. One
 * that was rejected has changed nothing, and may be asked for again.
 */
function isPutting(facts: Facts, wish: Wish, { at }: Entry): boolean {
  const event = facts.eventOfWish(wish)
  const isSame = (other: Wish) => other.integrator === wish.integrator && facts.eventOfWish(other) === event
  const before = facts.wishes.findLast(
    (other) =>
      other.sent < wish.sent && other.kind === 'upsert' && isSame(other) && facts.actionOf(other)?.state !== 'rejected',
  )
  const isNew = before === undefined || placeOf(before) !== placeOf(wish)
  const finishedAt = facts.actionOf(wish)?.finishedAt
  // What was sent before it was done may land after that.
  return isNew && (finishedAt === undefined || later(later(finishedAt, facts.skew), facts.latest) >= at)
}

const placeOf = ({ asking }: Wish): string => {
  const { start, end, recurrence } = asking.body as Body
  return JSON.stringify([start, end, recurrence])
}

interface Body {
  readonly summary?: string
  readonly description?: string
  readonly location?: { readonly description: string }
  readonly start?: Time
  readonly end?: Time
  readonly recurrence?: { readonly rules: readonly Parameters<typeof ruleText>[0][] }
  readonly attendees?: { readonly invite: readonly { readonly email: string }[] }
}
type Time = string | { readonly time: string }

/** All that a request says, new or not, in the ledger's words. */
function askedIn({ asking }: Wish): Said {
  const { summary, description, location, start, end } = asking.body as Body
  return {
    ...(summary !== undefined && { summary }),
    ...(description !== undefined && { description: textIn(description) }),
    ...(location !== undefined && { location: location.description }),
    ...(start !== undefined && end !== undefined && { times: `${timeOf(start)} - ${timeOf(end)}` }),
  }
}

const timeOf = (time: Time): string => (typeof time === 'string' ? time : time.time)

/** Whom a request invites. */
export const guestsOf = ({ asking }: Wish): readonly string[] =>
  (asking.body as Body).attendees?.invite.map(({ email }) => email) ?? []

/** How a request asks for the event to repeat; undefined when it does not. */
export function ruleAsked({ asking }: Wish): string | undefined {
  const [rule] = (asking.body as Body).recurrence?.rules ?? []
  return rule && ruleText(rule)
}
