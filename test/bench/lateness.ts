import { type DurationMs, type EpochMs, epochMs } from '../../shared/core/time.ts'
import type { ServiceFixture } from '../support/service.ts'

type Mode = 'notified' | 'polled'

interface Reading {
  readonly at: EpochMs
  readonly mode: Mode
}

/** Follows the service's log: how long each calendar was not read. */
export function createLateness({ clock, graph, logged }: ServiceFixture) {
  const readings = new Map<string, Reading>()
  const longest = { notified: 0 as DurationMs, polled: 0 as DurationMs }
  const subscribed = new Set<string>()
  let seen = 0

  function note(line: string): void {
    const { event, calendar, mode } = JSON.parse(line) as { event: string; calendar?: string; mode?: Mode }
    if (calendar === undefined) return
    const before = readings.get(calendar)
    if (event === 'calendar-mode' && mode !== undefined && before !== undefined)
      readings.set(calendar, { ...before, mode })
    if (event !== 'calendar-pulled') return
    if (before !== undefined)
      longest[before.mode] = Math.max(longest[before.mode], clock.now() - before.at) as DurationMs
    readings.set(calendar, { at: clock.now(), mode: before?.mode ?? 'polled' })
  }

  return {
    /** To be called after every tick: what is new in the log happened now. */
    look(): void {
      for (; seen < logged.length; seen++) note(logged[seen] ?? '{}')
      for (const { id } of graph.subscriptions.list()) subscribed.add(id)
    },
    /** Including the ones that are not read again yet. */
    longest() {
      for (const { at, mode } of readings.values())
        longest[mode] = Math.max(longest[mode], clock.now() - at) as DurationMs
      return longest
    },
    subscriptions() {
      const alive = graph.subscriptions.list()
      const ends = epochMs(Math.min(...alive.map(({ expiresAt }) => expiresAt)))
      return { ends, ended: [...subscribed].filter((id) => !alive.some((one) => one.id === id)).length }
    },
  }
}
