import type { EpochMs } from '../../core/time.ts'
import type { EventChange, ItemKey, Outcome } from '../../pull/knowledge.ts'
import { type Agreement, agreementKeyOf, markerOf } from '../../push/agreement.ts'
import { FIELDS, sameValue } from '../../push/fields.ts'
import { saysTheSame } from '../../push/plan.ts'
import { openOrQuarantine } from '../quarantine.ts'
import type { Agreements } from './agreements.ts'
import type { AtomicGroup } from './batches.ts'
import type { EventRow } from './kinds.ts'
import { changeKey, eventKey } from './row-keys.ts'
import type { StoredHead } from './row-versions.ts'
import type { SessionState } from './session.ts'

/** Rows of deleted events are read one by one, so many at once and not more. */
const CHANGES_AT_ONCE = 64
const CHANGES_PER_ROW = 5_000

/** The rows that changes of a calendar's events come to. */
export interface EventWrites {
  /** @param agreed what is stored with them. */
  written(outcome: Outcome, calendar: string, now: EpochMs, agreed?: readonly Agreement[]): Promise<AtomicGroup[]>
  /** The rows of deleted events, read and marked as they are taken: a whole mailbox may be gone. */
  removed(outcome: Outcome, now: EpochMs): AsyncIterable<AtomicGroup>
  /** The same for what the provider told of: an integrator's agreement remembers that its event is gone. */
  removedByProvider(outcome: Outcome, now: EpochMs): AsyncIterable<AtomicGroup>
  /**
   * Whose doing the events are that the cache did not know: what an integrator made before their calendar was read for the
   * first time, and nobody has changed since.
   */
  makers(changes: Outcome['changes']): Promise<ReadonlyMap<ItemKey, string>>
  /** One row of an event, also one that stays when the event is deleted or moved. */
  rowWrite(rowKey: string, row: EventRow): Promise<AtomicGroup>
  /**
   * What the change log says of it, in rows that are far from the size limit.
   * @param number of the first entry.
   * @param by whose doing a change is, where it is an integrator's.
   * @param movedFrom where the window ended before it moved on: what is new after it has only come into the window.
   */
  log(
    changes: Outcome['changes'],
    calendar: string,
    now: EpochMs,
    number: number,
    by?: ReadonlyMap<ItemKey, string>,
    movedFrom?: EpochMs,
  ): Promise<AtomicGroup[]>
}

interface Dependencies {
  readonly state: Pick<SessionState, 'account' | 'table' | 'rows' | 'names' | 'log'>
  readonly agreements: Agreements
}

export function createEventWrites({ state, agreements }: Dependencies): EventWrites {
  const { account, table, rows, names } = state

  const rowWrite = async (rowKey: string, row: EventRow): Promise<AtomicGroup> => [
    { kind: 'upsert', rowKey, properties: await rows.event.encode(rowKey, row) },
  ]

  const put = (month: string, row: EventRow): Promise<AtomicGroup> =>
    rowWrite(eventKey(names.month(month), row.key), row)

  /**
   * A deleted event stays where it is, marked, so that integrators can be told; one that the window has left behind is
   * marked as not told. Nothing when it was never written. Rows of which none opens are deleted: there is nothing to mark.
   */
  async function removedRows(change: Removed, now: EpochMs, isTold: boolean): Promise<AtomicGroup[]> {
    const unreadable: AtomicGroup[] = []
    for (const month of change.previousMonths.toReversed()) {
      const stored = await table.get(account, eventKey(names.month(month), change.key))
      const before = stored && (await openOrQuarantine(state, stored, rows.event.decode))
      if (before !== undefined) return markedRows(change, before, now, isTold)
      if (stored !== undefined) unreadable.push([{ kind: 'delete', rowKey: stored.rowKey, etag: stored.etag }])
    }
    return unreadable
  }

  async function markedRows(
    { kind, previousMonths }: Removed,
    before: EventRow,
    now: EpochMs,
    isTold: boolean,
  ): Promise<AtomicGroup[]> {
    const row = { ...before, deleted: true, ...(kind === 'forget' ? { moved: true } : { modifiedAt: now }) }
    const marks = await Promise.all(previousMonths.map((month) => put(month, row)))
    return isTold ? [...marks, ...(await farewell(kind, before))] : marks
  }

  /**
   * What the agreement on an event remembers when the cache forgets it: that it is gone, or where somebody had moved it. An
   * occurrence is not all of what was agreed on.
   */
  async function farewell(kind: Removed['kind'], { event }: EventRow): Promise<AtomicGroup[]> {
    const { marker, providerId } = event
    const key = agreementKeyOf(marker) ?? ''
    if (key !== '') await agreements.load([key])
    const agreement = agreements.known(key)
    if (agreement === undefined || agreement.providerId !== providerId) return []
    const last =
      kind === 'delete' ? { ...agreement, gone: providerId } : { ...agreement, movedTo: moved(agreement, event) }
    if (kind === 'forget' && last.movedTo === undefined && agreement.movedTo === undefined) return []
    agreements.accept([last])
    return agreements.writes([last])
  }

  function writtenRows(
    change: Written,
    calendar: string,
    now: EpochMs,
    agreed: readonly Agreement[],
  ): Promise<AtomicGroup[]> {
    const { key, event, months, previousMonths, reach } = change
    const managed = managedBy(change, agreed)
    const row = {
      ...{ calendar, key, deleted: false, moved: false, modifiedAt: now, event },
      ...(managed && { managed }),
      ...(reach && { reach }),
    }
    const left = previousMonths.filter((month) => !months.includes(month))
    return Promise.all([
      ...months.map((month) => put(month, row)),
      ...left.map((month) => put(month, { ...row, deleted: true, moved: true })),
    ])
  }

  /**
   * Whose event it is, by the marker it was created with. A copy of it that somebody made is nobody's, nor is one that its
   * integrator has deleted and somebody has brought back.
   */
  function managedBy({ event }: Written, agreed: readonly Agreement[] = []): EventRow['managed'] {
    const key = agreementKeyOf(event.marker) ?? ''
    const agreement = agreed.find((one) => one.key === key) ?? agreements.known(key)
    if (agreement?.eventId === undefined) return undefined
    const isIt =
      agreement.providerId === undefined
        ? event.marker === markerOf(agreement)
        : agreement.providerId === (event.seriesProviderId ?? event.providerId)
    return isIt ? { integrator: agreement.integrator, eventId: agreement.eventId } : undefined
  }

  const loadAgreements = (changes: Outcome['changes']) =>
    agreements.load(changes.flatMap((change) => (change.kind === 'write' && markedKey(change)) || []))

  function makerOf(change: EventChange): string | undefined {
    if (change.kind !== 'write' || change.previousMonths.length > 0 || managedBy(change) === undefined) return undefined
    const agreement = agreements.known(markedKey(change) ?? '')
    const isAsMade = agreement?.stored !== undefined && saysTheSame({ content: change.event }, agreement.stored)
    return isAsMade ? agreement.integrator : undefined
  }

  async function* removals({ changes }: Outcome, now: EpochMs, isTold: boolean): AsyncGenerator<AtomicGroup> {
    for (const some of slices(changes.filter((change) => change.kind !== 'write')))
      yield* (await Promise.all(some.map((change) => removedRows(change, now, isTold)))).flat()
  }

  return {
    rowWrite,
    async makers(changes) {
      await loadAgreements(changes)
      return new Map(
        changes.flatMap((change) => {
          const maker = makerOf(change)
          return maker === undefined ? [] : [[change.key, maker] as const]
        }),
      )
    },
    async written({ changes }, calendar, now, agreed = []) {
      await loadAgreements(changes)
      const groups: AtomicGroup[] = []
      for (const some of slices(changes)) {
        const written = some.map((change) =>
          change.kind === 'write' ? writtenRows(change, calendar, now, agreed) : [],
        )
        groups.push(...(await Promise.all(written)).flat())
      }
      return groups
    },
    removed: (outcome, now) => removals(outcome, now, false),
    removedByProvider: (outcome, now) => removals(outcome, now, true),
    async log(all, calendar, now, number, by, movedFrom) {
      const changes = all.filter((change) => (change.kind === 'write' ? change.isNews : change.kind === 'delete'))
      const groups: AtomicGroup[] = []
      for (let at = 0; at < changes.length; at += CHANGES_PER_ROW) {
        const rowKey = changeKey(number + groups.length)
        const some = changes.slice(at, at + CHANGES_PER_ROW)
        const changed = some.map((change) => entryOf(change, by?.get(change.key)))
        const entered = some.filter((change) => hasEntered(change, movedFrom)).map(({ key }) => key)
        const left = some.flatMap(leftBy)
        const properties = await rows.change.encode(rowKey, { at: now, calendar, changed, entered, left })
        groups.push([{ kind: 'upsert', rowKey, properties }])
      }
      return groups
    },
  }
}

/** Where an event is, unless it is as it was agreed on. */
function moved({ stored }: Agreement, { kind, start, end }: EventRow['event']): Agreement['movedTo'] {
  const isAgreed = stored === undefined || sameValue('times', FIELDS.times.of(stored), { start, end })
  return isAgreed || kind !== 'single' ? undefined : { start, end }
}

/** The head after so many more entries of the change log. */
export const headAfter = (head: StoredHead, entries: number, now: EpochMs): StoredHead =>
  entries === 0 ? head : { ...head, nextChange: head.nextChange + entries, lastChangeAt: now }

function* slices<Change extends EventChange>(changes: readonly Change[]): Generator<readonly Change[]> {
  for (let at = 0; at < changes.length; at += CHANGES_AT_ONCE) yield changes.slice(at, at + CHANGES_AT_ONCE)
}

function hasEntered(change: EventChange, movedFrom: EpochMs | undefined): boolean {
  if (movedFrom === undefined || change.kind !== 'write' || change.previousMonths.length > 0) return false
  const { start } = change.event
  return (start.kind === 'instant' ? start.at : Date.parse(start.date)) >= movedFrom
}

type Written = EventChange & { readonly kind: 'write' }
type Removed = Exclude<EventChange, Written>

const markedKey = ({ event }: Written): string | undefined => agreementKeyOf(event.marker)

const leftBy = ({ key, leftCalendar }: EventChange): [string, string][] =>
  leftCalendar === undefined ? [] : [[key, leftCalendar]]

function entryOf(change: EventChange, by: string | undefined): [string, string] | [string, string, string] {
  const month = (change.kind === 'write' ? change.months[0] : change.previousMonths[0]) ?? ''
  return by === undefined ? [change.key, month] : [change.key, month, by]
}
