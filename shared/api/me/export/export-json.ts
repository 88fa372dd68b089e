import type { Clock } from '../../../core/time.ts'
import type { WindowDays } from '../../../events/window.ts'
import type { Grants } from '../../../integrators/grants.ts'
import type { Integrators } from '../../../integrators/integrators.ts'
import type { AccountRecords } from '../../../storage/accounts/account-records.ts'
import { type AccountState, type Accounts, knownState } from '../../../storage/accounts/accounts.ts'
import { keptSpan } from '../../read/schedule.ts'
import type { AccountTrail } from '../ports.ts'
import * as records from './records.ts'

export interface ExportDependencies {
  readonly publicUrl: string
  readonly accounts: Pick<Accounts, 'state'>
  readonly records: AccountRecords
  readonly grants: Pick<Grants, 'ofAccount'>
  readonly integrators: Pick<Integrators, 'find'>
  readonly trail: Pick<AccountTrail, 'entriesOf'>
  readonly clock: Clock
  readonly windowDays: WindowDays
}

/** The address of the schema of an export. */
const SCHEMA_PATH = '/docs/export-schema.json'

/**
 * Everything that is held about a person, as one JSON object of the schema `Export`, in parts of a page each: of a large
 * mailbox only what is being written is in memory as objects.
 */
export async function* exportJson(dependencies: ExportDependencies, account: string): AsyncGenerator<string> {
  const { publicUrl, accounts, clock, trail } = dependencies
  const state = await knownState(accounts, account)
  yield `{"$schema":${JSON.stringify(publicUrl + SCHEMA_PATH)},"exported_at":"${new Date(clock.now()).toISOString()}"`
  if (state !== undefined) yield `,"account":${JSON.stringify(records.accountRecord(account, state.head))}`
  for (const [name, pages] of lists(dependencies, account, state)) yield* list(name, pages)
  yield* list('audit', trailOf(trail, account))
  yield '\n}\n'
}

type Pages = AsyncIterable<readonly unknown[]>

/** The lists of an export in their order; all are empty when nothing is kept. */
function lists(dependencies: ExportDependencies, account: string, state: AccountState | undefined): [string, Pages][] {
  const { records: rows, windowDays } = dependencies
  const of = <T>(pages: (known: AccountState) => AsyncIterable<readonly T[]>, record: (one: T) => unknown): Pages =>
    state === undefined ? none() : mapped(pages(state), record)
  return [
    ['calendars', of(({ calendars }) => once(calendars), records.calendarRecord)],
    ['integrators', grantsOf(dependencies, account)],
    ['channels', of(({ channels }) => once(channels), records.channelRecord)],
    ['events', of((known) => rows.events(account, keptSpan(known, windowDays)), records.eventRecord)],
    ['series', of(() => rows.series(account), records.seriesRecord)],
    ['actions', of(() => rows.actions(account), records.actionRecord)],
    ['agreements', of(() => rows.agreements(account), records.agreementRecord)],
    ['kept_answers', of(() => rows.requests(account), records.answerRecord)],
  ]
}

async function* grantsOf({ grants, integrators }: ExportDependencies, account: string): Pages {
  for (const grant of await grants.ofAccount(account))
    yield [records.grantRecord(grant, (await integrators.find(grant.clientId))?.name)]
}

/** A member that is a list; a record that is undefined is left out. */
async function* list(name: string, pages: Pages): AsyncGenerator<string> {
  yield `,\n"${name}":[`
  let isFirst = true
  for await (const page of pages) {
    const texts = page.filter((record) => record !== undefined).map((record) => JSON.stringify(record))
    if (texts.length === 0) continue
    yield `${isFirst ? '\n' : ',\n'}${texts.join(',\n')}`
    isFirst = false
  }
  yield ']'
}

async function* mapped<T>(pages: AsyncIterable<readonly T[]>, record: (one: T) => unknown): Pages {
  for await (const page of pages) yield page.map(record)
}

async function* trailOf(trail: ExportDependencies['trail'], account: string): Pages {
  for await (const entry of trail.entriesOf(account)) yield [records.trailRecord(entry)]
}

async function* once<T>(page: readonly T[]): AsyncGenerator<readonly T[]> {
  yield page
}

async function* none(): AsyncGenerator<never> {}
