import { epochMs } from '../../../shared/core/time.ts'
import { agreementKeyOf } from '../../../shared/push/agreement.ts'
import { isOfEarlierLife, isOfThisLife, type Wish } from '../people/wish.ts'
import type { Facts } from './judge-facts.ts'
import { isDone } from './lost.ts'

/** Events of this life that are there although their deletion was the last thing asked for. */
export function undeleted(facts: Facts): string[] {
  const live = facts.mailbox.calendars().flatMap(({ store }) => [...store.items.values()])
  return facts.wishes.flatMap((wish) => {
    if (!isDeleted(facts, wish) || isOfEarlierLife(facts, wish)) return []
    const left = live.find(({ id, transactionId }) => isGoneWith(facts, wish, [id, agreementKeyOf(transactionId)]))
    return left === undefined ? [] : [`I5: a deleted event is still there: "${left.fields['subject']}"`]
  })
}

/** Whether what a wish wanted deleted is, or was not there as the answer said. */
const isDeleted = (facts: Facts, wish: Wish): boolean =>
  (wish.kind === 'delete' || wish.kind === 'delete-all') &&
  (isDone(facts, wish) || (wish.answered !== undefined && wish.action === undefined))

/** @param names of an event, the provider's and that of its agreement. */
function isGoneWith(facts: Facts, wish: Wish, names: readonly (string | undefined)[]): boolean {
  const about = facts.wishes.filter((other) => names.includes(facts.eventOfWish(other) ?? 'of no event'))
  if (about.some((other) => other !== wish && (mayComeAfter(other, wish) || wasUnderWay(facts, other, wish))))
    return false
  if (wish.kind === 'delete')
    return about.includes(wish) && (wish.uid !== undefined || isOfThisLife(facts, wish, facts.actions))
  return about.some((other) => other.integrator === wish.integrator && isOwnOfThisLife(facts, other))
}

/** Whether a wish was accepted after another, as far as is known. Who gets no answer asks on, and may be heard late. */
function mayComeAfter(wish: Wish, before: Wish): boolean {
  const isKnown = wish.action !== undefined && before.action !== undefined && wish.life === before.life
  return isKnown ? Number(wish.action) > Number(before.action) : (wish.answered ?? Infinity) > before.sent
}

/**
 * Whether somebody else's change was under way when a deletion of one event found it gone already: an edit beats what was
 * done in Outlook, and makes another event.
 */
function wasUnderWay(facts: Facts, other: Wish, deletion: Wish): boolean {
  const [change, found] = [facts.actionOf(other), facts.actionOf(deletion)]
  if (deletion.uid === undefined || other.integrator === deletion.integrator || found?.state !== 'unchanged')
    return false
  return (change?.finishedAt ?? NEVER) >= (found.finishedAt ?? NEVER)
}

const NEVER = epochMs(0)

const isOwnOfThisLife = (facts: Facts, wish: Wish): boolean =>
  wish.eventId !== undefined &&
  wish.action !== undefined &&
  !isOfEarlierLife(facts, wish) &&
  isOfThisLife(facts, wish, facts.actions)
