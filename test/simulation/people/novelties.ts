import { type EpochMs, epochMs } from '../../../shared/core/time.ts'
import { wallClock } from '../../../shared/events/zones.ts'
import type { Dice } from '../../support/dice.ts'
import type { Swarm } from '../swarm/swarm.ts'
import { type Said, timeText } from './said.ts'

const DAY = 86_400_000
const QUARTER = 900_000

/** Fields of a request that say something new, and what that is in the ledger's words. */
export interface Novelty {
  readonly fields: object
  readonly said: Said
}

/** What an integrator may come to think of. */
export interface Novelties {
  times(): Novelty
  /** A rule for a series. */
  rule(): object
  /** One or two fields with new values. */
  change(): Novelty
}

const clockOf = (time: string, zone: string): string => wallClock(epochMs(Date.parse(time)), zone)

interface Dependencies {
  readonly dice: Dice
  readonly swarm: Swarm
  readonly now: () => EpochMs
  readonly text: () => string
}

export function createNovelties({ dice, swarm, now, text }: Dependencies): Novelties {
  let made = 0

  function times(): Novelty {
    const { past, future } = swarm.windowDays
    const at = Math.floor((now() - past * DAY + dice.below((past + future) * 96) * QUARTER) / QUARTER) * QUARTER
    if (dice.chance(0.2)) {
      const [start, end] = [at, at + (1 + dice.below(3)) * DAY].map((day) => new Date(day).toISOString().slice(0, 10))
      return { fields: { start, end }, said: { times: `${start} - ${end}` } }
    }
    // Seconds tell whose times they are.
    const start = at + (++made % 900) * 1_000
    const [from, to] = [timeText(start), timeText(start + dice.pick([1, 2, 96]) * QUARTER)]
    const tzid = dice.pick([undefined, 'Europe/Copenhagen', 'America/New_York'])
    // Where clocks go back in between, an end may be before its start there, which Outlook refuses.
    const isSayable = tzid !== undefined && clockOf(from, tzid) < clockOf(to, tzid)
    const zoned = (time: string) => (isSayable ? { time, tzid } : time)
    return { fields: { start: zoned(from), end: zoned(to) }, said: { times: `${from} - ${to}` } }
  }

  const rule = () => ({
    rules: [
      { frequency: 'daily', interval: dice.pick([1, 2, 7]), ...(dice.chance(0.7) && { count: 2 + dice.below(9) }) },
    ],
  })

  function change(): Novelty {
    const [summary, other] = [text(), text()]
    const { fields: when, said } = times()
    return dice.pick([
      { fields: { summary }, said: { summary } },
      { fields: { description: other }, said: { description: other } },
      { fields: { location: { description: other } }, said: { location: other } },
      { fields: when, said },
      { fields: { summary, location: { description: other } }, said: { summary, location: other } },
    ])
  }

  return { times, rule, change }
}
