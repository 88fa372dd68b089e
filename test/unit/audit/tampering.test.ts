import { beforeEach, expect, test } from 'vitest'
import { days, hours } from '../../../shared/core/time.ts'
import type { StoredRow } from '../../../shared/storage/table.ts'
import { ANNA, BO, createTrailWorld, restore, rowsOf, type TrailWorld, written } from '../../support/audit.ts'

let world: TrailWorld
let trail: Awaited<ReturnType<TrailWorld['instance']>>

beforeEach(async () => {
  world = createTrailWorld()
  trail = await world.instance()
  for (let at = 1; at <= 6; at += 1) await trail.record(written(ANNA, at), written(BO, at))
})

const entry = (chain: string, number: number): StoredRow => {
  const row = rowsOf(world, chain).entries[number - 1]
  if (row === undefined) throw new Error('no such entry')
  return row
}

/** As somebody with access to the tables: no condition, and no keys. */
async function remove({ partitionKey, rowKey }: StoredRow): Promise<void> {
  await world.tables.table('audit').commit(partitionKey, [{ kind: 'delete', rowKey }])
}

function overwrite(place: StoredRow, { properties }: StoredRow): void {
  world.tables.overwrite('audit', { ...place, properties })
}

/** The first broken links, as an instance that knows nothing finds them. */
const breaks = async (logged?: string) =>
  (await (await world.instance()).verify(logged)).breaks.map(({ chain, number }) => [chain, number])

test('an untouched trail holds', async () => {
  expect(await trail.verify()).toEqual({ chains: 2, entries: 12, checkpoints: 0, breaks: [] })
})

test.each<[string, () => unknown, number]>([
  [
    'a changed entry',
    () => {
      const row = entry(ANNA, 3)
      const sealed = Uint8Array.from(row.properties['b0'] as Uint8Array)
      sealed[100] = (sealed[100] ?? 0) ^ 1
      overwrite(row, { ...row, properties: { ...row.properties, b0: sealed } })
    },
    3,
  ],
  ['a dropped entry', () => remove(entry(ANNA, 3)), 3],
  ['the first entry dropped', () => remove(entry(ANNA, 1)), 1],
  ['an entry of another place', () => overwrite(entry(ANNA, 2), entry(ANNA, 5)), 2],
  [
    'two entries swapped',
    () => {
      const [two, three] = [entry(ANNA, 2), entry(ANNA, 3)]
      overwrite(two, three)
      overwrite(three, two)
    },
    2,
  ],
  ['an entry of another chain', () => overwrite(entry(ANNA, 4), entry(BO, 4)), 4],
  [
    'an entry put behind the end',
    () => overwrite({ ...entry(ANNA, 6), rowKey: `entry.${ANNA}.000000000007` }, entry(ANNA, 6)),
    7,
  ],
  ['the end cut off', () => remove(entry(ANNA, 6)), 6],
  ['the head dropped', () => remove(rowsOf(world, ANNA).head), 0],
  ['the head of another chain', () => overwrite(rowsOf(world, ANNA).head, rowsOf(world, BO).head), 0],
])('%s is found in its place', async (_what, tamper, number) => {
  await tamper()
  expect(await breaks()).toEqual([[ANNA, number]])
})

test('a head put back to an earlier one is found by the entries behind it', async () => {
  const { head } = rowsOf(world, ANNA)
  await trail.record(written(ANNA, 7))
  overwrite(head, head)
  expect(await breaks()).toEqual([[ANNA, 7]])
})

test('a head put back together with the end of its chain is found by the checkpoint before', async () => {
  const { head } = rowsOf(world, ANNA)
  await trail.record(written(ANNA, 7))
  await trail.checkpoint()
  await remove(entry(ANNA, 7))
  overwrite(head, head)
  expect(await breaks()).toEqual([[ANNA, 7]])
})

test('a chain that was put back and written on is found by the checkpoint before: it holds another entry', async () => {
  const { head } = rowsOf(world, ANNA)
  await trail.record(written(ANNA, 7))
  await trail.checkpoint()
  await remove(entry(ANNA, 7))
  overwrite(head, head)
  await (await world.instance()).record(written(ANNA, 7))
  expect(await breaks()).toEqual([[ANNA, 7]])
})

test('a chain that is gone as a whole is found by the checkpoint before', async () => {
  await trail.checkpoint()
  const { head, entries } = rowsOf(world, ANNA)
  for (const row of [head, ...entries]) await remove(row)
  expect(await breaks()).toEqual([[ANNA, 0]])
})

test('the hourly checkpoint tells the log that a chain was put back, and never forgets it', async () => {
  const before = rowsOf(world, ANNA)
  await trail.record(written(ANNA, 7))
  await trail.checkpoint()
  await remove(entry(ANNA, 7))
  overwrite(before.head, before.head)
  await world.clock.advance(hours(1))
  await (await world.instance()).record(written(BO, 7))
  await trail.checkpoint()
  expect(world.logged.filter((line) => line.includes('audit-chain-broken'))).toEqual([
    JSON.stringify({ level: 'error', event: 'audit-chain-broken', chain: ANNA, number: 7 }),
  ])
  expect(await breaks()).toEqual([[ANNA, 7]])
})

test('an instance that wrote to a chain notices with its next record that the chain was put back, and goes on', async () => {
  const { head } = rowsOf(world, ANNA)
  await trail.record(written(ANNA, 7))
  await remove(entry(ANNA, 7))
  overwrite(head, head)
  await trail.record(written(ANNA, 8))
  expect(world.logged).toContainEqual(expect.stringContaining('audit-chain-broken'))
})

test('a checkpoint that was changed, dropped, or whose list was changed is found', async () => {
  await trail.checkpoint()
  await trail.record(written(ANNA, 7))
  await trail.checkpoint()
  const rows = world.tables.rows('audit')
  const row = (start: string) => rows.filter(({ rowKey }) => rowKey.startsWith(start))
  const found = async (tamper: () => unknown) => {
    await tamper()
    const chains = (await breaks()).map(([chain]) => String(chain).split(' ')[0])
    await restore(world, rows)
    return chains
  }
  const [first, second] = row('checkpoint.')
  const [latest] = row('latest')
  const lists = row('list.')
  if (first === undefined || second === undefined || latest === undefined) throw new Error('no checkpoints')
  expect(await found(() => undefined)).toEqual([])
  expect(await found(() => remove(first))).toEqual(['checkpoints'])
  expect(await found(() => remove(second))).toEqual(['checkpoints'])
  expect(await found(() => remove(latest))).toEqual(['checkpoints'])
  expect(await found(() => overwrite(latest, first))).toEqual(['checkpoints'])
  expect(await found(() => Promise.all(lists.map(remove)))).toContain('checkpoints')
})

test('a timer that is overtaken by another one finds the lists of the checkpoint that it has read', async () => {
  await trail.checkpoint()
  await world.clock.advance(days(2))
  await trail.record(written(ANNA, 7))
  const overtaken = await world.instance(({ table }) => ({
    table: (name) => ({
      ...table(name),
      async get(partition, row) {
        const found = await table(name).get(partition, row)
        if (row === 'latest') await trail.checkpoint()
        return found
      },
    }),
  }))
  await overtaken.checkpoint()
  expect(world.logged.filter((line) => line.includes('error'))).toEqual([])
  expect((await trail.verify()).checkpoints).toBe(2)
})

test('of the lists of a shard those of the last two checkpoints are kept, and what is younger than a day', async () => {
  const lists = () => world.tables.rows('audit').filter(({ rowKey }) => rowKey.startsWith('list.'))
  for (let at = 7; at < 12; at += 1) {
    await world.clock.advance(days(2))
    await trail.record(written(ANNA, at))
    await trail.checkpoint()
  }
  // One of Bo's, which never changed, and two of Anna's.
  expect(lists()).toHaveLength(3)
})

test('all tables put back to an hour ago are found by the checkpoint that the log tells of', async () => {
  await trail.checkpoint()
  const before = world.tables.rows('audit')
  await trail.record(written(ANNA, 7))
  await trail.checkpoint()
  const logged = world.logged.filter((line) => line.includes('audit-checkpoint')).at(-1) ?? ''
  const { checkpoint } = JSON.parse(logged) as { checkpoint: string }
  expect(await breaks(checkpoint)).toEqual([])
  await restore(world, before)
  expect(await breaks()).toEqual([])
  expect(await breaks(checkpoint)).toEqual([['checkpoints', 2]])
})

test('a checkpoint that the vault did not sign is found', async () => {
  const sign = world.vault.sign
  Object.assign(world.vault, {
    sign: async (message: Uint8Array) => ({ ...(await sign(message)), signature: message }),
  })
  await trail.checkpoint()
  expect((await trail.verify()).breaks).toEqual([
    { chain: 'checkpoints', number: 1, problem: 'the signature is not that of the vault' },
  ])
})

test('a checkpoint is written when something has changed, and signed once', async () => {
  await trail.checkpoint()
  await trail.record(written(ANNA))
  const before = world.vault.operations.sign
  await trail.checkpoint()
  await trail.checkpoint()
  expect(world.vault.operations.sign - before).toBe(1)
  expect((await trail.verify()).checkpoints).toBe(2)
})

test('two instances that write a checkpoint at once leave one that holds', async () => {
  const other = await world.instance()
  await Promise.all([trail.checkpoint(), other.checkpoint()])
  expect(await trail.verify()).toMatchObject({ checkpoints: 1, breaks: [] })
})

test('what is older than a year goes from the beginning, and what is kept can still be verified', async () => {
  await trail.checkpoint()
  world.clock.advance(days(200))
  for (let at = 0; at < 120; at += 1) await trail.record(written(ANNA, at))
  await trail.checkpoint()
  world.clock.advance(days(166))
  expect(await trail.forgetOld()).toBe(12)
  expect(rowsOf(world, ANNA).entries).toHaveLength(120)
  expect(await breaks()).toEqual([])
  expect(world.tables.rows('audit').some(({ rowKey }) => rowKey.includes(BO) && !rowKey.startsWith('list'))).toBe(false)
  await trail.record(written(ANNA, 1), written(BO, 1))
  await trail.checkpoint()
  expect(await breaks()).toEqual([])
  await remove(entry(ANNA, 1))
  expect(await breaks()).toEqual([[ANNA, 7]])
  expect(world.logged.filter((line) => line.includes('broken'))).toEqual([])
})

test('a chain that grows while it is verified is not called broken', async () => {
  const other = await world.instance()
  const writing = (async () => {
    for (let at = 0; at < 200; at += 1) await other.record(written(ANNA, at))
  })()
  for (let at = 0; at < 5; at += 1) expect((await trail.verify()).breaks).toEqual([])
  await writing
})
