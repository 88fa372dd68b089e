import { expect } from 'vitest'
import type { Person } from '../../infra/local/microsoft365/world.ts'
import { minutes } from '../../shared/core/time.ts'
import type { TableName } from '../../shared/storage/table.ts'
import { aroundCommit } from './failing-tables.ts'
import { pass } from './reading.ts'
import { type ServiceFixture, startService } from './service.ts'

/** Tables that hold anything about people; a backup has these. */
export const RESTORED: readonly TableName[] = ['accounts', 'keys', 'oauth', 'organisations', 'rates', 'schedule']

/** The only account there is, or the last one that was connected. */
export const lastAccount = ({ tables }: ServiceFixture): string =>
  tables
    .rows('accounts')
    .filter(({ rowKey }) => rowKey === 'state.head')
    .at(-1)?.partitionKey ?? ''

/** What is stored about an account, of whatever kind: rows named after it, and its grants. */
export function leftOf({ tables }: ServiceFixture, account: string): readonly string[] {
  const named = (['accounts', 'keys', 'schedule', 'organisations'] as const).flatMap((name) =>
    tables
      .rows(name)
      .filter(({ partitionKey, rowKey }) => partitionKey === account || rowKey.includes(account))
      .map(({ rowKey }) => `${name} ${rowKey}`),
  )
  const grants = tables.rows('oauth').filter(({ rowKey }) => rowKey.startsWith('grant-'))
  return [...named, ...grants.map(({ rowKey }) => `oauth ${rowKey}`)]
}

/** Whether the ledger has an erasure that is not complete. */
export const isErasing = ({ tables }: ServiceFixture): boolean =>
  tables.rows('ledger').some(({ rowKey }) => rowKey.startsWith('open.'))

/** Time goes by until every erasure is complete, an hour at most. */
export async function untilErased(fixture: ServiceFixture): Promise<void> {
  await fixture.settle()
  for (let gone = 0; gone < 60 && isErasing(fixture); gone++) await pass(fixture, minutes(1), minutes(1))
}

/** The accounts on the lists of organisations. */
export const members = ({ tables }: ServiceFixture): readonly string[] =>
  tables.rows('organisations').flatMap(({ rowKey }) => /^member\.(.+)$/.exec(rowKey)?.[1] ?? [])

/** Somebody signs in, and the instance ends where the first row of this table was to be stored. */
export async function connectHalfWay(fixture: ServiceFixture, tid: string, where: TableName): Promise<Person> {
  const dying = await startService({
    beside: fixture,
    throughTables: (tables) =>
      aroundCommit(tables, (table, _, commit) => {
        if (table === where) throw new Error('the instance ended')
        return commit()
      }),
  })
  const person = fixture.world.addPerson({ displayName: 'Half Way', tid })
  const before = members(fixture).length
  await expect(dying.connect(person)).rejects.toThrow()
  expect(members(fixture)).toHaveLength(before + 1)
  return person
}
