import { newestBackup } from '../backup/newest.ts'
import type { Backups } from '../backup/ports.ts'
import { countDeadLetters } from '../messaging/dead-letters.ts'
import { createOperations, type OperationsDependencies } from '../operations/operations.ts'
import { createWatch, type Watch } from '../operations/watch.ts'
import { createOperationsStore } from '../storage/operations.ts'
import { createSchedule } from '../storage/schedule.ts'
import { measuredFetch } from '../telemetry/metrics-of-fetch.ts'
import { measuredLog } from '../telemetry/metrics-of-log.ts'
import { measuredTables } from '../telemetry/metrics-of-tables.ts'
import type { Ports } from './ports.ts'
import type { Stores } from './stores.ts'

/** The same ports, with what they do measured. The vault is measured where it is made, below what keeps it from being asked. */
export const measuredPorts = (ports: Ports): Ports => ({
  ...ports,
  tables: measuredTables(ports.tables, ports),
  fetch: measuredFetch(ports.fetch, ports),
  log: measuredLog(ports.log, ports.telemetry),
})

/** The table `operations` is read and written while the others wait for a replay: what is measured then matters most. */
export const operationsDependencies = (
  ports: Ports,
  { schedule, blind }: Pick<Stores, 'schedule'> & Partial<Pick<Stores, 'blind'>>,
): OperationsDependencies => ({
  ...ports,
  store: createOperationsStore(ports.tables),
  census: () => schedule.census(ports.clock.now()),
  deadLetters: () => countDeadLetters(ports.deadLetters),
  newestBackup: blind && ports.backups && newestOf(ports.backups, blind),
})

const newestOf =
  ({ store }: Backups, blind: Stores['blind']) =>
  () =>
    newestBackup(store, blind)

/** Asks tables and queues, and the vault for nothing. */
export function watchOf(ports: Ports): Watch {
  const schedule = createSchedule(ports.tables)
  return createWatch({ ...ports, schedule, operations: createOperations(operationsDependencies(ports, { schedule })) })
}
