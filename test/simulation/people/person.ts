import type { Instance, Item } from '../../../infra/local/microsoft365/mailbox/event.ts'
import { MailboxFailure } from '../../../infra/local/microsoft365/mailbox/failures.ts'
import { occurrenceId } from '../../../infra/local/microsoft365/mailbox/ids.ts'
import type { Mailbox } from '../../../infra/local/microsoft365/mailbox/mailbox.ts'
import type { DurationMs, EpochMs } from '../../../shared/core/time.ts'
import type { Dice } from '../../support/dice.ts'
import type { Owner, Scheduler } from '../scheduler.ts'
import type { FaultRates, Swarm } from '../swarm/swarm.ts'
import { textsOf } from './canary.ts'
import type { Ledger } from './ledger.ts'

const DAY = 86_400_000
const HOUR = 3_600_000

/** Somebody who changes their calendars in Outlook at random. */
export interface Editor {
  /** Makes all changes of the run, with pauses. */
  work(): Promise<void>
}

interface Dependencies {
  readonly scheduler: Scheduler
  readonly owner: Owner
  readonly dice: Dice
  readonly swarm: Swarm
  readonly rates: () => FaultRates
  readonly mailbox: Mailbox
  readonly ledger: Ledger
  /** Addresses of people to invite. */
  readonly others: readonly string[]
}

export function createEditor(dependencies: Dependencies): Editor {
  const { scheduler, owner, dice, swarm, rates, mailbox, ledger, others } = dependencies
  const subject = textsOf(owner.name.replace(' ', ''))
  const title = () => titleOf(subject())
  const { past, future } = swarm.windowDays

  /** A time in the window or a bit outside, on the quarter. */
  const someTime = (): number => {
    const days = past + future + 10
    const at = scheduler.now() - (past + 5) * DAY + dice.below(days * 24 * 4) * (HOUR / 4)
    return Math.floor(at / (HOUR / 4)) * (HOUR / 4)
  }

  function times() {
    const at = someTime()
    if (dice.chance(0.2)) {
      const [from, to] = [at, at + (1 + dice.below(40)) * DAY].map((time) => new Date(time).toISOString().slice(0, 10))
      const zone = { timeZone: 'Romance Standard Time' }
      return {
        isAllDay: true,
        start: { dateTime: `${from}T00:00:00`, ...zone },
        end: { dateTime: `${to}T00:00:00`, ...zone },
      }
    }
    const length = dice.chance(0.1) ? dice.below(60) * DAY + HOUR : dice.pick([0, HOUR, 2 * HOUR])
    return { isAllDay: false, start: instant(at), end: instant(at + length) }
  }

  const instant = (at: number) => ({ dateTime: new Date(at).toISOString().slice(0, 19), timeZone: 'UTC' })

  function series() {
    const at = someTime()
    const start = new Date(at).toISOString().slice(0, 10)
    const hour = String(dice.below(22)).padStart(2, '0')
    const zone = dice.pick(['UTC', 'Romance Standard Time'])
    const isAllDay = dice.chance(0.2)
    const time = (clock: string) => ({ dateTime: `${start}T${clock}`, timeZone: zone })
    const days = isAllDay
      ? {
          start: time('00:00:00'),
          end: { dateTime: `${new Date(at + DAY).toISOString().slice(0, 10)}T00:00:00`, timeZone: zone },
        }
      : { start: time(`${hour}:00:00`), end: time(`${hour}:30:00`) }
    const pattern = { type: 'daily', interval: dice.pick([1, 1, 2, 7]) }
    const range = dice.chance(0.5)
      ? { type: 'numbered', startDate: start, numberOfOccurrences: 1 + dice.below(20) }
      : { type: 'noEnd', startDate: start }
    return { ...title(), isAllDay, ...days, recurrence: { pattern, range } }
  }

  const single = () => ({ ...title(), ...times() })
  const calendarId = () => dice.pick(mailbox.calendars()).id
  const items = () => mailbox.calendars().flatMap(({ store }) => [...store.items.values()])
  const some = (isSeries: boolean) => {
    const found = items().filter((item) => (item.recurrence !== undefined) === isSeries)
    const managed = swarm.writers === 0 ? [] : found.filter(({ transactionId }) => transactionId !== undefined)
    if (managed.length > 0 && dice.chance(0.7)) return dice.pick(managed).id
    return found.length === 0 ? undefined : dice.pick(found).id
  }
  const someOccurrence = (): Instance | undefined => {
    const id = some(true)
    if (id === undefined) return undefined
    const window = { from: scheduler.now() - past * DAY, to: scheduler.now() + future * DAY }
    const found = mailbox.instances(id, window)
    return found.length === 0 ? undefined : dice.pick(found)
  }
  const occurrence = (act: (id: string, instance: Instance) => void) => {
    const found = someOccurrence()
    if (found === undefined) return create(series())
    if (found.date === undefined) return
    const id = occurrenceId(found.item.id, found.date)
    tell(id)
    act(id, found)
  }
  const existing = (isSeries: boolean, act: (id: string) => void) => {
    const id = some(isSeries)
    // Nothing would happen in many a small world.
    if (id === undefined) return create(isSeries ? series() : single())
    tell(id)
    act(id)
    const item = items().find((each) => each.id === id)
    if (item) scheduler.note(`    which is now ${describe(item)}`)
  }
  const create = (body: object) => {
    const { item } = mailbox.create(body, { calendarId: calendarId() })
    tell(item.id)
    scheduler.note(`    which is ${describe(item)}`)
  }
  const tell = (id: string) => scheduler.note(`    ${id}`)

  const OPERATIONS: Record<string, () => void> = {
    'creates an event': () => create(single()),
    'creates another event': () => create(single()),
    'creates a series': () => create(series()),
    'creates many events': () => {
      for (let count = Math.min(dice.pick([5, 20, 20, 60]), swarm.batch); count > 0; count--) create(single())
    },
    'renames an event': () => existing(false, (id) => mailbox.patch(id, title())),
    'moves an event': () => existing(false, (id) => mailbox.patch(id, times())),
    'deletes an event': () => existing(false, (id) => mailbox.remove(id)),
    'renames a series': () => existing(true, (id) => mailbox.patch(id, title())),
    'moves a series': () => existing(true, (id) => moveSeries(id)),
    'deletes a series': () => existing(true, (id) => mailbox.remove(id)),
    'cancels an occurrence': () => occurrence((id) => mailbox.remove(id)),
    'renames an occurrence': () => occurrence((id) => mailbox.patch(id, title())),
    'moves an occurrence': () =>
      occurrence((id, { span }) => {
        const shift = dice.pick([-HOUR, HOUR])
        if (!span.isAllDay)
          mailbox.patch(id, { start: instant(span.startAt + shift), end: instant(span.endAt + shift) })
      }),
    'makes an event a series': () => existing(false, (id) => mailbox.patch(id, series())),
    'makes a series an event': () => existing(true, (id) => mailbox.patch(id, { recurrence: null })),
    'gives an event a new version': () => existing(dice.chance(0.5), (id) => mailbox.touch(id)),
    'creates and deletes an event': () =>
      mailbox.remove(mailbox.create(single(), { calendarId: calendarId() }).item.id),
    ...(swarm.writers > 0 && MORE_OPERATIONS()),
  }

  /** What matters only where somebody else changes the same events. */
  function MORE_OPERATIONS(): Record<string, () => void> {
    const note = () => ({ body: { contentType: 'text', content: subject() } })
    const place = () => ({ location: { displayName: subject() } })
    const people = () => ({ attendees: others.map((address) => ({ emailAddress: { address } })) })
    return {
      'describes an event': () => existing(false, (id) => mailbox.patch(id, note())),
      'names the place of an event': () => existing(false, (id) => mailbox.patch(id, place())),
      'describes a series': () => existing(true, (id) => mailbox.patch(id, note())),
      'names the place of an occurrence': () => occurrence((id) => mailbox.patch(id, place())),
      'invites people': () => existing(false, (id) => mailbox.patch(id, people())),
    }
  }

  function moveSeries(id: string): void {
    const { start, end, isAllDay } = series()
    mailbox.patch(id, { start, end, isAllDay })
  }

  // Each person does some things only, again and again.
  const habits = habitsOf(Object.keys(OPERATIONS), swarm.habits, () => dice.chance(0.5))

  function operate(): void {
    const name = dice.pick(habits)
    scheduler.note(`  ${owner.name} ${name}`)
    try {
      ledger.inOutlook(() => OPERATIONS[name]?.())
    } catch (error) {
      if (!(error instanceof MailboxFailure)) throw error
      scheduler.note(`  which Outlook refuses: ${error.code}`)
    }
    if (!dice.chance(rates().cursorExpires)) return
    scheduler.note('  all cursors expire')
    mailbox.expireTokens()
  }

  return {
    async work() {
      for (let done = 0; done < swarm.operations; done++) {
        const pause = done < swarm.atOnce || dice.chance(0.3) ? 0 : dice.below(swarm.pauseMs)
        await scheduler.call(owner, 'edits', operate, pause as DurationMs)
      }
    },
  }
}

const SHOWN_AS = ['busy', 'free', 'tentative', 'oof', 'workingElsewhere']

/** A subject, and with each one another availability and another category, which integrators do not set. */
function titleOf(subject: string): object {
  const number = Number(subject.slice(subject.lastIndexOf('.') + 1))
  return { subject, showAs: SHOWN_AS[number % SHOWN_AS.length], categories: [`Colour ${number % 3}`] }
}

/** Who creates nothing has nothing to change. @param chosen a pattern of the names; empty where chance decides. */
export function habitsOf(names: readonly string[], chosen: string, isOne: () => boolean): readonly string[] {
  if (chosen !== '') return names.filter((name) => new RegExp(chosen).test(name))
  return names.filter((name) => name.startsWith('creates') || isOne())
}

/** An item in a line of the story. */
const describe = ({ fields, span, recurrence }: Item): string => {
  const repeats = recurrence ? `, every ${recurrence.pattern.interval} days, ${JSON.stringify(recurrence.range)}` : ''
  return `"${fields['subject']}" ${span.start.slice(0, 16)} - ${span.end.slice(0, 16)} ${span.startZone}${repeats}`
}

/** Whether an instance takes place in the open span: touching its ends does not count. */
export const isWithin = ({ span }: Instance, from: EpochMs, to: EpochMs): boolean =>
  span.endAt > from && span.startAt < to
