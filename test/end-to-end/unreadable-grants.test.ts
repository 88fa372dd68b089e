import { beforeEach, describe, expect, test } from 'vitest'
import { hours, minutes } from '../../shared/core/time.ts'
import type { StoredRow } from '../../shared/storage/table.ts'
import { type Connection, PLANNER } from '../support/authorization.ts'
import { lastAccount, untilErased } from '../support/erasing.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { type MeVisitor, textOf, visitMe } from '../support/me.ts'
import { linesOf, pass, type Reading, startReading } from '../support/reading.ts'
import { type ServiceFixture, startService } from '../support/service.ts'

let fixture: ServiceFixture
let reading: Reading
let planner: Connection
let anna: MeVisitor

const grants = () => fixture.tables.rows('oauth').filter(({ rowKey }) => rowKey.startsWith('grant-'))
const copies = () => fixture.tables.rows('oauth').filter(({ rowKey }) => rowKey.startsWith('~quarantine-grant-'))

beforeEach(async () => {
  fixture = await startService()
  reading = await startReading(fixture, { singles: 3, displayName: 'Anna Holm' })
  planner = await fixture.connect(reading.person, PLANNER)
  await fixture.settle()
  anna = await visitMe(fixture.service, reading.person)
})

const flipped = ({ properties }: StoredRow) => ({
  ...properties,
  b0: (properties['b0'] as Uint8Array).map((byte, at) => (at === 40 ? byte ^ 1 : byte)),
})

describe.each<[string, (row: StoredRow, other: StoredRow) => StoredRow['properties']]>([
  ['K1: a grant of which one bit was changed', flipped],
  ['K2: a grant that another one was put over', (_, { properties }) => properties],
])('%s', (_, spoilt) => {
  beforeEach(() => {
    const [other, row] = grants()
    if (row === undefined || other === undefined) throw new Error('no grants')
    fixture.tables.overwrite('oauth', { ...row, properties: spoilt(row, other) })
  })

  test('lets nobody in, is kept as evidence, and holds up nothing of the account', async () => {
    await pass(fixture, hours(2), minutes(10))
    reading.mailbox.create(oneHour('Made afterwards', '2026-11-20'))
    await fixture.deliver()
    expect(await reading.shown()).toEqual(reading.actual())
    expect([copies().length, linesOf(fixture, 'row-quarantined').length]).toEqual([1, 1])
    expect((await planner.get('/v1/account')).status).not.toBe(200)
  })

  test('keeps the person from none of their pages, and the program from being allowed again', async () => {
    expect((await anna.open()).status).toBe(200)
    expect(JSON.parse(await textOf(await anna.open('/me/export.json')))).toMatchObject({
      integrators: [{ client_id: 'sample' }],
    })
    const again = await fixture.connect(reading.person, PLANNER)
    expect((await again.get('/v1/account')).status).toBe(200)
    expect((await anna.press('Revoke Integrator planner')).status).toBe(303)
    expect((await again.get('/v1/account')).status).toBe(401)
  })

  test('ends with all others when the person disconnects', async () => {
    expect((await anna.press('Disconnect all')).status).toBe(303)
    expect(grants()).toEqual([])
    await fixture.clock.advance(minutes(1))
    await fixture.settle()
    expect(linesOf(fixture, 'account-disconnected')).toHaveLength(1)
  })

  test('ends with a second press that comes after a first one which ended half-way', async () => {
    const page = await anna.open()
    const [readable] = grants()
    const { partitionKey = '', rowKey = '' } = readable ?? {}
    await fixture.tables.table('oauth').commit(partitionKey, [{ kind: 'delete', rowKey }])
    expect((await anna.press('Disconnect all', page)).status).toBe(303)
    expect(grants()).toEqual([])
  })

  test('K7: is erased with the account, and its copy', async () => {
    await anna.open()
    expect(copies()).toHaveLength(1)
    await fixture.service.erasure.begin(lastAccount(fixture), 'person')
    await untilErased(fixture)
    expect([...grants(), ...copies()]).toEqual([])
  })

  test('does not keep others from being held to a restriction', async () => {
    const other = await startReading(fixture, { singles: 1 })
    await fixture.clock.advance(minutes(1))
    const domains = ['nobody.example']
    await fixture.service.organisations.restrict(reading.person.tid, { domains, groups: [] }, 'acc_administrator')
    await fixture.service.lookAfterOrganisations()
    expect(linesOf(fixture, 'organisation-waits')).toEqual([])
    for (const each of [reading, other]) expect((await (await each.reader()).get('/v1/account')).status).toBe(401)
    expect(grants()).toEqual([])
  })
})
