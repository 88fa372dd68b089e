import type { Agreement } from './agreement.ts'
import { sameGuests } from './attendees.ts'
import { askedBy } from './collapse.ts'
import { FIELD_NAMES, FIELDS, sameOrUnknown } from './fields.ts'
import { type Current, snapshotOf } from './snapshot.ts'
import type { Result, Task } from './task.ts'
import { bounded, joinWanted } from './wishes.ts'
import type { EventPatch, ProviderItem } from './writer.ts'

/** What a write came to: the answer as an item, and the fields that were written. */
interface Written {
  readonly item: ProviderItem
  readonly patch: EventPatch
}

/** The end of a task whose event is as wanted now. @param current as it is now; undefined when it is not there. */
export function settled(
  task: Task,
  state: 'applied' | 'unchanged',
  current: Current | undefined,
  written?: Written,
): Result {
  const { adopted, overruled, read, work, agreement } = task
  return {
    state: adopted ? 'applied' : state,
    agreement: work.last.kind === 'upsert' ? agreed(task, current) : { ...agreement, settled: work.last.number },
    overruled: state === 'applied' ? overruled : [],
    learned: written?.item ?? read,
    isOwn: written === undefined || isOurs(task.current, current, written.patch),
  }
}

function agreed({ work, agreement, wishes }: Task, current: Current | undefined): Agreement {
  const { attemptedAt: _, attemptedSince: __, ...before } = agreement
  return {
    ...before,
    settled: work.last.number,
    sent: bounded(joinWanted(agreement.sent, wishes.whole)),
    sentBy: { ...agreement.sentBy, ...askedBy(work) },
    ...(current && {
      stored: snapshotOf(current),
      storedBy: work.last.number,
      providerId: current.providerId,
      ...{ gone: undefined, movedTo: undefined },
    }),
  }
}

/** Whether an answer holds nothing new but what was written. Versions alone do not tell: they may not have been checked. */
function isOurs(before: Current | null | undefined, after: Current | undefined, patch: EventPatch): boolean {
  if (!before || !after) return true
  const names = FIELD_NAMES.filter((name) => !(name in patch) && !(name === 'color' && 'categories' in patch))
  const isGuestListOurs = 'attendees' in patch || sameGuests(before.content.attendees, after.content.attendees)
  return isGuestListOurs && names.every((name) => sameOrUnknown(name, FIELDS[name].of(before), FIELDS[name].of(after)))
}

/** The end of a deletion: the next upsert makes a new event. */
export function deleted({
  work: { last },
  agreement,
  current,
}: Task): Result & { readonly state: 'applied' | 'unchanged' } {
  const providerId = current?.providerId ?? agreement.providerId
  const { key, integrator, calendar, eventId, generation } = agreement
  return {
    state: 'applied',
    overruled: [],
    isOwn: true,
    agreement: {
      ...{ key, integrator, calendar, eventId, sent: {}, sentBy: {} },
      ...{ generation: generation + 1, settled: last.number, storedBy: last.number },
    },
    ...(providerId !== undefined && { learned: { kind: 'removed' as const, providerId } }),
  }
}
