import type { Swarm } from '../swarm/swarm.ts'

const always = () => true

/** Microsoft 365 is out of order, or out of reach. */
const isHardToReach = ({ faults, episodes }: Swarm): boolean =>
  [faults.graphRefuses, faults.graphLost, faults.tokenRefused, episodes.partitions].some((rate) => rate > 0)

/** What the service may raise an alarm for, by the log event, and in which worlds there is a reason to. */
const EXPECTED: Readonly<Record<string, (swarm: Swarm) => boolean>> = {
  'account-repaired': ({ episodes }) => episodes.damages > 0,
  'calendar-set-aside': isHardToReach,
  // People delete all that they have.
  'mass-deletion-held': always,
  'restore-noticed': ({ episodes }) => episodes.restore,
  // A link that leads nowhere twice in a row is taken for one of a chain without an end.
  'round-without-end': ({ delta, faults }) => delta.loops || faults.cursorExpires > 0 || faults.graphRefuses > 0,
  'row-quarantined': ({ episodes }) => episodes.damages > 0,
  'vault-key-refused': ({ episodes }) => episodes.rotations > 0,
}

/** A mistake of ours has none in any world, whatever goes on in spite of it. */
const hasReason = ({ event, code }: { event: string; code?: string }, swarm: Swarm): boolean =>
  code !== 'INTERNAL' && EXPECTED[event]?.(swarm) === true

const MOST_SHOWN = 3

/** Alarms for which there is no reason: nobody touches the rows, and the service makes no mistakes. */
export const falseAlarms = (logged: readonly string[], swarm: Swarm): readonly string[] =>
  logged
    .filter((line) => line.startsWith('{"level":"error"'))
    .filter((line) => !hasReason(JSON.parse(line), swarm))
    .slice(0, MOST_SHOWN)
    .map((line) => `a false alarm: ${line}`)
