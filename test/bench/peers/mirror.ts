import type { Window } from '../../../infra/local/microsoft365/mailbox/event.ts'
import { isIn, lineOf } from './lines.ts'

/** An event as Graph answers it, as far as a mirror looks. */
export interface GraphEvent {
  readonly id: string
  readonly '@odata.etag': string
  readonly type: 'singleInstance' | 'occurrence' | 'exception' | 'seriesMaster'
  readonly seriesMasterId: string | null
  readonly subject: string | null
  readonly start: { readonly dateTime: string }
  readonly end: { readonly dateTime: string }
  readonly isAllDay: boolean
  readonly location: { readonly displayName?: string } | null
}

interface Held {
  readonly etag: string
  readonly series: string | undefined
  readonly startAt: number
  readonly endAt: number
  readonly line: string
}

/** What a peer knows of a calendar, in memory; a row counts as written when it has changed, by Graph's own version. */
export class Mirror {
  readonly #held = new Map<string, Held>()
  rowsWritten = 0

  put(event: GraphEvent): void {
    if (this.#held.get(event.id)?.etag === event['@odata.etag']) return
    const [startAt, endAt] = [event.start, event.end].map(({ dateTime }) => Date.parse(`${dateTime}Z`))
    const times = { startAt: startAt ?? 0, endAt: endAt ?? 0 }
    const shown = { ...times, isAllDay: event.isAllDay, subject: event.subject ?? '' }
    this.#held.set(event.id, {
      ...times,
      etag: event['@odata.etag'],
      series: event.seriesMasterId ?? undefined,
      line: lineOf({ ...shown, place: event.location?.displayName ?? '' }),
    })
    this.rowsWritten += 1
  }

  remove(id: string): void {
    if (this.#held.delete(id)) this.rowsWritten += 1
  }

  /** These are all the events there are. */
  replaceAll(events: readonly GraphEvent[]): void {
    this.#replace([...this.#held.keys()], events)
  }

  /** These are all the occurrences of a series; none when it was deleted. */
  replaceSeries(id: string, events: readonly GraphEvent[]): void {
    const before = [...this.#held].filter(([, { series }]) => series === id).map(([key]) => key)
    this.#replace(before, events)
  }

  lines(span: Window): string[] {
    return [...this.#held.values()].filter((held) => isIn(held, span)).map(({ line }) => line)
  }

  #replace(before: readonly string[], events: readonly GraphEvent[]): void {
    const now = new Set(events.map(({ id }) => id))
    for (const id of before) if (!now.has(id)) this.remove(id)
    for (const event of events) this.put(event)
  }
}
