import { elapsed, seconds } from '../../../shared/core/time.ts'
import { applyFaults } from '../microsoft365/control/fault-order.ts'
import { MICROSOFT_APP } from '../settings.ts'
import { createEditor } from './edits.ts'
import { creation } from './stage.ts'
import { mailboxOf, rest, say, spoken, type TroubledStage, untilEqual } from './troubled-stage.ts'

const EDITS = 100
const KILLED_AFTER = 50

/** Notifications get lost, doubled and late, Graph refuses and is away at random, and the host dies half-way. */
export async function tellLossy(stage: TroubledStage, seed: number): Promise<void> {
  const { system, microsoft365, flowagent, clock } = stage
  applyFaults(microsoft365.faults, orders(seed))
  say(`30 % of notifications are lost, doubled or late each; Graph fails at random (seed ${seed})`)
  const editor = createEditor(stage.outlook, clock)
  const calendar = await flowagent.calendar()
  const from = clock.now()
  for (let number = 1; number <= EDITS; number += 1) {
    await editor.edit()
    if (number % 10 === 5) await flowagent.save(made(calendar.id, number, clock.now()))
    await rest(stage)
    await system.letTimePass(seconds(10))
    if (number !== KILLED_AFTER) continue
    await system.killFunctionsHost()
    say('the Functions host is killed')
    await editor.edit()
    await system.startFunctionsHost()
    say('and started again')
  }
  say(`${EDITS + 1} edits in Outlook and ${EDITS / 10} in FlowAgent within ${spoken(elapsed(from, clock.now()))}`)
  const took = await untilEqual(stage, seconds(15))
  say(`${mailboxOf(stage).length} events equal ${spoken(took)} after the last one; ${met(stage)}`)
}

const orders = (seed: number) => {
  const ours = { app: MICROSOFT_APP.clientId }
  return {
    seed,
    notifications: { drop: 0.3, doubled: 0.3, late: 0.3, lateMs: 20_000, reversed: 0.3 },
    lifecycle: { lost: 0.3 },
    answers: [
      { ...ours, status: 429, probability: 0.06, retryAfter: '2' },
      { ...ours, status: 429, probability: 0.03 },
      { ...ours, status: 503, probability: 0.05, retryAfter: '1.5' },
      { ...ours, status: 503, probability: 0.03, retryAfterDate: 5 },
      { ...ours, status: 504, probability: 0.03 },
      { ...ours, status: 504, probability: 0.03, afterCommit: true },
    ],
  }
}

function made(calendarId: string, number: number, now: number) {
  const day = new Date(now + number * 86_400_000).toISOString().slice(0, 10)
  const at = (time: string) => ({ time: `${day}T${time}:00`, tzid: 'Europe/Copenhagen' })
  return creation(calendarId, `lossy-${number}`, {
    title: `FlowAgent ${number}`,
    start: at('18:00'),
    end: at('19:00'),
  })
}

/** What Graph answered our application meanwhile. */
function met({ microsoft365, serviceBus }: TroubledStage): string {
  const counts = new Map<number, number>()
  for (const { status } of microsoft365.graph.requests.list()) counts.set(status, (counts.get(status) ?? 0) + 1)
  const answers = [429, 503, 504].map((status) => `${counts.get(status) ?? 0} times ${status}`)
  const dead = serviceBus.snapshot().messages.filter(({ state }) => state === 'dead-lettered').length
  if (dead > 0) throw new Error(`${dead} messages are dead-lettered`)
  return `Graph answered ${answers.join(', ')}`
}
