import { expect, test } from 'vitest'
import { parseOps, runOps } from '../../infra/ops.ts'
import { SyncError } from '../../shared/core/errors.ts'
import { epochMs, minutes } from '../../shared/core/time.ts'
import { watchOf } from '../../shared/service/operations.ts'
import { createOperationsStore } from '../../shared/storage/operations.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { ops, startOperated } from '../support/operator.ts'
import { startService } from '../support/service.ts'

test('the status says what was measured, and which alerts are raised', async () => {
  const { fixture, reading, ops } = await startOperated()
  reading.mailbox.create(oneHour('New', '2026-11-20'))
  await fixture.deliver()
  await fixture.service.operations.gather()
  const { text } = await ops('status')
  expect(text).toMatch(/accounts +active 1/)
  expect(text).toMatch(/Graph requests +.*ok \d+/)
  expect(text).toMatch(/oldest overdue visit +0 ms/)
  const status = JSON.parse((await ops('status', '--json', '--hours', '2')).text)
  expect(status.alerts.map(({ name }: { name: string }) => name)).toContain('dead-letters')
})

test('without the vault an operator still sees how the service does, what was given up, and what is left to do', async () => {
  const { fixture } = await startOperated()
  await fixture.service.operations.gather()
  const away = () => Promise.reject(new SyncError('VAULT_UNAVAILABLE', 'away'))
  const vault = new Proxy(fixture.ports.vault, { get: () => away })
  const told: string[] = []
  const ports = { watch: watchOf({ ...fixture.ports, vault }), operator: away, clock: fixture.clock }
  for (const command of ['status', 'dead-letters'])
    expect(await runOps({ ...ports, write: (text) => told.push(text) }, parseOps([command]))).toBe(0)
  expect(told.join('')).toMatch(/accounts +active 1.*0 dead letters/s)
  expect((await ops({ ...fixture, ports: { ...fixture.ports, vault } }, ['drain'])).code).toBe(0)
  await expect(runOps({ ...ports, write: () => undefined }, parseOps(['replay']))).rejects.toThrow('away')
})

test('what could not be looked at is not told as nothing', async () => {
  const { fixture } = await startOperated()
  const broken = await startService({
    beside: fixture,
    throughTables: (tables) => ({
      table: (name) => {
        const table = tables.table(name)
        return name === 'schedule' ? { ...table, range: away } : table
      },
    }),
  })
  broken.ports.deadLetters.list = away
  await broken.service.operations.gather()
  const { text } = await ops(broken, ['status'])
  for (const what of ['accounts', 'calendars', 'oldest overdue visit', 'dead letters'])
    expect(text).toMatch(new RegExp(`^${what} +not known$`, 'm'))
})

function away(): never {
  throw new SyncError('STORAGE_UNAVAILABLE', 'away')
}

test('a status that is watched goes on after a failure, which it tells', async () => {
  const { fixture } = await startOperated()
  await fixture.service.operations.gather()
  const watch = watchOf(fixture.ports)
  const told: string[] = []
  let looks = 0
  const unsteady = {
    ...watch,
    status: async (span: number) => (++looks === 1 ? away() : looks === 3 ? stop() : watch.status(span)),
  }
  const ports = { watch: unsteady, operator: stop, clock: { ...fixture.clock, sleep: async () => undefined } }
  const watched = runOps({ ...ports, write: (text) => told.push(text) }, parseOps(['status', '--watch']))
  await expect(watched).rejects.toThrow('stopped')
  expect(told).toHaveLength(2)
  expect(told[0]).toContain('STORAGE_UNAVAILABLE')
  expect(told[1]).toMatch(/accounts +active 1/)
})

function stop(): never {
  throw new Error('stopped')
}

test('a row of figures that is damaged costs its own numbers only', async () => {
  const { fixture, ops } = await startOperated()
  const { operations } = fixture.service
  await operations.gather()
  const damage = async (rowKey: string) =>
    fixture.ports.tables
      .table('operations')
      .commit('figures', [{ kind: 'upsert', rowKey, properties: { figures: new Uint8Array([1, 2, 3]) } }])
  await damage(`sample.${String(fixture.clock.now() - minutes(10)).padStart(15, '0')}`)
  await damage('slot.damaged')
  expect((await ops('status')).text).toMatch(/accounts +active 1/)
  await fixture.clock.advance(minutes(5))
  await operations.gather()
  expect((await ops('status')).text).toMatch(/accounts +active 1/)
  expect(fixture.tables.rows('operations').map(({ rowKey }) => rowKey)).not.toContain('slot.damaged')
})

test('every alarm is named by the status, however many failures came after it', async () => {
  const { fixture, ops } = await startOperated()
  const troubles = Array.from({ length: 30 }, (_, at) => ({ what: `F_${at}`, count: 1, lastAt: fixture.clock.now() }))
  const alarm = { what: 'row-quarantined', count: 1, lastAt: epochMs(fixture.clock.now() - 1) }
  const figures = { counters: {}, gauges: {}, histograms: {}, troubles: [alarm, ...troubles] }
  await createOperationsStore(fixture.ports.tables).put('many', figures)
  await fixture.service.operations.gather()
  expect((await ops('status')).text).toContain('row-quarantined')
})
