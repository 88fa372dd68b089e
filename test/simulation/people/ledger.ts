import { timesOf } from '../../../infra/local/microsoft365/mailbox/edits.ts'
import type { Instance, Item } from '../../../infra/local/microsoft365/mailbox/event.ts'
import { occurrenceId } from '../../../infra/local/microsoft365/mailbox/ids.ts'
import type { Mailbox } from '../../../infra/local/microsoft365/mailbox/mailbox.ts'
import { attendeesOf, keyOfAddress } from '../../../infra/local/microsoft365/mailbox/people.ts'
import type { EpochMs } from '../../../shared/core/time.ts'
import { FIELD_NAMES, type FieldName, ruleText, type Said, saidOf } from './said.ts'

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
  /** The fields of Graph's that it named beside those that are followed. */
  readonly more: readonly string[]
  /** Whether it named what the occurrences of a series hang on. */
  readonly isStructural: boolean
  /** Whether it put the event or series to other times, which drops what was said of single occurrences. */
  readonly isPutAnew: boolean
  /** How the event repeats after it, as `ruleText` puts it; undefined when it does not. */
  readonly rule: string | undefined
  readonly ruleBefore: string | undefined
  /** Who is invited after it, and who was before. */
  readonly invited: readonly string[]
  readonly invitedBefore: readonly string[]
}

/** An answer to an invitation that came over Graph. */
export interface Response {
  readonly id: string
  readonly response: string
}

/** Everything that happened to one mailbox, and who did it. */
export interface Ledger {
  readonly entries: readonly Entry[]
  readonly responses: readonly Response[]
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
  const responses: Response[] = []
  const answered = new Set<string>()
  let by: Entry['by'] = 'graph'
  let position = 0

  function add(kind: Entry['kind'], instance: Instance, was: State, body: object): void {
    const { item, date } = instance
    const { said: before } = was
    const { said: after, times, invited } = stateOf(instance)
    const named = Object.keys(body)
    const names = new Set(named.map((name) => NAMES[name]))
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
      more: named.filter((name) => !(name in NAMES)),
      isStructural: date === undefined && (names.has('times') || 'recurrence' in body),
      isPutAnew: date === undefined && times !== was.times,
      rule: ruleOf(item),
      ruleBefore: was.rule,
      invited,
      invitedBefore: was.invited,
    })
    note(
      `    ${by} ${kind} ${id.slice(6, 12)} ${id.slice(-12)} ${JSON.stringify(written)} before ${JSON.stringify(before)}`,
    )
  }

  const { create, patch, remove, respond, receiveReply } = mailbox
  Object.assign(mailbox, {
    create(...[body, options]: Parameters<Mailbox['create']>) {
      const made = create(body, options)
      add('create', made, NOTHING, body as object)
      return made
    },
    patch(...[id, body, condition]: Parameters<Mailbox['patch']>) {
      const { instance, isDeleted } = mailbox.find(id, condition)
      const before = stateOf(instance)
      const after = patch(id, body, condition)
      // Nobody sees what is done in Deleted Items: what was asked for has not come to Outlook.
      if (!isDeleted) add('patch', after, before, body as object)
      return after
    },
    remove(...[id, condition]: Parameters<Mailbox['remove']>) {
      const { instance } = mailbox.find(id, condition)
      const before = stateOf(instance)
      remove(id, condition)
      add('remove', instance, before, {})
    },
    respond(...[id, response, isSent]: Parameters<Mailbox['respond']>) {
      respond(id, response, isSent)
      responses.push({ id, response })
    },
    receiveReply(reply) {
      receiveReply(reply)
      answered.add(reply.iCalUId)
    },
  } satisfies Partial<Mailbox>)

  return {
    entries,
    responses,
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

interface State {
  readonly said: Said
  readonly times: string
  readonly invited: readonly string[]
  readonly rule: string | undefined
}

const NOTHING: State = { said: {}, times: '', invited: [], rule: undefined }

function ruleOf({ recurrence }: Item): string | undefined {
  if (recurrence === undefined) return undefined
  const { pattern, range } = recurrence
  return ruleText({ frequency: pattern.type, interval: pattern.interval, count: range.numberOfOccurrences })
}

/** What an event is like, as a copy: a mailbox changes its events in place. */
const stateOf = (instance: Instance): State => ({
  said: saidOf(instance),
  times: timesOf(instance.item),
  invited: attendeesOf(instance.fields).map(keyOfAddress),
  rule: ruleOf(instance.item),
})
