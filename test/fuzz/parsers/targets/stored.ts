import { isFailure } from '../../../../shared/core/errors.ts'
import { systemRandom } from '../../../../shared/core/random.ts'
import { epochMs } from '../../../../shared/core/time.ts'
import { createBlindIndex } from '../../../../shared/crypto/blind-index.ts'
import { createLinkTokens } from '../../../../shared/integrators/link-tokens.ts'
import { createTrailStore } from '../../../../shared/storage/audit/trail-rows.ts'
import { createOneTimeRows } from '../../../../shared/storage/oauth/one-time-rows.ts'
import { createSchedule } from '../../../../shared/storage/schedule.ts'
import { createSealedRows } from '../../../../shared/storage/sealed-rows.ts'
import type { Properties } from '../../../../shared/storage/table.ts'
import { createKeyWorld } from '../../../support/crypto.ts'
import { createMemoryTables } from '../../../support/memory-tables.ts'
import { holds, holdsData, jsonOf, type ParserTarget } from '../target.ts'

const NOW = epochMs(Date.UTC(2026, 10, 20))
const ACCOUNT = `acc_${'a'.repeat(22)}`

interface PlainRow {
  readonly rowKey: string
  readonly properties: Properties
}

/** A row as a text, if it could be stored. */
function rowIn(input: string): PlainRow | undefined {
  const row = jsonOf(input) as Partial<PlainRow> | null
  if (typeof row?.rowKey !== 'string' || typeof row.properties !== 'object' || row.properties === null) return undefined
  return { rowKey: row.rowKey, properties: row.properties }
}

const planRow = (rowKey: string, properties: object) => JSON.stringify({ rowKey, properties })
const STANDING = { state: 'active', notified: 2, polled: 1, deaf: 0, notedAt: 5 }
const DUE = String(NOW - 1).padStart(15, '0')

const plans: ParserTarget = {
  name: 'schedule-plans',
  property: 'whatever stands beside plans, accounts are counted in whole numbers and the others are woken',
  seeds: [planRow(`${DUE}.${ACCOUNT}`, STANDING), planRow(`${DUE}.${ACCOUNT}`, { wokenAt: NOW, woken: 3 })],
  words: ['constructor', '"state":', '"woken":', '-1', '1e999', 'null', '0x1.', '000000000000000'],
  async check(input) {
    const row = rowIn(input)
    if (row === undefined) return
    const tables = createMemoryTables()
    const schedule = createSchedule(tables)
    await schedule.plan('acc_other', epochMs(NOW - 2), [], { ...STANDING, state: 'active', notedAt: NOW })
    const [{ partitionKey = '' } = {}] = tables.rows('schedule')
    tables.overwrite('schedule', { ...row, partitionKey })
    const census = await schedule.census(NOW)
    holds(Object.keys(census.accounts).length === 3, 'there is a state that there is not')
    for (const count of [...Object.values(census.accounts), ...Object.values(census.calendars)])
      holds(Number.isInteger(count) && count >= 0, `a count is ${count}`)
    holds(census.accounts['active'] !== 0, 'the other account is not counted')
    const woken = []
    for (const shard of schedule.due(NOW)) for await (const { visits } of shard) woken.push(...visits)
    holdsData(woken)
    holds(
      woken.some(({ account }) => account === 'acc_other'),
      'the other account is not woken',
    )
    const oldest = await schedule.oldestDue(NOW)
    holds(oldest !== undefined && oldest <= NOW - 2, `the oldest plan is of ${oldest}`)
  },
}

const { tables, clock, instance } = createKeyWorld()
const ring = instance()
const rows = createSealedRows(ring)
const blind = createBlindIndex(new Uint8Array(32).fill(7))

const links = createLinkTokens({
  store: createOneTimeRows(tables, rows, blind, clock).linkTokens,
  clock,
  random: systemRandom,
})
const LINK = await links.issue('diary')

const linkToken: ParserTarget = {
  name: 'link-token',
  property: 'no token is good but one that was issued, and that for its integrator alone',
  seeds: [LINK, `fas_lt_${'a'.repeat(43)}`],
  words: ['fas_lt_', '.', '%00'],
  async check(input) {
    holds((await links.isGood(input, 'diary')) === (input === LINK), 'another one is good')
    holds(!(await links.isGood(input, 'planner')), 'it is good for another integrator')
  },
}

const CHAIN = 'account.a'
const ENTRY = { number: 1, id: 'entry', at: NOW, act: 'connected', actor: { kind: 'person' }, value: 'v' } as const
const HEAD = { number: 1, value: 'v', at: NOW, dropped: { number: 0, value: '' }, oldest: NOW, uses: {} }
const trail = createTrailStore(tables, rows)
await trail.append(CHAIN, undefined, HEAD, [ENTRY])
const STORED = tables.rows('audit')
const hex = (value: unknown) => (value instanceof Uint8Array ? { hex: Buffer.from(value).toString('hex') } : value)
const bytes = (value: unknown) =>
  typeof value === 'object' && value !== null && 'hex' in value ? Buffer.from(String(value.hex), 'hex') : value

const trailRows: ParserTarget = {
  name: 'audit-rows',
  property: 'a row of the trail says what was stored in its place, or is told as one that does not open',
  seeds: STORED.map(({ rowKey, properties }) => JSON.stringify({ rowKey, properties }, (_, value) => hex(value))),
  words: ['entry.', 'head.', '.000000000001', '000000000002', 'account.b'],
  async check(input) {
    const row = rowIn(input)
    const [{ partitionKey = '' } = {}] = STORED
    if (row === undefined) return
    const properties = Object.fromEntries(Object.entries(row.properties).map(([name, value]) => [name, bytes(value)]))
    const changed = createMemoryTables()
    changed.overwrite('audit', { rowKey: row.rowKey, properties: properties as Properties, partitionKey })
    const read = createTrailStore(changed, rows)
    for await (const { number, entry } of read.entries(CHAIN))
      holds(entry === undefined || (entry.value === 'v' && number === 1), 'an entry is made up')
    for await (const { chain, known } of read.heads(partitionKey))
      holds(known === undefined || chain === CHAIN, 'a head is made up')
    await read.chainsWithEntries(partitionKey)
    await read.head(CHAIN).catch(isCorrupt)
    await read.entry(CHAIN, 1).catch(isCorrupt)
  },
}

function isCorrupt(error: unknown): void {
  if (!isFailure(error, 'ROW_CORRUPT')) throw error
}

export const STORED_ROWS: readonly ParserTarget[] = [plans, linkToken, trailRows]
