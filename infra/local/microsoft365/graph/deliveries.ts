import type { Clock, DurationMs, EpochMs } from '../../../../shared/core/time.ts'
import { elapsed, hours, minutes, seconds } from '../../../../shared/core/time.ts'
import { happens } from './chance.ts'
import type { GraphDependencies } from './context.ts'

/** Sends what is told to an address: several in one POST, again with growing pauses for four hours when not taken. */
export interface Deliveries {
  /** Goes out with everything else that waits for this address, whichever subscription or organisation it is from. */
  add(address: string, notification: object): void
}

const PATIENCE = seconds(3)
/** Notifications in one POST. */
const MOST_AT_ONCE = 500

export function createDeliveries({
  clock,
  faults,
  deliver,
}: Pick<GraphDependencies, 'clock' | 'faults' | 'deliver'>): Deliveries {
  const waiting = new Map<string, object[]>()
  const record = createRecord(clock)

  async function send(address: string, value: object[]): Promise<void> {
    for (let pause = seconds(2), spent = 0; spent < hours(4); spent += pause, pause = longer(pause)) {
      if (await taken(address, value)) return
      await clock.sleep(pause)
    }
  }

  async function taken(address: string, value: object[]): Promise<boolean> {
    const from = clock.now()
    const headers = { 'Content-Type': 'application/json' }
    try {
      const body = JSON.stringify({ value })
      const response = await deliver(new Request(address, { method: 'POST', headers, body }), PATIENCE)
      return response.ok
    } catch {
      // Unreachable or too slow counts as not taken, whatever the reason was.
      return false
    } finally {
      record.note(address, elapsed(from, clock.now()) >= PATIENCE)
    }
  }

  return {
    add(address, notification) {
      const verdict = faults.notifications.judged ? record.verdict(address) : 'well'
      if (verdict === 'drop') return
      const queue = waiting.get(address)
      if (queue) {
        queue.push(notification)
        return
      }
      waiting.set(address, [notification])
      const delay = faults.notifications.delayMs + (verdict === 'slow' ? seconds(10) : 0)
      void clock.sleep(delay as DurationMs).then(() => {
        const value = waiting.get(address) ?? []
        waiting.delete(address)
        const reversed = happens(faults, 'notifications.reversed', faults.notifications.reversed)
        const told = reversed ? value.reverse() : value
        for (let at = 0; at < told.length; at += MOST_AT_ONCE) void send(address, told.slice(at, at + MOST_AT_ONCE))
      })
    },
  }
}

const longer = (pause: DurationMs): DurationMs => Math.min(pause * 2, minutes(10)) as DurationMs

/**
 * How quickly addresses answered within the last ten minutes: with more than 10 % slow answers they are told late, with
 * more than 15 % nothing.
 * @see https://learn.microsoft.com/en-us/graph/change-notifications-delivery-webhooks
 */
function createRecord(clock: Clock) {
  const answers = new Map<string, { at: EpochMs; isSlow: boolean }[]>()
  const recent = (address: string) =>
    (answers.get(address) ?? []).filter(({ at }) => elapsed(at, clock.now()) < minutes(10))
  return {
    note: (address: string, isSlow: boolean) =>
      void answers.set(address, [...recent(address), { at: clock.now(), isSlow }]),
    verdict(address: string): 'well' | 'slow' | 'drop' {
      const all = recent(address)
      const share = all.filter(({ isSlow }) => isSlow).length / Math.max(all.length, 1)
      if (share > 0.15) return 'drop'
      return share > 0.1 ? 'slow' : 'well'
    },
  }
}
