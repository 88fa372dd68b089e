import { SyncError } from '../../core/errors.ts'
import { retryWhenChanged } from '../../core/retry-when-changed.ts'
import type { EpochMs } from '../../core/time.ts'
import { insertOrReplace, type StoredRow, type Tables, type Write } from '../table.ts'
import { HEAD, LEDGER, puttingIn } from './putting.ts'

/** Whether the data was restored: how the ledger's number and the data's idea of it compare. */
export interface RestoreState {
  /** The last number that the ledger has given. */
  readonly number: number
  /** The last number that the data has heard of. */
  readonly heard: number
  /** When the data was last brought up to the ledger after a restore. */
  readonly restoredAt: EpochMs | undefined
  /** The backup of which only a part has been put back. */
  readonly putting: string | undefined
}

/** The ledger's numbers, one for each write, given without gaps; the data hears of each before it is used. */
export interface LedgerNumbers {
  restoreState(): Promise<RestoreState>
  /**
   * Commits writes under the next number. Begins anew when another instance was faster, `writes` included.
   * @throws SyncError `RESTORE_PENDING` when the data is older than the ledger. What `Table.commit` throws.
   */
  take(writes: (number: number) => Promise<readonly Write[]>): Promise<void>
  /** Notes that the data is as the ledger says, up to its last number; when it was restored, where it was older. */
  caughtUp(now: EpochMs): Promise<void>
  /** Makes the data older than the ledger: nobody is served before the ledger is replayed. */
  setBack(): Promise<void>
}

/** In the table of the keys, without which no data that is restored can be read. */
export const POSITION = { partition: 'ledger', rowKey: 'position' }
const MOST_RACES = 20

/**
 * The data hears of a number before the ledger gives it, so that data which has not heard of the ledger's last number is
 * older than the ledger: it was restored. @see ../schema.md
 */
export function createLedgerNumbers(tables: Tables): LedgerNumbers {
  const [table, data] = [tables.table('ledger'), tables.table('keys')]

  async function read() {
    // The ledger first: what is written in between makes the data look younger and never older.
    const head = await table.get(LEDGER, HEAD)
    const position = await data.get(POSITION.partition, POSITION.rowKey)
    return { head, position, number: numberIn(head), heard: numberIn(position), putting: puttingIn(head)?.backup }
  }

  async function hear(position: StoredRow | undefined, number: number, restoredAt?: EpochMs): Promise<void> {
    const properties = { ...position?.properties, number, ...(restoredAt !== undefined && { restoredAt }) }
    await data.commit(POSITION.partition, [insertOrReplace(POSITION.rowKey, properties, position?.etag)])
  }

  async function takeOnce(writes: (number: number) => Promise<readonly Write[]>): Promise<void> {
    const { head, position, number, heard, putting } = await read()
    if (isRestored({ number, heard, putting }))
      throw new SyncError('RESTORE_PENDING', 'the data is older than the ledger')
    const next = number + 1
    const made = await writes(next)
    if (heard < next) await hear(position, next)
    await table.commit(LEDGER, [insertOrReplace(HEAD, { number: next }, head?.etag), ...made])
  }

  /** One after the other in this process: those who take a number at once are only in each other's way. */
  let last: Promise<void> = Promise.resolve()
  function inTurn(work: () => Promise<void>): Promise<void> {
    last = last.then(work, work)
    return last
  }

  return {
    async restoreState() {
      const { number, heard, position, putting } = await read()
      const restoredAt = position?.properties['restoredAt']
      return {
        number,
        heard,
        putting,
        restoredAt: typeof restoredAt === 'number' ? (restoredAt as EpochMs) : undefined,
      }
    },
    take: (writes) => inTurn(() => retryWhenChanged(() => takeOnce(writes), MOST_RACES)),
    caughtUp: (now) =>
      retryWhenChanged(async () => {
        const { position, number, heard } = await read()
        // Where nothing was restored since, what accounts have begun since must not seem to be out of a backup.
        await hear(position, Math.max(number, heard), heard < number ? now : undefined)
      }, MOST_RACES),
    setBack: () => retryWhenChanged(async () => hear((await read()).position, 0), MOST_RACES),
  }
}

/** Whether nobody may be served: the data is older than the ledger, or a part of it is not there yet. */
export const isRestored = ({ number, heard, putting }: Omit<RestoreState, 'restoredAt'>): boolean =>
  heard < number || putting !== undefined

const numberIn = (row: StoredRow | undefined): number => Number(row?.properties['number'] ?? 0)
