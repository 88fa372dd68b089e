import { readManifest } from '../shared/backup/manifest.ts'
import type { Backups } from '../shared/backup/ports.ts'
import { putBack } from '../shared/backup/put-back.ts'
import { isFailure } from '../shared/core/errors.ts'
import { toIsoSeconds } from '../shared/core/time.ts'
import type { Ports } from '../shared/service/ports.ts'
import { replay } from '../shared/service/restore.ts'
import { createLedgerNumbers } from '../shared/storage/ledger/numbers.ts'
import { UsageError } from './usage-error.ts'

export const USAGE = `npm run restore -- status   whether the tables are older than the ledger of erasures
                   replay   erases and revokes again what the ledger says; may be repeated
                   mark     says that some tables were put back by other means than put: the ledger is to be replayed
                   list     backups, and whether each is complete and ours
                   put <backup>   puts it into empty tables; the app is stopped meanwhile
`

/** Runs one command of the operator. @returns what to print. */
export async function runRestoreCommand(ports: Ports, args: readonly string[]): Promise<string> {
  const [command, ...more] = args
  if (more.length > Number(command === 'put')) throw new UsageError(`what is ${more.at(-1)}?`)
  switch (command) {
    case 'status':
      return status(ports)
    case 'replay':
      return replayed(ports)
    case 'mark':
      await createLedgerNumbers(ports.tables).setBack()
      return status(ports)
    case 'list':
      return list(ports)
    case 'put':
      return put(ports, more[0])
    default:
      throw new UsageError('no such command')
  }
}

async function replayed(ports: Ports): Promise<string> {
  const { accounts, grants, forged } = await replay(ports)
  const done = `${accounts} accounts erased again, ${grants} grants revoked again, ${forged} entries are not ours.`
  return `${done} ${await status(ports)}`
}

async function list(ports: Ports): Promise<string> {
  const lines: string[] = []
  for (const id of await backupsOf(ports).store.ids()) lines.push(`${id}  ${await described(ports, id)}\n`)
  return lines.length === 0 ? 'There is no backup.\n' : lines.join('')
}

/** By its manifest alone; `put` looks at every file. */
async function described(ports: Ports, id: string): Promise<string> {
  try {
    const { files } = await readManifest({ ...ports, ...backupsOf(ports), environment: ports.config.ENVIRONMENT }, id)
    return `complete, ${files.reduce((sum, { rows }) => sum + rows, 0)} rows`
  } catch (error) {
    if (isFailure(error, 'BACKUP_REFUSED')) return error.message
    // The version of the key that signed it may be disabled, and the others are to be told all the same.
    if (isFailure(error, 'VAULT_UNAVAILABLE')) return `not looked at: ${error.message}`
    throw error
  }
}

async function put(ports: Ports, id: string | undefined): Promise<string> {
  if (id === undefined) throw new UsageError('which backup?')
  const { ENVIRONMENT: environment } = ports.config
  const rows = [...(await putBack({ ...ports, ...backupsOf(ports), environment }, id))]
  const counts = rows.map(([table, count]) => `${table} ${count}`).join(', ')
  return `Rows put back: ${counts}. Start the app, or replay the ledger. ${await status(ports)}`
}

function backupsOf({ backups }: Ports): Backups {
  if (backups === undefined) throw new UsageError('BACKUP_URL is not set')
  return backups
}

async function status({ tables }: Ports): Promise<string> {
  const { number, heard, restoredAt, putting } = await createLedgerNumbers(tables).restoreState()
  if (putting !== undefined) return `Only a part of the backup ${putting} has been put back: put it again.\n`
  const last = restoredAt === undefined ? '' : ` The last restore was replayed at ${toIsoSeconds(restoredAt)}.`
  return heard < number
    ? `The tables are at ${heard} and the ledger at ${number}: nothing is served before it is replayed.${last}\n`
    : `The tables are up to the ledger (${number}).${last}\n`
}
