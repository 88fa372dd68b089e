import { elapsed, minutes, seconds, systemClock } from '../../../shared/core/time.ts'
import { createPassingClock } from '../passing-clock.ts'
import { startSystem } from '../system.ts'
import { openFlowAgent } from './flowagent.ts'
import { openOutlook } from './outlook.ts'
import { mailboxOf, rest, say, spoken, type TroubledStage, untilEqual } from './troubled-stage.ts'

/**
 * Runs a story of trouble on the whole system. Every part has a clock that is put forward while nothing happens, so that
 * the intervals are those of production and nobody waits for them.
 * @param isStaying the system goes on running in the end, until Ctrl-C, so that it can be looked at.
 * @returns whether both calendars were equal in the end.
 */
export async function runTrouble(
  offset: number,
  person: string,
  isStaying: boolean,
  tell: (stage: TroubledStage) => Promise<void>,
): Promise<boolean> {
  const clock = createPassingClock()
  const began = systemClock.now()
  const system = await startSystem({ offset, log: () => {}, write: () => {}, clock })
  try {
    const { microsoft365, serviceBus } = system
    if (microsoft365 === undefined || serviceBus === undefined) throw new Error('this needs the stand-ins')
    const flowagent = openFlowAgent(system.addresses.flowagent, clock)
    const outlook = openOutlook(system.addresses.microsoft365, person)
    const stage = { system, microsoft365, serviceBus, clock, flowagent, outlook, person }
    await flowagent.connect(person)
    await untilEqual(stage, seconds(1))
    say(`connected: ${mailboxOf(stage).length} events equal`)
    const from = clock.now()
    await tell(stage)
    const here = spoken(elapsed(began, systemClock.now()))
    say(`\nboth calendars are equal; ${spoken(elapsed(from, clock.now()))} have passed in the system, ${here} here`)
    if (isStaying) await stay(stage)
    return true
  } catch (error) {
    say(`\n${error instanceof Error ? error.message : error}`)
    return false
  } finally {
    await system.close()
  }
}

/** Makes a sample of what was measured, tells where to look, and waits for Ctrl-C. */
async function stay(stage: TroubledStage): Promise<void> {
  const { system, clock } = stage
  const from = clock.now()
  while (elapsed(from, clock.now()) < minutes(5)) {
    await rest(stage)
    await system.letTimePass(seconds(10))
  }
  say(`
  Everything goes on running, its clocks ahead of yours.
  npm run ops -- status
  ${system.addresses.sync}/operations  (as Nora Winther of FlowAgent)
  Ctrl-C ends it.`)
  await new Promise((end) => process.once('SIGINT', end).once('SIGTERM', end))
}
