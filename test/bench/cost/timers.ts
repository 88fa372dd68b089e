import type { Service } from '../../../shared/service.ts'

interface Timer {
  /** The name of its function. */
  readonly name: string
  /** As its file in functions/ has it. */
  readonly schedule: string
  run(service: Service): Promise<unknown>
}

/** Every timer of the app. They run whether or not there is an account. */
export const TIMERS: readonly Timer[] = [
  { name: 'audit-checkpoint', schedule: '0 7 * * * *', run: ({ audit }) => audit.checkpoint() },
  { name: 'back-up-tables', schedule: '30 */5 * * * *', run: (service) => service.backUpTables() },
  { name: 'forget-audit', schedule: '0 40 3 * * *', run: ({ audit }) => audit.forgetOld() },
  { name: 'forget-rates', schedule: '0 27 3 * * *', run: (service) => service.forgetRates() },
  { name: 'forget-samples', schedule: '0 52 3 * * *', run: ({ operations }) => operations.forget() },
  { name: 'forget-sign-ins', schedule: '30 */15 * * * *', run: (service) => service.forgetSignIns() },
  { name: 'gather-figures', schedule: '0 */5 * * * *', run: ({ operations }) => operations.gather() },
  { name: 'look-after-organisations', schedule: '15 * * * * *', run: (service) => service.lookAfterOrganisations() },
  { name: 'report-dead-letters', schedule: '0 * * * * *', run: (service) => service.reportDeadLetters() },
  { name: 'rewrap-keys', schedule: '0 41 2 * * *', run: (service) => service.rewrapKeys() },
  { name: 'wake-due', schedule: '*/30 * * * * *', run: (service) => service.wakeDue() },
  { name: 'wake-erasures', schedule: '15 * * * * *', run: (service) => service.wakeErasures() },
]
