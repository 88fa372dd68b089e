import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import type { StoredRow } from '../../shared/storage/table.ts'
import { ANNA, BO, CONTOSO, createTrailWorld, restore, type TrailWorld, written } from '../support/audit.ts'

/** The table at three times: three records, six with a checkpoint, nine with another one. */
let world: TrailWorld
let history: (readonly StoredRow[])[]
let logged: string

beforeAll(async () => {
  world = createTrailWorld()
  const trail = await world.instance()
  history = []
  for (const time of [1, 2, 3]) {
    for (let at = 1; at <= 3; at += 1) {
      await trail.record(written(ANNA, at), written(BO, at))
      await trail.record({ act: 'connected', actor: { kind: 'person' }, account: BO, organisation: CONTOSO })
    }
    if (time > 1) await trail.checkpoint()
    history.push(world.tables.rows('audit'))
  }
  const line = world.logged.filter((one) => one.includes('audit-checkpoint')).at(-1) ?? '{}'
  logged = (JSON.parse(line) as { checkpoint: string }).checkpoint
})

interface Tampering {
  readonly kind: 'delete' | 'flip' | 'put-back' | 'replace' | 'copy'
  readonly row: number
  readonly other: number
}

const Tamperings = fc.array(
  fc.record({
    kind: fc.constantFrom('delete', 'flip', 'put-back', 'replace', 'copy'),
    row: fc.nat(),
    other: fc.nat(),
  }),
  { minLength: 1, maxLength: 5 },
)

const place = ({ partitionKey, rowKey }: StoredRow) => `${partitionKey} ${rowKey}`

/** The rows that the last checkpoint stands for: lists of the one before are evidence of nothing. */
const rowsNow = (): readonly StoredRow[] => {
  const before = new Set(history[1]?.map(place))
  return (history[2] ?? []).filter((row) => !row.rowKey.startsWith('list.') || !before.has(place(row)))
}

const chosen = <Item>(items: readonly Item[], at: number): Item => items[at % items.length] as Item

function flipped({ properties, ...row }: StoredRow, at: number): StoredRow {
  const b0 = Uint8Array.from(properties['b0'] as Uint8Array)
  b0[at % b0.length] = (b0[at % b0.length] ?? 0) ^ (1 << (at % 8))
  return { ...row, properties: { ...properties, b0 } }
}

/** Another place in the same chain, perhaps behind its end. */
const moved = (rowKey: string, by: number): string =>
  rowKey.replace(/\d{12}$/, (number) => String(Number(number) + 1 + (by % 9)).padStart(12, '0'))

async function tamper({ kind, row: at, other }: Tampering): Promise<void> {
  const rows = rowsNow()
  const row = chosen(rows, at)
  const { partitionKey, rowKey } = row
  const table = world.tables.table('audit')
  if (kind === 'delete') {
    if (await table.get(partitionKey, rowKey)) await table.commit(partitionKey, [{ kind, rowKey }])
  } else if (kind === 'flip') world.tables.overwrite('audit', flipped(row, other))
  else if (kind === 'put-back') {
    const older = chosen(history, other).find((one) => place(one) === place(row))
    if (older !== undefined) world.tables.overwrite('audit', older)
  } else if (kind === 'replace') world.tables.overwrite('audit', { ...row, properties: chosen(rows, other).properties })
  else if (rowKey.startsWith('entry.')) world.tables.overwrite('audit', { ...row, rowKey: moved(rowKey, other) })
}

const contents = (rows: readonly StoredRow[]): string =>
  JSON.stringify(
    rows.map((row) => [place(row), Buffer.from(row.properties['b0'] as Uint8Array).toString('hex')]).sort(),
  )

test('no tampering with the rows of the trail goes unnoticed', async () => {
  const untouched = contents(history[2] ?? [])
  const verifier = await world.instance()
  await fc.assert(
    fc.asyncProperty(Tamperings, async (tamperings) => {
      await restore(world, history[2] ?? [])
      for (const tampering of tamperings) await tamper(tampering as Tampering)
      const isTampered = contents(world.tables.rows('audit')) !== untouched
      const { breaks } = await verifier.verify(logged)
      expect(breaks.length > 0).toBe(isTampered)
    }),
    { numRuns: 200 },
  )
})
