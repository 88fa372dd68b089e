import { type DurationMs, days, type EpochMs, earlier, elapsed, later, seconds } from '../../../shared/core/time.ts'
import { ASSUMED_DELAYS } from '../assumed-delays.ts'
import { differences, linesOfMailbox } from './lines.ts'
import { type Chapter, createScript } from './script.ts'
import type { Stage } from './stage.ts'

/** What a peer did in a chapter. */
export interface Score {
  readonly chapter: string
  readonly requests: number
  readonly bytes: number
  readonly rowsWritten: number
  /** From each change, in order, to when the peer knew of it; undefined when it never did. */
  readonly delaysMs: readonly (DurationMs | undefined)[]
  /** Events at the end of the chapter that the peer lacks, and those that it has but the mailbox has not. */
  readonly missing: number
  readonly surplus: number
}

interface Pending {
  readonly madeAt: EpochMs
  readonly appeared: readonly string[]
  readonly gone: readonly string[]
  readonly known: (delay: DurationMs) => void
}

/** Plays the whole script to one peer. @param look called after each chapter */
export async function play(stage: Stage, look: () => void): Promise<readonly Score[]> {
  const { peer, mailbox, wire } = stage
  const player = createPlayer(stage)
  const scores: Score[] = []
  for (const chapter of [FIRST_READ, ...createScript(mailbox)]) {
    const before = { ...wire.traffic(), rows: peer.rowsWritten() }
    const delaysMs = await player.chapter(chapter)
    const { requests, bytes } = wire.traffic()
    scores.push({
      chapter: chapter.name,
      requests: requests - before.requests,
      bytes: bytes - before.bytes,
      rowsWritten: peer.rowsWritten() - before.rows,
      delaysMs,
      ...(await player.compare()),
    })
    look()
  }
  return scores
}

const FIRST_READ: Chapter = { name: 'first read', lasts: seconds(0), changes: [] }

/** Time goes by in seconds while something happens, and in larger steps on a day on which nothing does. */
const STEP = seconds(1)
const QUIET_STEP = seconds(10)

function createPlayer({ peer, mailbox, clock, faults, wire }: Stage) {
  let pending: Pending[] = []
  let busyUntil = clock.now()
  const span = () => ({ from: earlier(clock.now(), days(41)), to: later(clock.now(), days(200)) })

  async function work(): Promise<void> {
    if (clock.now() < busyUntil || !peer.isDue()) return
    wire.begin()
    const alsoMs = await peer.work()
    if (alsoMs === undefined) return
    busyUntil = later(clock.now(), (wire.depth() * ASSUMED_DELAYS.graph + alsoMs) as DurationMs)
    if (pending.length > 0) await notice()
  }

  async function notice(): Promise<void> {
    const has = new Set(await peer.lines(span()))
    const isKnown = ({ appeared, gone }: Pending) =>
      appeared.every((line) => has.has(line)) && !gone.some((line) => has.has(line))
    for (const change of pending) if (isKnown(change)) change.known(elapsed(change.madeAt, busyUntil))
    pending = pending.filter((change) => !isKnown(change))
  }

  return {
    /** @returns the delays, which later chapters still fill in. */
    async chapter({ lasts, changes, silentFor }: Chapter): Promise<(DurationMs | undefined)[]> {
      const delays: (DurationMs | undefined)[] = changes.map(() => undefined)
      const begun = clock.now()
      if (lasts === 0) await peer.start()
      const left = changes.map((change, index) => ({ ...change, index }))
      while (elapsed(begun, clock.now()) < lasts) {
        await clock.advance(changes.length > 0 ? STEP : QUIET_STEP)
        const since = elapsed(begun, clock.now())
        faults.notifications.drop = since < (silentFor ?? 0) ? 1 : 0
        while (left[0] !== undefined && left[0].at <= since) {
          const { act, index } = left.shift() as (typeof left)[number]
          const { appeared, gone } = effectOf(() => act(mailbox))
          const known = (delay: DurationMs) => {
            delays[index] = delay
          }
          pending.push({ madeAt: clock.now(), appeared, gone, known })
        }
        await work()
      }
      return delays
    },
    compare: async () => differences(linesOfMailbox(mailbox, span()), await peer.lines(span())),
  }

  /** What somebody who looks at the calendar sees of a change. */
  function effectOf(act: () => void) {
    const before = new Set(linesOfMailbox(mailbox, span()))
    act()
    const after = new Set(linesOfMailbox(mailbox, span()))
    const [appeared, gone] = [without(after, before), without(before, after)]
    if (appeared.length + gone.length === 0) throw new RangeError('a change of the script that nobody can see')
    return { appeared, gone }
  }
}

const without = (lines: ReadonlySet<string>, others: ReadonlySet<string>): string[] =>
  [...lines].filter((line) => !others.has(line))
