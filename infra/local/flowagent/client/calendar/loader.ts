import type { CalendarItem, Problem } from '../../messages.ts'
import { timeZone } from '../language.ts'
import type { Grid, VisibleDays } from './grid.ts'

export interface Loader {
  /** Reads these days, and forgets about those before. */
  open(days: VisibleDays): void
  /** Reads the days on show again, without a sign of it. */
  refresh(): void
  /** Applies what the server pushed; while a read is under way once more on top of its outcome. */
  apply(changed: CalendarItem[], removed: string[]): void
}

interface Dependencies {
  grid: () => Grid
  onBusy: () => void
  /** The grid shows what there is; `items` are the ones that just came. */
  onDone: (items: CalendarItem[]) => void
  onProblem: (problem: Problem) => void
}

/** Reads the events of the days on show, one read at a time. */
export function createLoader({ grid, onBusy, onDone, onProblem }: Dependencies): Loader {
  let days: VisibleDays | undefined
  let reading: AbortController | undefined
  let again = false
  let arrived: { changed: CalendarItem[]; removed: string[] }[] = []

  async function read(range: VisibleDays): Promise<void> {
    const mine = new AbortController()
    reading = mine
    arrived = []
    const outcome = await itemsOf(range, mine.signal)
    if (reading !== mine) return
    reading = undefined
    if (typeof outcome === 'string') onProblem(outcome)
    else {
      grid().show(outcome)
      for (const { changed, removed } of arrived) grid().apply(changed, removed)
      onDone(outcome)
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
    apply(changed, removed) {
      grid().apply(changed, removed)
      if (reading === undefined) onDone(changed)
      else arrived.push({ changed, removed })
    },
  }
}

async function itemsOf(range: VisibleDays, signal: AbortSignal): Promise<CalendarItem[] | Problem> {
  const query = new URLSearchParams({ from: dayOf(range.from), to: dayOf(range.to), tzid: timeZone })
  const response = await fetch(`/data/events?${query}`, { signal }).catch(() => undefined)
  if (response === undefined) return 'unreachable'
  const body: unknown = await response.json().catch(() => ({ problem: 'unreachable' }))
  return response.ok ? (body as CalendarItem[]) : (body as { problem: Problem }).problem
}

/** A day of this person's own calendar as `2026-11-20`. */
const dayOf = (date: Date): string => {
  const pad = (n: number) => String(n).padStart(2, '0')
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`
}
