import { beforeEach, expect, test } from 'vitest'
import { minutes } from '../../shared/core/time.ts'
import { postJson } from '../support/asking.ts'
import { type Connection, PLANNER } from '../support/authorization.ts'
import { linesOf, type Reading, startReading } from '../support/reading.ts'
import { type ServiceFixture, startService } from '../support/service.ts'

let fixture: ServiceFixture
let reading: Reading
let connection: Connection
let profile: string

beforeEach(async () => {
  fixture = await startService()
  reading = await startReading(fixture, { singles: 3 })
  connection = await reading.reader()
  const { body } = await connection.get('/v1/profiles')
  profile = (body['profiles'] as { profile_id: string }[])[0]?.profile_id ?? ''
  await fixture.clock.advance(minutes(1))
})

const revoke = (profile_id: string, who = connection) =>
  postJson(fixture.service, `/v1/profiles/${profile_id}/revoke`, who.authorization().authorization, { profile_id })

test('the last integrator that revokes a profile leaves no subscription and no token behind', async () => {
  expect(await revoke(profile)).toMatchObject({ status: 202, body: {} })
  expect((await connection.get('/v1/userinfo')).status).toBe(401)
  await fixture.settle()
  expect(fixture.graph.subscriptions.list()).toEqual([])
  expect(linesOf(fixture, 'account-disconnected')).toHaveLength(1)
})

test('only the integrator that revokes is revoked, with all that the person has granted it', async () => {
  const again = await fixture.connect(reading.person)
  const planner = await fixture.connect(reading.person, PLANNER)
  expect((await revoke(profile)).status).toBe(202)
  expect((await again.get('/v1/userinfo')).status).toBe(401)
  expect((await planner.get('/v1/userinfo')).status).toBe(200)
  await fixture.settle()
  expect(fixture.graph.subscriptions.list()).toHaveLength(1)
})

test('O9: a profile of somebody else, or none at all, is not found and stays', async () => {
  const other = await startReading(fixture)
  const { body } = await (await other.reader()).get('/v1/profiles')
  const [foreign] = body['profiles'] as { profile_id: string }[]
  for (const id of [foreign?.profile_id ?? '', 'pro_1', '']) expect((await revoke(id)).status).toBe(404)
  expect((await (await other.reader()).get('/v1/userinfo')).status).toBe(200)
  expect((await connection.get('/v1/userinfo')).status).toBe(200)
})
