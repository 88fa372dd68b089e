import { stdout } from 'node:process'
import { type DurationMs, elapsed, hours, seconds, systemClock } from '../../../shared/core/time.ts'
import { windowAround } from '../../../shared/events/window.ts'
import type { Microsoft365 } from '../microsoft365/start.ts'
import type { PassingClock } from '../passing-clock.ts'
import type { ServiceBus } from '../service-bus/start.ts'
import type { System } from '../system.ts'
import type { FlowAgentVisitor } from './flowagent.ts'
import type { Outlook } from './outlook.ts'

/** One connected person in a system whose parts misbehave, and whose time can be made to pass. */
export interface TroubledStage {
  readonly system: System
  readonly microsoft365: Microsoft365
  readonly serviceBus: ServiceBus
  readonly clock: PassingClock
  readonly flowagent: FlowAgentVisitor
  readonly outlook: Outlook
  readonly person: string
}

const LONGEST = hours(12)
const LOOK_EVERY = seconds(0.05)

export const say = (text: string): void => void stdout.write(`${text}\n`)

/**
 * Lets time pass until both calendars are equal, in steps that are taken only when nobody has anything to do.
 * @returns how long that took by the clocks of the system. @throws Error after twelve hours.
 */
export async function untilEqual(stage: TroubledStage, step: DurationMs): Promise<DurationMs> {
  const from = stage.clock.now()
  for (;;) {
    await rest(stage)
    const different = await differences(stage)
    const took = elapsed(from, stage.clock.now())
    if (different.length === 0) return took
    if (took > LONGEST) throw new Error(`still different after ${spoken(took)}:\n${different.slice(0, 5).join('\n')}`)
    await stage.system.letTimePass(step)
  }
}

/** Waits until the queue holds nothing that could be handled now and Graph is asked no more. */
export async function rest({ serviceBus, microsoft365 }: TroubledStage): Promise<void> {
  const requests = () => microsoft365.graph.requests.list().length
  const isBusy = () => serviceBus.snapshot().messages.some(({ state }) => state !== 'scheduled')
  for (let quiet = 0; quiet < 2; ) {
    const before = requests()
    await systemClock.sleep(LOOK_EVERY)
    quiet = isBusy() || requests() > before ? 0 : quiet + 1
  }
}

/** The events that only one of the two sides shows: title, place, beginning and end of each. */
async function differences(stage: TroubledStage): Promise<string[]> {
  const [theirs, ours] = [mailboxOf(stage), await shownBy(stage)]
  const only = (side: string, those: string[], others: string[]) => {
    const left = [...others]
    return those.flatMap((line) => {
      const at = left.indexOf(line)
      if (at >= 0) left.splice(at, 1)
      return at >= 0 ? [] : [`only in ${side}: ${line}`]
    })
  }
  return [...only('Outlook', theirs, ours), ...only('FlowAgent', ours, theirs)]
}

export function mailboxOf({ microsoft365: { world }, person, clock }: TroubledStage): string[] {
  const mailbox = world.mailboxOf(world.personByAddress(person)?.oid ?? '')
  const { from, to } = windowAround(clock.now(), { past: 40, future: 199 })
  return mailbox
    .calendars()
    .flatMap(({ id }) => mailbox.view({ from, to }, id))
    .map(({ fields, span }) => line(fields['subject'], placeOf(fields['location']), span.startAt, span.endAt))
}

async function shownBy({ flowagent }: TroubledStage): Promise<string[]> {
  const items = await flowagent.events()
  return items.map(({ title, place, start, end }) => line(title, place, Date.parse(start.time), Date.parse(end.time)))
}

const placeOf = (location: unknown): unknown => (location as { displayName?: string } | undefined)?.displayName

const line = (title: unknown, place: unknown, from: number, to: number): string =>
  `${title ?? ''} | ${place ?? ''} | ${new Date(from).toISOString()} | ${new Date(to).toISOString()}`

/** `1 h 5 min`, `40 s`. */
export function spoken(duration: DurationMs): string {
  const all = Math.round(duration / 1000)
  const [h, min, s] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60]
  if (h > 0) return `${h} h ${min} min`
  return min > 0 ? `${min} min ${s} s` : `${s} s`
}
