import type { Person } from '../../../infra/local/microsoft365/world.ts'
import { randomToken, systemRandom } from '../../../shared/core/random.ts'
import { type StoredRow, TABLE_NAMES, type TableName } from '../../../shared/storage/table.ts'
import type { Connection } from '../../support/authorization.ts'
import { oneHour } from '../../support/graph-stand-in.ts'
import type { ServiceFixture } from '../../support/service.ts'

/** Somebody who is connected, with a mailbox of one event that has been read. */
export interface Connected {
  readonly person: Person
  readonly reader: Connection
  /** Microsoft's id of an event that is no series. */
  readonly event: string
  /** Our id of their calendar. */
  readonly calendar: string
}

export const FIRST_DAY = '2026-11-20'

export async function connectSomebody(fixture: ServiceFixture): Promise<Connected> {
  const [tid = ''] = fixture.world.organisations.keys()
  const person = fixture.world.addPerson({ tid, displayName: `Person ${fixture.world.people.size}` })
  fixture.world.mailboxOf(person.oid).create(oneHour('The only one', FIRST_DAY))
  return afterFirstPull(fixture, person)
}

/** Connects a person whose mailbox is filled, and reads it. */
export async function afterFirstPull(fixture: ServiceFixture, person: Person): Promise<Connected> {
  const reader = await fixture.connect(person)
  await fixture.settle()
  const { body } = await reader.get('/v1/calendars')
  const [calendar] = body['calendars'] as { calendar_id: string }[]
  const items = [...fixture.world.mailboxOf(person.oid).calendar().store.items.values()]
  const single = items.find(({ recurrence }) => recurrence === undefined)
  return { person, reader, event: single?.id ?? '', calendar: calendar?.calendar_id ?? '' }
}

type Row = StoredRow & { readonly table: TableName }

/** Grows the tables by accounts that nobody visits: they are there, and cost nothing but room. */
export interface Population {
  /** So many accounts more. */
  grow(accounts: number): void
}

/** @returns what makes copies of an account's rows, each under names of its own. They do not open. */
export async function createPopulation(fixture: ServiceFixture): Promise<Population> {
  const before = new Set(allRows(fixture).map(keyOf))
  await connectSomebody(fixture)
  const template = allRows(fixture).filter((row) => !before.has(keyOf(row)))
  const head = template.find(({ table, rowKey }) => table === 'accounts' && rowKey === 'state.head')
  if (head === undefined) throw new Error('the account that is to be copied has no head')
  return {
    grow(accounts) {
      for (let at = 0; at < accounts; at++) {
        const names = { own: head.partitionKey, other: `acc_${randomToken(systemRandom).slice(0, 22)}`, at }
        for (const row of template) if (isOfOneAccount(row)) fixture.tables.overwrite(row.table, renamed(row, names))
      }
    },
  }
}

const allRows = ({ tables }: ServiceFixture): readonly Row[] =>
  TABLE_NAMES.flatMap((table) => tables.rows(table).map((row) => ({ ...row, table })))

const keyOf = ({ table, partitionKey, rowKey }: Row): string => `${table} ${partitionKey} ${rowKey}`

/** Counters, samples and sign-ins on their way are not of the account. */
const OF_ACCOUNTS: readonly TableName[] = ['accounts', 'audit', 'keys', 'oauth', 'organisations', 'schedule']
const isOfOneAccount = ({ table }: Row): boolean => OF_ACCOUNTS.includes(table)

/** The schedule is spread over so many partitions; the audit trail over more. */
const SHARDS = 16

/** A plan's time, far from now. */
const NEVER_DUE = '004000000000000'

function renamed(row: Row, { own, other, at }: { own: string; other: string; at: number }): Row {
  const of = (key: string) => key.replaceAll(own, other)
  const rowKey = row.table === 'schedule' ? of(row.rowKey).replace(/^\d+/, NEVER_DUE) : of(row.rowKey)
  return { ...row, partitionKey: partitionOf(row, of(row.partitionKey), other, at), rowKey }
}

function partitionOf({ table }: Row, key: string, account: string, at: number): string {
  if (key.startsWith('shard.')) return `shard.${String(at % SHARDS).padStart(2, '0')}`
  return table === 'oauth' ? account.slice('acc_'.length) : key
}
