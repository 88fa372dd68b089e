import * as z from 'zod'

const Ahead = z.object({ aheadMs: z.number().min(0) })

const MachineDate = Date
let ahead = 0

/** What the app and its libraries take for the time of this process. */
class PassingDate extends MachineDate {
  constructor(...given: unknown[]) {
    if (given.length === 0) super(MachineDate.now() + ahead)
    else super(...(given as [number]))
  }

  static override now(): number {
    return MachineDate.now() + ahead
  }
}

/** Puts the clock of this process ahead of the machine's, so that a demonstration need not wait for hours. */
export function setAhead(milliseconds: number): void {
  ahead = milliseconds
  globalThis.Date = PassingDate as DateConstructor
}

/** Does what the parent process says about the time, and tells it when that is done. */
export function obeyParent(): void {
  process.on('message', (message) => {
    const order = Ahead.safeParse(message)
    if (!order.success) return
    setAhead(order.data.aheadMs)
    process.send?.(order.data)
  })
}
