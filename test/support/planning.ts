import type { Agreement } from '../../shared/push/agreement.ts'
import { type Desired, type Place, plan } from '../../shared/push/plan.ts'
import type { Current, Snapshot } from '../../shared/push/snapshot.ts'
import type { Wanted } from '../../shared/push/wanted.ts'
import { addWishes, NO_WISHES } from '../../shared/push/wishes.ts'
import { agreement, place } from './push.ts'

/** What an integrator wants that asks for this. */
export const wishing = (wanted: Wanted, base = agreement(), seen?: Snapshot): Desired => ({
  kind: 'upsert',
  wishes: addWishes(NO_WISHES, { wanted, seen }, base, base.settled),
})

/** What is done about it where the provider holds this. */
export const planned = (
  wanted: Wanted,
  held: Current | undefined,
  { base = agreement(), at = place }: { base?: Agreement; at?: Place } = {},
) =>
  plan(
    wishing(wanted, base),
    { agreement: base, snapshot: base.stored, existed: base.providerId !== undefined },
    held,
    at,
  )
