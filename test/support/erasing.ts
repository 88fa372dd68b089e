import { minutes } from '../../shared/core/time.ts'
import type { TableName } from '../../shared/storage/table.ts'
import { pass } from './reading.ts'
import type { ServiceFixture } from './service.ts'

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
