import { isFailure } from '../../../shared/core/errors.ts'
import type { DurationMs } from '../../../shared/core/time.ts'
import type { Envelope, KeyOwner } from '../../../shared/crypto/ports.ts'
import type { Properties, TableName, Tables, Write } from '../../../shared/storage/table.ts'
import type { Dice } from '../../support/dice.ts'

/** What a release of the service writes differently. */
export interface Release {
  readonly name: 'current' | 'newer'
  tables(tables: Tables): Tables
  waker<Body extends { readonly reason: string }>(waker: Waking<Body>): Waking<Body>
}

interface Waking<Body> {
  wake(bodies: readonly Body[], wait?: DurationMs): Promise<void>
}

export interface NewerRelease extends Release {
  /** The tables are other ones from here on, with other keys. */
  forgetKeys(): void
}

export const CURRENT: Release = { name: 'current', tables: (tables) => tables, waker: (waker) => waker }

interface Dependencies {
  /** Opens and seals what all instances share. */
  readonly inspect: () => Promise<{ readonly envelope: Envelope }>
  readonly dice: Dice
}

/** Tables whose rows get a field and a column more. What is sealed otherwise, and what is counted, is left as it is. */
const SEALED: readonly TableName[] = ['accounts', 'oauth', 'organisations']
const WIDER: readonly TableName[] = [...SEALED, 'schedule']

/**
 * The release after this one. What it stores has a field more inside of the seal and a column more beside it, and what it
 * sends has a field more, and now and then a reason that this release does not know.
 */
export function createNewerRelease({ inspect, dice }: Dependencies): NewerRelease {
  let inspector: ReturnType<typeof inspect> | undefined

  return {
    name: 'newer',
    forgetKeys() {
      inspector = undefined
    },
    tables: (tables) => ({
      table(name) {
        const table = tables.table(name)
        if (!WIDER.includes(name)) return table
        return {
          ...table,
          commit: async (partitionKey, writes) =>
            table.commit(partitionKey, await Promise.all(writes.map((write) => widened(name, partitionKey, write)))),
        }
      },
    }),
    waker: ({ wake }) => ({
      wake: (bodies, wait) =>
        wake(
          bodies.flatMap((body) => {
            const more = { ...body, comesLater: { since: 'the newer release' } }
            return dice.chance(0.1) ? [more, { ...more, reason: 'known-later' }] : [more]
          }),
          wait,
        ),
    }),
  }

  async function widened(table: TableName, partitionKey: string, write: Write): Promise<Write> {
    if (write.kind === 'delete') return write
    const { rowKey, properties } = write
    const sealed = properties['b0']
    const isPlain = !(sealed instanceof Uint8Array) || 'b1' in properties || rowKey.startsWith('~')
    if (isPlain || !SEALED.includes(table)) return { ...write, properties: { ...properties, comesLater: 'x' } }
    try {
      const fresh = await resealed(table, partitionKey, rowKey, properties, sealed)
      return { ...write, properties: { ...properties, b0: fresh, comesLater: 'x' } }
    } catch (error) {
      // Of an account that is being erased; the write that needs no key is refused or not as it would be.
      if (!isFailure(error, 'KEY_MISSING')) throw error
      return write
    }
  }

  async function resealed(
    table: TableName,
    partitionKey: string,
    rowKey: string,
    { v, n = 0 }: Properties,
    sealed: Uint8Array,
  ): Promise<Uint8Array> {
    const owner: KeyOwner = table === 'accounts' ? { kind: 'account', account: partitionKey } : { kind: 'service' }
    const address = { table, partitionKey, rowKey, rowVersion: Number(n) }
    inspector ??= inspect().catch((error: unknown) => {
      inspector = undefined
      throw error
    })
    const { open, seal } = (await inspector).envelope
    const value = JSON.parse(Buffer.from(await open(owner, address, Number(v), sealed)).toString('utf8'))
    const wider = JSON.stringify({ ...value, comesLater: { since: 'the newer release' } })
    return seal(owner, address, Number(v), Buffer.from(wider, 'utf8'))
  }
}
