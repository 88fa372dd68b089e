import type { Action, ActionRequest, Target } from './action.ts'
import { type Agreement, newAgreement } from './agreement.ts'
import type { Wanted } from './wanted.ts'
import { addWishes, isEmpty, joinWanted, NO_WISHES, type Wishes, wantedOfNew } from './wishes.ts'

/** What a pending upsert will come to, as far as that is known before the provider is asked. */
export interface Expected {
  /** What it and the ones before it change of an event that is there. What they only repeat stays as it is. */
  readonly changed: Wanted
  /** What the event is made of where it is not there; undefined when it is not made. */
  readonly creation: Wanted | undefined
  /** An action before it deletes the event, so that it makes another one. */
  readonly isRemade: boolean
}

/** An event as the actions so far will leave it. */
interface Standing {
  readonly target: Target
  readonly agreement: Agreement
  readonly wishes: Wishes
  readonly isRemade: boolean
}

type DeleteAll = Extract<ActionRequest, { kind: 'delete-all' }>

/**
 * What each of an integrator's pending upserts will come to, by its number: what the push will make of it unless somebody
 * changes something meanwhile.
 * @param pending of one integrator, in order.
 * @param agreements as they are known; where there is none, everything that is asked for is a wish.
 */
export function expectedOf(
  pending: readonly Action[],
  agreements: ReadonlyMap<string, Agreement>,
): ReadonlyMap<number, Expected> {
  const expected = new Map<number, Expected>()
  const standings = new Map<string, Standing>()
  const sweeps: DeleteAll[] = []

  function standingBefore({ number, integrator }: Action, target: Target): Standing {
    const known = standings.get(target.agreement)
    if (known !== undefined) return known
    const agreement = agreements.get(target.agreement)
    const isRemade = sweeps.some((sweep) => isSwept(sweep, target))
    // One that has heard of the action already may be newer than the event that is looked at with it.
    const isOld = !isRemade && agreement !== undefined && agreement.settled < number
    return { target, agreement: isOld ? agreement : newAgreement(target, integrator), wishes: NO_WISHES, isRemade }
  }

  for (const action of pending) {
    const { request, number, integrator, settledBefore } = action
    if (request?.kind === 'delete-all') {
      sweeps.push(request)
      for (const [key, { target }] of standings) if (isSwept(request, target)) standings.delete(key)
    }
    if (request?.kind === 'delete') {
      const { target } = request
      const agreement = newAgreement(target, integrator)
      standings.set(target.agreement, { target, agreement, wishes: NO_WISHES, isRemade: true })
    }
    if (request?.kind === 'upsert') {
      const before = standingBefore(action, request.target)
      const wishes = addWishes(before.wishes, request, before.agreement, settledBefore)
      const standing = { ...before, wishes }
      standings.set(request.target.agreement, standing)
      expected.set(number, {
        changed: wishes.changed,
        creation: creationWith(standing),
        isRemade: before.isRemade,
      })
    }
  }
  return expected
}

const isSwept = ({ calendars }: DeleteAll, { eventId, calendar }: Target): boolean =>
  eventId !== undefined && (calendars?.includes(calendar) ?? true)

/** Who only repeats what was agreed on respects that somebody has deleted the event. */
function creationWith({ agreement, wishes }: Standing): Wanted | undefined {
  const existed = agreement.providerId !== undefined
  return existed && isEmpty(wishes.changed) ? undefined : joinWanted(agreement.sent, wantedOfNew(wishes))
}
