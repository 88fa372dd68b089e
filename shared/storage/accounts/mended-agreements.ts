import { type Agreement, creationOf, newAgreement } from '../../push/agreement.ts'
import type { Write } from '../table.ts'
import type { AtomicGroup } from './batches.ts'
import type { EventRow } from './kinds.ts'
import type { Mending } from './mended-rows.ts'
import { agreementKey, isIn, rangeOf } from './row-keys.ts'

/**
 * The agreements that do not open, as far as the events tell of them: whose an event is and where, so that it can be changed
 * and deleted as before. What was asked for and what was stored nobody knows any more. Of an event that is in no row the
 * agreement goes, and before its integrator's next wish makes one, it is looked for.
 */
export async function mendedAgreements(mending: Mending): Promise<AtomicGroup[]> {
  const damaged = mending.damaged.filter(({ rowKey }) => isIn('agreement', rowKey))
  if (damaged.length === 0) return []
  const told = await toldByEvents(mending, new Set(damaged.map(({ rowKey }) => rowKey)))
  const writes = damaged.map(async ({ rowKey, etag }): Promise<Write> => {
    const agreement = told.get(rowKey)
    if (agreement === undefined) return { kind: 'delete', rowKey, etag }
    return { kind: 'replace', rowKey, etag, properties: await mending.rows.agreement.encode(rowKey, agreement) }
  })
  return (await Promise.all(writes)).map((write) => [write])
}

async function toldByEvents(
  { account, table, rows }: Mending,
  wanted: ReadonlySet<string>,
): Promise<ReadonlyMap<string, Agreement>> {
  const told = new Map<string, Agreement>()
  for await (const page of table.range(account, ...rangeOf('event')))
    for (const row of page) {
      const agreement = (await rows.opens(row)) ? toldBy(await rows.event.decode(row)) : undefined
      if (agreement !== undefined && wanted.has(agreementKey(agreement.key)))
        told.set(agreementKey(agreement.key), agreement)
    }
  return told
}

/** A copy that somebody made of a managed event has its marker too, and is nobody's. */
function toldBy({ managed, deleted, calendar, event }: EventRow): Agreement | undefined {
  const creation = creationOf(event.marker)
  if (managed === undefined || creation === undefined || deleted) return undefined
  const providerId = event.seriesProviderId ?? event.providerId
  const target = { agreement: creation.key, calendar, eventId: managed.eventId, providerId }
  return { ...newAgreement(target, managed.integrator), generation: creation.generation }
}
