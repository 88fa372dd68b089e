import { FIELD_NAMES, type FieldName } from '../people/said.ts'
import { timesAsSeries, type Wish } from '../people/wish.ts'
import { guestsOf, ruleAsked } from './asked.ts'
import { type Facts, isAbout } from './judge-facts.ts'

/** Accepted wishes that never came to Outlook. */
export const lost = (facts: Facts): string[] =>
  facts.wishes.flatMap((wish) => {
    if (wish.kind === 'respond') return lostResponse(facts, wish)
    if (wish.kind !== 'upsert' || !isDone(facts, wish)) return []
    return [...lostFields(facts, wish), ...lostMore(facts, wish)]
  })

const lostFields = (facts: Facts, wish: Wish): string[] =>
  FIELD_NAMES.flatMap((name) => {
    const value = wish.fresh[name]
    if (value === undefined || isWritten(facts, value, name) || isOutdone(facts, wish, name)) return []
    if (isTakenForDeleted(facts, wish)) return []
    if (wasThere(facts, wish, value, name)) return []
    if (name === 'times' && isSeries(facts, wish) && isWritten(facts, timesAsSeries(wish), name)) return []
    return [`I5: an accepted change was lost: ${name} ${value}, action ${wish.action}`]
  })

/**
 * Whether the event was made in an earlier life of the account, and deleted in Outlook. A try to make it again is answered
 * with that it was made; when an earlier try was noted, nobody can tell whether that one made what is deleted.
 */
const isTakenForDeleted = (facts: Facts, wish: Wish): boolean =>
  facts.entries.some(
    (entry) =>
      entry.kind === 'create' &&
      entry.position < facts.lifeBegan &&
      isAbout(facts, wish, entry) &&
      facts.entries.some(({ kind, by, id }) => kind === 'remove' && by === 'outlook' && id === entry.id),
  )

/** Guests who were never invited, and series that never became one. */
function lostMore(facts: Facts, wish: Wish): string[] {
  const [guests, rule] = [guestsOf(wish), ruleAsked(wish)]
  if ((guests.length === 0 && rule === undefined) || isUndone(facts, wish)) return []
  const entries = facts.entries.filter((entry) => isAbout(facts, wish, entry))
  const written = entries.filter(({ by }) => by === 'graph')
  const missing = guests.filter((guest) => !written.some(({ invited }) => invited.includes(guest)))
  // A person may have made it the same series before.
  const isSeries =
    written.some((entry) => entry.rule !== undefined) ||
    (facts.actionOf(wish)?.state === 'unchanged' && entries.some((entry) => entry.rule === rule))
  return [
    ...missing.map((guest) => `I5: an accepted invitation was lost: ${guest}, action ${wish.action}`),
    ...(rule !== undefined && !isSeries ? [`I5: an event was never made a series: action ${wish.action}`] : []),
  ]
}

/** Whether its integrator has asked for the event's deletion later, or for no series. */
const isUndone = (facts: Facts, wish: Wish): boolean =>
  facts.wishes.some(
    (other) =>
      isAfter(other, wish) &&
      (other.kind === 'delete-all' || facts.eventOfWish(other) === facts.eventOfWish(wish)) &&
      (other.kind !== 'upsert' ? other.kind !== 'respond' : 'recurrence' in other.asking.body),
  )

const STATUS: Readonly<Record<string, string>> = {
  accepted: 'accepted',
  tentative: 'tentativelyAccepted',
  declined: 'declined',
}

/** An answer to an invitation that nobody has got. */
function lostResponse(facts: Facts, wish: Wish): string[] {
  const { status = '' } = wish.asking.body as { readonly status?: string }
  const { state } = facts.actionOf(wish) ?? {}
  if (state !== 'applied' && state !== 'unchanged') return []
  // Of an occurrence that is as the series was answered nothing is to be said.
  const uids = state === 'unchanged' ? [wish.uid, wish.seriesUid] : [wish.uid]
  const about = uids.map((uid) => uid && facts.eventOfWish({ ...wish, uid }))
  const isSent = facts.responses.some(({ id, response }) => about.includes(id) && response === STATUS[status])
  return isSent ? [] : [`I5: an answer to an invitation was lost: ${status}, action ${wish.action}`]
}

/** Whether the event of a wish was asked to repeat, with this wish or another. */
const isSeries = ({ wishes, eventOfWish }: Facts, wish: Wish): boolean =>
  wishes.some((other) => 'recurrence' in other.asking.body && eventOfWish(other) === eventOfWish(wish))

/** Whether the wish, or the one that took its place, was applied. */
export function isDone(facts: Facts, wish: Wish): boolean {
  const action = facts.actionOf(wish)
  if (action === undefined) return false
  const by = action.state === 'superseded' ? facts.numbered.get(action.supersededBy ?? -1) : action
  return by?.state === 'applied' || by?.state === 'unchanged'
}

/** What is sent first may be accepted last: who gets no answer asks again. */
const isAfter = (other: Wish, wish: Wish): boolean =>
  other.action === undefined ? other.sent > wish.sent : other.action > (wish.action ?? -1)

/** The wish as it was accepted first: who gets no answer asks again, and what is only repeated is as old as it was. */
function firstAccepted({ actions, wishes }: Facts, wish: Wish): Wish {
  const unheard = actions.filter(
    ({ number, supersededBy, integrator }) =>
      supersededBy === wish.action &&
      integrator === wish.integrator &&
      number > wish.floor &&
      wishes.every(({ action }) => action !== number),
  )
  return { ...wish, action: unheard[0]?.number ?? wish.action }
}

/** Whether another value or a deletion was asked for before this one could be written. */
function isOutdone(facts: Facts, wish: Wish, name: FieldName): boolean {
  const event = facts.eventOfWish(wish)
  const first = firstAccepted(facts, wish)
  return facts.wishes.some((other) => {
    if (!isAfter(other, other.integrator === wish.integrator ? wish : first)) return false
    const isSame = facts.eventOfWish(other) === event
    // What another integrator has asked for later has to have come to Outlook.
    if (other.integrator !== wish.integrator)
      return (
        isSame &&
        (other.kind === 'delete'
          ? isDone(facts, other) || isCarriedOut(facts, other)
          : isWritten(facts, other.fresh[name], name))
      )
    if (!isSame && other.kind !== 'delete-all') return false
    return other.kind !== 'upsert' || other.fresh[name] !== undefined || other.seen !== undefined
  })
}

/** Whether a deletion came to Outlook, whose acceptance perhaps nobody heard of. */
const isCarriedOut = (facts: Facts, deletion: Wish): boolean =>
  facts.entries.some(
    (entry) =>
      entry.kind === 'remove' &&
      entry.by === 'graph' &&
      entry.position > deletion.sent &&
      isAbout(facts, deletion, entry),
  )

const isWritten = (facts: Facts, value: string | undefined, name: FieldName): boolean =>
  value !== undefined && facts.committed(name, value).length > 0

/**
 * Whether somebody else had written just that before: the day of an event is the day of another one now and then, or that
 * of an occurrence which its series has there.
 */
const wasThere = (facts: Facts, wish: Wish, value: string, name: FieldName): boolean =>
  facts.actionOf(wish)?.state === 'unchanged' &&
  facts.entries.some(({ written }) => written[name] === value || (name === 'times' && repeatsTo(written.times, value)))

const DAY = /^\d{4}-\d\d-\d\d$/

/** Whether an event of whole days may have an occurrence that takes these days. */
function repeatsTo(times: string | undefined, value: string): boolean {
  const [first, wanted] = [times, value].map((span) => span?.split(' - ') ?? [])
  if (![...(first ?? []), ...(wanted ?? [])].every((day) => DAY.test(day))) return false
  const days = (span: readonly string[] = []) => Date.parse(span[1] ?? '') - Date.parse(span[0] ?? '')
  return (first?.[0] ?? value) < value && days(first) === days(wanted)
}
