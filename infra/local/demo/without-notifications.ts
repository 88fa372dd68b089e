import { minutes } from '../../../shared/core/time.ts'
import { applyFaults } from '../microsoft365/control/fault-order.ts'
import { createEditor } from './edits.ts'
import { mailboxOf, say, spoken, type TroubledStage, untilEqual } from './troubled-stage.ts'

const ROUNDS = 4
const EDITS = 3

/** Microsoft tells us nothing at all: what changes in Outlook is found by reading now and then. */
export async function tellWithoutNotifications(stage: TroubledStage): Promise<void> {
  const { microsoft365, outlook, clock } = stage
  applyFaults(microsoft365.faults, { notifications: { drop: 1 }, lifecycle: { lost: 1 } })
  say('every notification is lost')
  const editor = createEditor(outlook, clock)
  for (let round = 1; round <= ROUNDS; round += 1) {
    const done: string[] = []
    for (let number = 0; number < EDITS; number += 1) done.push(await editor.edit())
    const took = await untilEqual(stage, minutes(1))
    say(`round ${round}: ${done.join(', ')} in Outlook; ${mailboxOf(stage).length} events equal after ${spoken(took)}`)
  }
}
