import { type Clock, elapsed, later, minutes, seconds } from '../shared/core/time.ts'
import type { Unfinished, Watch } from '../shared/operations/watch.ts'

interface Ports {
  readonly watch: Pick<Watch, 'unfinished'>
  readonly clock: Clock
  write(text: string): void
}

/** A plan is looked for each half minute, so one that is due for longer has been missed. */
const SLACK = minutes(1)
const EVERY = seconds(5)
/** One look may miss messages of other sessions. */
const LOOKS_IN_A_ROW = 2

/**
 * Waits until nothing waits in the queues or is being handled (a message stays in its queue until then), and no visit is
 * overdue: two looks in a row. Messages for a later time are only counted. @returns 0, or 1 when the time was not enough.
 */
export async function drain(
  { watch, clock, write }: Ports,
  args: { readonly minutes: number; readonly isJson: boolean },
): Promise<0 | 1> {
  const end = later(clock.now(), minutes(args.minutes))
  for (let clean = 0; ; ) {
    const left = leftOf(await watch.unfinished(), clock)
    clean = isClean(left) ? clean + 1 : 0
    const isDrained = clean === LOOKS_IN_A_ROW
    write(args.isJson ? `${JSON.stringify({ ...left, isDrained })}\n` : textOf(left, isDrained))
    if (isDrained) return 0
    if (clock.now() >= end) return 1
    await clock.sleep(EVERY)
  }
}

interface Left {
  readonly active: number
  readonly scheduled: number
  readonly overdueMs: number
}

function leftOf({ queues, overdueSince }: Unfinished, clock: Clock): Left {
  const sum = (of: 'active' | 'scheduled') => queues.reduce((total, queue) => total + queue[of], 0)
  const late = overdueSince === undefined ? 0 : elapsed(overdueSince, clock.now())
  return { active: sum('active'), scheduled: sum('scheduled'), overdueMs: late > SLACK ? late : 0 }
}

const isClean = ({ active, overdueMs }: Left): boolean => active === 0 && overdueMs === 0

const textOf = ({ active, scheduled, overdueMs }: Left, isDrained: boolean): string =>
  `${active} messages to handle, ${scheduled} for later, oldest overdue visit ${Math.round(overdueMs / 1000)} s${isDrained ? '\nDrained.' : ''}\n`
