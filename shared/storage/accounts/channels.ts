import type { Channel, StoredChannel } from '../../channels/channel.ts'
import type { ChannelStore, LoggedEvent } from '../../channels/ports.ts'
import { isFailure } from '../../core/errors.ts'
import type { Log } from '../../core/log.ts'
import type { BlindIndex } from '../../crypto/ports.ts'
import { openOrQuarantine } from '../quarantine.ts'
import type { StoredRow, Table, Tables } from '../table.ts'
import { type AccountRows, accountsTable, type BindAccountRows } from './account-rows.ts'
import type { Accounts } from './accounts.ts'
import { readChangeLog } from './change-log.ts'
import { readActions } from './read-actions.ts'
import { changeKey, channelKey, eventKey, namesOf, rangeOf } from './row-keys.ts'

interface Dependencies {
  readonly accounts: Accounts
  readonly tables: Tables
  readonly bind: BindAccountRows
  readonly blind: BlindIndex
  readonly log: Log
}

/** So many events are looked at, so many at once, to find one that is managed; of more, one surely is. */
const MOST_LOOKED_AT = 128
const AT_ONCE = 16

export function createChannelStore({ accounts, tables, bind, blind, log }: Dependencies): ChannelStore {
  const table = accountsTable(tables)

  const encode = async (account: string, channel: Channel) => {
    const rowKey = channelKey(channel.id)
    return { rowKey, properties: await bind(account).channel.encode(rowKey, channel) }
  }

  /** Of a row that does not open nobody knows, so it counts as the integrator's. */
  async function isManaged(account: string, integrator: string, [key, monthName]: LoggedEvent): Promise<boolean> {
    const row = await table.get(account, eventKey(namesOf(blind, account).month(monthName), key))
    if (row === undefined) return false
    const event = await openOrQuarantine({ table, log }, row, bind(account).event.decode)
    return event === undefined || event.managed?.integrator === integrator
  }

  return {
    account: accounts.open,
    async insert(account, channel) {
      await table.commit(account, [{ kind: 'insert', ...(await encode(account, channel)) }])
    },
    async replace(account, channel, etag) {
      const [next = ''] = await table.commit(account, [{ kind: 'replace', ...(await encode(account, channel)), etag }])
      return next
    },
    async delete(account, id) {
      await table.commit(account, [{ kind: 'delete', rowKey: channelKey(id) }]).catch((error: unknown) => {
        if (!isFailure(error, 'ROW_CHANGED')) throw error
      })
    },
    async *changes(account, from, to) {
      if (from >= to) return
      // Keys run against the numbers; the end of a range is not in it.
      const place = { account, table, rows: bind(account), log }
      for await (const { number, change } of readChangeLog(place, [changeKey(to - 1), `${changeKey(from)}~`]))
        yield change === undefined ? { number } : { number, ...change }
    },
    async managesAny(account, integrator, events) {
      if (events.length > MOST_LOOKED_AT) return true
      for (let at = 0; at < events.length; at += AT_ONCE) {
        const some = events.slice(at, at + AT_ONCE).map((event) => isManaged(account, integrator, event))
        if ((await Promise.all(some)).includes(true)) return true
      }
      return false
    },
    async rejectedAfter(account, number) {
      const actions = await readActions(table, bind(account), log, account, number + 1)
      return actions.filter(({ state }) => state === 'rejected')
    },
  }
}

/** The channels among an account's state rows. One whose row does not open is kept as evidence and left out. */
export async function channelsOf(
  place: { table: Table; rows: AccountRows; log: Log },
  stored: readonly StoredRow[],
): Promise<readonly StoredChannel[]> {
  const found = stored
    .filter(({ rowKey }) => rowKey.startsWith(rangeOf('state.channel')[0]))
    .map(async (row) => {
      const channel = await openOrQuarantine(place, row, place.rows.channel.decode)
      return channel === undefined ? [] : [{ channel, etag: row.etag }]
    })
  return (await Promise.all(found)).flat()
}
