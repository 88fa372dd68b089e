import type { Clock } from '../../../../shared/core/time.ts'
import type { Change } from '../mailbox/calendar.ts'
import type { Subscription } from './subscription.ts'

/** Subscriptions belong to an app and a person together. */
export interface Owner {
  readonly appId: string
  readonly oid: string
}

/** The living subscriptions. One that has expired is gone from everywhere at once. */
export interface Registry {
  list(): Subscription[]
  find(id: string): Subscription | undefined
  of(owner: Owner): Subscription[]
  /** From now on each change in the subscription's calendar is told. */
  add(subscription: Subscription): void
  end(id: string): void
}

type Tell = (subscription: Subscription, change: Change) => void

export function createRegistry(clock: Clock, tell: Tell): Registry {
  const known = new Map<string, { subscription: Subscription; stop: () => void }>()
  const idsOf = new Map<string, Set<string>>()
  const keyOf = ({ appId, oid }: Owner) => `${appId} ${oid}`

  function end(id: string): void {
    const ended = known.get(id)
    if (ended === undefined) return
    ended.stop()
    known.delete(id)
    idsOf.get(keyOf(ended.subscription))?.delete(id)
  }

  function living(ids: Iterable<string>): Subscription[] {
    const found = [...ids].flatMap((id) => known.get(id)?.subscription ?? [])
    for (const { id, expiresAt } of found) if (expiresAt <= clock.now()) end(id)
    return found.filter(({ id }) => known.has(id))
  }

  return {
    list: () => living(known.keys()),
    find: (id) => living([id])[0],
    of: (owner) => living(idsOf.get(keyOf(owner)) ?? []),
    add(subscription) {
      const stop = subscription.calendar.store.onChange((change) => {
        if (subscription.expiresAt > clock.now()) tell(subscription, change)
      })
      known.set(subscription.id, { subscription, stop })
      const key = keyOf(subscription)
      idsOf.set(key, (idsOf.get(key) ?? new Set()).add(subscription.id))
    },
    end,
  }
}
