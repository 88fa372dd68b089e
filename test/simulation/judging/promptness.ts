import { type DurationMs, minutes, seconds } from '../../../shared/core/time.ts'
import type { User } from '../people/users.ts'
import { isEventful } from '../swarm/episodes.ts'
import type { FaultRates, Swarm } from '../swarm/swarm.ts'
import { differences } from './check.ts'
import type { Inspection } from './inspector.ts'

/** Faults after which a whole account is left alone for a while. */
const DELAYING: readonly (keyof FaultRates)[] = ['graphRefuses', 'graphLost', 'tokenRefused', 'vault', 'emptyRound']
/** Faults after which a change in Outlook is told late, or not at all. */
const UNTOLD: readonly (keyof FaultRates)[] = [
  ...(['notificationLost', 'notificationLate', 'queueSend', 'queueLate'] as const),
  ...(['subscriptionRemoved', 'missedTold', 'lifecycleLost', 'renewalGone', 'subscribingRefused', 'deaf'] as const),
]

const isNone = ({ faults }: Swarm, names: readonly (keyof FaultRates)[]): boolean =>
  names.every((name) => faults[name] === 0)

/** Worlds in which whatever is told and asked for is done without waiting for the schedule, also after a crash. */
export const isPrompt = (swarm: Swarm): boolean => isNone(swarm, [...DELAYING, ...UNTOLD])

/** What the work of a dead instance waits for, its lock and another try of Graph's; polls come later. */
const TOLD_WITHIN = seconds(210)
/**
 * What an accepted action waits for whose wake-up was lost: its plan, and the simulated timer, which looks for new ones. And
 * a calendar whose cursor has expired again and again: it is set aside for as long as between two polls.
 */
const PLANNED_WITHIN = minutes(8)

/** How long after all faults everything must be done; undefined where it may have to wait for long. */
export function doneWithin(swarm: Swarm): DurationMs | undefined {
  if (isEventful(swarm)) return undefined
  if (isPrompt(swarm) && swarm.faults.cursorExpires === 0) return TOLD_WITHIN
  return isNone(swarm, DELAYING) ? PLANNED_WITHIN : undefined
}

/** What is not done after that time (S5). */
export async function unfinished(
  swarm: Swarm,
  { mailbox, integrators }: User,
  { calendars, actions, keyOf }: Inspection,
  finish: <T>(task: Promise<T>) => Promise<T>,
): Promise<string[]> {
  const found = actions.flatMap(({ state, number }) => (state === 'pending' ? [`S5: action ${number} waits`] : []))
  const [reader] = integrators
  if (!isPrompt(swarm) || reader === undefined) return found
  for (const calendar of calendars) {
    const read = await finish(reader.client.read(calendar))
    // One that is yet to be created has no name; its action waits.
    const named = read.filter((event) => event.event_uid !== undefined)
    found.push(...differences(mailbox, named, calendar, keyOf).map((one) => `S5: not heard of in time: ${one}`))
  }
  return found
}
