import type { CalendarItem, Problem } from '../../messages.ts'
import { timeZone } from '../language.ts'
import { dateOf } from './editing/wall.ts'
import type { VisibleDays } from './grid.ts'
import type { Shown } from './shown.ts'

export interface Loader {
  /** Reads these days, and forgets about those before. */
  open(days: VisibleDays): void
  /** Reads the days on show again, without a sign of it. */
  refresh(): void
  /** The same; done when a read that started after this call has told what there is. */
  reread(): Promise<void>
  /** Applies what the server pushed; while a read is under way once more on top of its outcome. */
  apply(changed: CalendarItem[], removed: string[]): void
}

interface Dependencies {
  shown: () => Pick<Shown, 'show' | 'apply'>
  onBusy: () => void
  /** The grid shows what there is; `items` are the ones that just came. */
  onDone: (items: CalendarItem[]) => void
  onProblem: (problem: Problem) => void
}

/** Reads the events of the days on show, one read at a time. */
export function createLoader({ shown, onBusy, onDone, onProblem }: Dependencies): Loader {
  let days: VisibleDays | undefined
  let reading: AbortController | undefined
  let again = false
  let waiting: (() => void)[] = [] // for the next read
  let served: (() => void)[] = [] // by the read under way
  let arrived: { changed: CalendarItem[]; removed: string[] }[] = []

  async function read(range: VisibleDays): Promise<void> {
    const mine = new AbortController()
    reading = mine
    arrived = []
    served = [...served, ...waiting]
    waiting = []
    const outcome = await itemsOf(range, mine.signal)
    if (reading !== mine) return
    reading = undefined
    if (typeof outcome === 'string') onProblem(outcome)
    else {
      shown().show(outcome)
      for (const { changed, removed } of arrived) shown().apply(changed, removed)
      onDone(outcome)
      for (const done of served) done()
      served = []
    }
    if (again) refresh()
  }

  function refresh(): void {
    again = reading !== undefined
    if (days !== undefined && !again) void read(days)
  }

  return {
    open(next) {
      reading?.abort()
      days = next
      again = false
      onBusy()
      void read(next)
    },
    refresh,
    reread() {
      const done = new Promise<void>((resolve) => waiting.push(resolve))
      refresh()
      return done
    },
    apply(changed, removed) {
      shown().apply(changed, removed)
      if (reading === undefined) onDone(changed)
      else arrived.push({ changed, removed })
    },
  }
}

async function itemsOf(range: VisibleDays, signal: AbortSignal): Promise<CalendarItem[] | Problem> {
  const query = new URLSearchParams({ from: dateOf(range.from), to: dateOf(range.to), tzid: timeZone })
  const response = await fetch(`/data/events?${query}`, { signal }).catch(() => undefined)
  if (response === undefined) return 'unreachable'
  const body: unknown = await response.json().catch(() => ({ problem: 'unreachable' }))
  return response.ok ? (body as CalendarItem[]) : (body as { problem: Problem }).problem
}
