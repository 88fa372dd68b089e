import { retryWhenChanged } from '../../core/retry-when-changed.ts'
import { insertOrReplace, type Properties, type StoredRow, TABLE_NAMES, type TableName, type Tables } from '../table.ts'

/** A backup that is being put back, and into which tables. */
export interface Putting {
  readonly backup: string
  readonly tables: readonly TableName[]
}

/**
 * Notes at the ledger's head that a backup is being put back: from before its first row until after its last one nobody is
 * served, and the ledger, which may be half there itself, is not replayed.
 */
export interface PuttingNote {
  /** The one that was begun and did not end. */
  read(): Promise<Putting | undefined>
  begin(putting: Putting): Promise<void>
  end(): Promise<void>
}

export const LEDGER = 'ledger'
export const HEAD = 'head'

export function createPuttingNote(tables: Tables): PuttingNote {
  const table = tables.table('ledger')

  const change = (changed: (head: Properties) => Properties) =>
    retryWhenChanged(async () => {
      const head = await table.get(LEDGER, HEAD)
      await table.commit(LEDGER, [insertOrReplace(HEAD, changed(head?.properties ?? {}), head?.etag)])
    })

  return {
    read: async () => puttingIn(await table.get(LEDGER, HEAD)),
    begin: (putting) => change((head) => ({ ...head, ...noteOf(putting) })),
    end: () => change(({ putting: _, puttingInto: __, ...head }) => head),
  }
}

/** The note as properties of the ledger's head. */
export const noteOf = ({ backup, tables }: Putting): Properties => ({ putting: backup, puttingInto: tables.join(' ') })

export function puttingIn(head: StoredRow | undefined): Putting | undefined {
  const { putting, puttingInto } = head?.properties ?? {}
  if (typeof putting !== 'string') return undefined
  const into = String(puttingInto).split(' ')
  return { backup: putting, tables: TABLE_NAMES.filter((name) => into.includes(name)) }
}
