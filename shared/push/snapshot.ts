import type { EventContent } from '../events/event.ts'
import type { Recurrence } from '../events/recurrence.ts'

/** An event or a series as somebody knows it at one time: what can be written of it. */
export interface Snapshot {
  readonly content: EventContent
  readonly recurrence?: Recurrence | undefined
}

/** The same, with where it is and in which version. */
export interface Current extends Snapshot {
  readonly providerId: string
  readonly etag: string
  readonly kind: 'single' | 'occurrence' | 'exception' | 'series'
  /** Of an occurrence or exception: the series. */
  readonly seriesProviderId?: string | undefined
}

/** What somebody who looks at an event knows of it, without where it is. */
export const snapshotOf = ({ content, recurrence }: Snapshot): Snapshot => ({ content, recurrence })
