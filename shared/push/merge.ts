import type { EventTime } from '../events/event.ts'
import type { Recurrence } from '../events/recurrence.ts'
import { dateInZone, windowsZone } from '../events/zones.ts'
import type { Overruled } from './action.ts'
import { listAfter } from './attendees.ts'
import { FIELD_NAMES, FIELDS, type FieldName, sameValue } from './fields.ts'
import { movedTo } from './moved-series.ts'
import type { Current, Snapshot } from './snapshot.ts'
import { BLANK, COLOR_CATEGORIES, type Times, type Wanted } from './wanted.ts'
import type { EventPatch } from './writer.ts'

export interface Merge {
  /** What has to be written; empty when the provider says all of it already. */
  readonly patch: EventPatch
  /** What Microsoft's side had changed as well, and loses. */
  readonly overruled: readonly Overruled[]
}

/**
 * The integrator's wishes and the provider's current state as one. A wish is written where the provider says something
 * else; where both sides changed a field since `base`, the wish wins and the other value is recorded.
 * @param base what the integrator's wishes are based on; undefined when nothing is known of it.
 * @param sent what the event was created with, which stands for the base of an event whose creation was never answered.
 */
export function merge(wishes: Wanted, base: Snapshot | undefined, current: Current, sent: Wanted): Merge {
  const written = FIELD_NAMES.filter(
    (name) => wishes[name] !== undefined && !sameValue(name, wishes[name], FIELDS[name].of(current)),
  )
  const patch = patchOf(wishes, written, current)
  return { patch, overruled: written.flatMap((name) => overruledBy(name, base, current, sent)) }
}

function overruledBy(name: FieldName, base: Snapshot | undefined, current: Snapshot, sent: Wanted): Overruled[] {
  const { of, text } = FIELDS[name] as { of(snapshot: Snapshot): unknown; text(value: unknown): string }
  const [before, now] = [base ? of(base) : (sent[name] ?? BLANK[name]), of(current)]
  // Whoever cannot have known the value overrules it as well.
  if (now === undefined || sameValue(name, before, now)) return []
  return [{ field: name, value: text(now) }]
}

function patchOf(wishes: Wanted, written: readonly FieldName[], current: Current): EventPatch {
  const {
    color,
    conferencing,
    recurrence,
    attendees: _,
    ...plain
  } = Object.fromEntries(written.map((name) => [name, wishes[name]])) as Wanted
  const attendees = wishes.attendees && listAfter(current.content.attendees, wishes.attendees)
  return {
    ...plain,
    ...repeating(plain.times, recurrence, current),
    ...(color !== undefined && { categories: recolored(current.content.categories, color) }),
    ...(conferencing === 'teams' && { conferencing }),
    ...(attendees && { attendees }),
  }
}

/** A rule and the times it begins with go together: the provider wants the first day of both to be the same. */
function repeating(
  times: Times | undefined,
  recurrence: Recurrence | null | undefined,
  current: Current,
): Pick<EventPatch, 'times' | 'recurrence'> {
  if (recurrence === null) return { recurrence: null }
  if (recurrence === undefined && (times === undefined || current.kind !== 'series')) return {}
  const rule = recurrence ?? current.recurrence
  if (rule === undefined) return {}
  const { start, end } = times ?? current.content
  return { times: { start, end }, recurrence: startingAt(rule, start) }
}

/** A rule that begins on the day of the start, counted in the start's own zone where Microsoft 365 repeats events in it. */
export function startingAt(rule: Recurrence, start: EventTime): Recurrence {
  if (start.kind === 'date') return movedTo(rule, start.date)
  const zone = [start.zone, rule.zone].find((one) => one !== undefined && windowsZone(one) !== undefined) ?? 'UTC'
  return { ...movedTo(rule, dateInZone(start.at, zone)), zone }
}

function recolored(categories: readonly string[], color: string | null): readonly string[] {
  const others = categories.filter((category) => !(COLOR_CATEGORIES as readonly string[]).includes(category))
  return color === null ? others : [...others, color]
}

/** What a new event is made of. @param whole everything the integrator has asked for. */
export function newContent(whole: Wanted): EventPatch {
  const { attendees, color, conferencing, recurrence, ...plain } = whole
  const isAllDay = plain.times?.start.kind === 'date'
  const clear = Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== null && value !== undefined))
  return {
    // Whole days are usually birthdays and holidays, which keep nobody from meeting.
    ...(isAllDay && { transparency: 'transparent' as const }),
    ...clear,
    ...(plain.reminderMinutes === null && { reminderMinutes: null }),
    ...(color && { categories: [color] }),
    ...(conferencing === 'teams' && { conferencing }),
    ...(recurrence && plain.times && { recurrence: startingAt(recurrence, plain.times.start) }),
    ...(attendees &&
      attendees.invite.length > 0 && {
        attendees: attendees.invite.map(({ email, name }) => ({ email, name, kind: 'required' as const })),
      }),
  }
}
