import type { Instance } from '../../../infra/local/microsoft365/mailbox/event.ts'
import { occurrenceId } from '../../../infra/local/microsoft365/mailbox/ids.ts'
import type { Mailbox } from '../../../infra/local/microsoft365/mailbox/mailbox.ts'
import type { EpochMs } from '../../../shared/core/time.ts'
import { EVENT_CANARY } from './canary.ts'

/** The fields that are followed, in words that say the same on both sides. */
export interface Said {
  readonly summary?: string
  readonly description?: string
  readonly location?: string
  readonly times?: string
}
export type FieldName = keyof Said
export const FIELD_NAMES: readonly FieldName[] = ['summary', 'description', 'location', 'times']

/** One change of an event in a mailbox, as the mailbox took it. */
export interface Entry {
  /** Where it stands among everything that happened to mailboxes, and everything integrators asked for. */
  readonly position: number
  readonly at: EpochMs
  readonly by: 'outlook' | 'graph'
  readonly kind: 'create' | 'patch' | 'remove'
  /** The event, series or occurrence. */
  readonly id: string
  readonly series: string
  readonly marker: string | undefined
  /** The fields it named, as they are now. */
  readonly written: Said
  readonly before: Said
  /** Whether it named a field beside those that are followed. */
  readonly isMore: boolean
  /** Whether it put the occurrences of a series anew. */
  readonly isStructural: boolean
}

/** Everything that happened to one mailbox, and who did it. */
export interface Ledger {
  readonly entries: readonly Entry[]
  /** The events, by `iCalUId`, whose invitations somebody answered: a change that is the attendee's, not the organizer's. */
  readonly answered: ReadonlySet<string>
  /** The next position, for what is not a change of the mailbox. */
  tick(): number
  /** Does what somebody does in Outlook; every other change comes over Graph. */
  inOutlook(act: () => void): void
}

/** Writes down what happens to a mailbox from now on. */
export function keepLedger(mailbox: Mailbox, now: () => EpochMs, note: (text: string) => void): Ledger {
  const entries: Entry[] = []
  const answered = new Set<string>()
  let by: Entry['by'] = 'graph'
  let position = 0

  function add(kind: Entry['kind'], instance: Instance, before: Said, body: object): void {
    const { item, date } = instance
    const after = saidOf(instance)
    const names = namesIn(body)
    const written = Object.fromEntries(FIELD_NAMES.filter((name) => names.has(name)).map((name) => [name, after[name]]))
    const id = date === undefined ? item.id : occurrenceId(item.id, date)
    entries.push({
      ...{
        position: ++position,
        at: now(),
        by,
        kind,
        id,
        series: item.id,
        marker: item.transactionId,
        written,
        before,
      },
      isMore: names.has('more'),
      isStructural: date === undefined && (names.has('times') || 'recurrence' in body),
    })
    note(
      `    ${by} ${kind} ${id.slice(6, 12)} ${id.slice(-12)} ${JSON.stringify(written)} before ${JSON.stringify(before)}`,
    )
  }

  const { create, patch, remove, receiveReply } = mailbox
  Object.assign(mailbox, {
    create(...[body, options]: Parameters<Mailbox['create']>) {
      const made = create(body, options)
      add('create', made, {}, body as object)
      return made
    },
    patch(...[id, body, condition]: Parameters<Mailbox['patch']>) {
      const before = saidOf(mailbox.find(id).instance)
      const after = patch(id, body, condition)
      add('patch', after, before, body as object)
      return after
    },
    remove(...[id, condition]: Parameters<Mailbox['remove']>) {
      const { instance } = mailbox.find(id)
      const before = saidOf(instance)
      remove(id, condition)
      add('remove', instance, before, {})
    },
    receiveReply(reply) {
      receiveReply(reply)
      answered.add(reply.iCalUId)
    },
  } satisfies Partial<Mailbox>)

  return {
    entries,
    answered,
    tick: () => ++position,
    inOutlook(act) {
      by = 'outlook'
      try {
        act()
      } finally {
        by = 'graph'
      }
    },
  }
}

const NAMES: Readonly<Record<string, FieldName>> = {
  subject: 'summary',
  body: 'description',
  location: 'location',
  start: 'times',
  end: 'times',
  isAllDay: 'times',
}

const namesIn = (body: object): ReadonlySet<FieldName | 'more'> =>
  new Set(Object.keys(body).map((name) => NAMES[name] ?? 'more'))

/** What an event says. Of a body the part that is somebody's: Exchange dresses it in HTML. */
export function saidOf({ fields, span }: Pick<Instance, 'fields' | 'span'>): Required<Said> {
  const { subject, body, location } = fields as {
    subject?: string | null
    body?: { content?: string } | null
    location?: { displayName?: string } | null
  }
  const [start, end] = span.isAllDay
    ? [span.start.slice(0, 10), span.end.slice(0, 10)]
    : [timeText(span.startAt), timeText(span.endAt)]
  return {
    summary: subject ?? '',
    description: textIn(body?.content ?? ''),
    location: location?.displayName ?? '',
    times: `${start} - ${end}`,
  }
}

export const timeText = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z')

const TEXT = new RegExp(`${EVENT_CANARY} [\\w.]+`)

/** The words of a simulated person or integrator in a longer text; empty when there are none. */
export const textIn = (text: string): string => TEXT.exec(text)?.[0] ?? ''
