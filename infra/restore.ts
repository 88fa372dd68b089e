import { toIsoSeconds } from '../shared/core/time.ts'
import type { Ports } from '../shared/service/ports.ts'
import { replay } from '../shared/service/restore.ts'
import { createLedgerNumbers } from '../shared/storage/ledger/numbers.ts'

export const USAGE = `npm run restore -- status   whether the tables are older than the ledger of erasures
                   replay   erases and revokes again what the ledger says; may be repeated
`

/** What was typed makes no sense; the usage helps. */
export class UsageError extends Error {}

/** Runs one command of the operator. @returns what to print. */
export async function runRestoreCommand(ports: Ports, args: readonly string[]): Promise<string> {
  const [command, ...more] = args
  if (more.length > 0) throw new UsageError(`what is ${more.join(' ')}?`)
  if (command === 'status') return status(ports)
  if (command !== 'replay') throw new UsageError('no such command')
  const { accounts, grants } = await replay(ports)
  return `${accounts} accounts erased again, ${grants} grants revoked again. ${await status(ports)}`
}

async function status({ tables }: Ports): Promise<string> {
  const { number, heard, restoredAt } = await createLedgerNumbers(tables).standing()
  const last = restoredAt === undefined ? '' : ` The last restore was replayed at ${toIsoSeconds(restoredAt)}.`
  return heard < number
    ? `The tables are at ${heard} and the ledger at ${number}: nothing is served before it is replayed.${last}\n`
    : `The tables are up to the ledger (${number}).${last}\n`
}
