import { expect, test } from 'vitest'
import { minutes } from '../../shared/core/time.ts'
import {
  expectLetIn,
  manyGroups,
  NOT_ALLOWED,
  OTHERS,
  PILOTS,
  refused,
  startContoso,
  trailOf,
} from '../support/contoso.ts'
import { lastAccount } from '../support/erasing.ts'
import { linesOf } from '../support/reading.ts'

test('a restriction to domains lets in the exact domain only, in any case', async () => {
  const { fixture, anna, bent, restrict } = await startContoso()
  expect((await restrict({ domains: ' @SUB.contoso.example, ' })).body).toContain('Saved.')
  await expectLetIn(fixture, bent)
  expect(await refused(fixture, anna)).toContain(NOT_ALLOWED)
})

test('a restriction to groups lets in whoever is in one of them', async () => {
  const { fixture, anna, bent, restrict } = await startContoso()
  await restrict({ groups: `${OTHERS}\r\n${PILOTS.toUpperCase()}` })
  await expectLetIn(fixture, anna)
  expect(await refused(fixture, bent)).toContain(NOT_ALLOWED)
})

test('a form that was opened before another decision changes nothing, and shows what holds now', async () => {
  const { fixture, bent, browser, restrict } = await startContoso()
  const stale = await browser.open('/organisation')
  await restrict({ groups: PILOTS })
  const answered = await browser.submit(stale, { domains: 'sub.contoso.example' }, 'restrict')
  expect([answered.status, answered.body]).toEqual([409, expect.stringContaining('changed meanwhile')])
  expect(answered.body).toMatch(new RegExp(`name="groups"[^>]*>${PILOTS}<`))
  expect(answered.body).not.toContain('sub.contoso.example<')
  expect(await refused(fixture, bent)).toContain(NOT_ALLOWED)
  // What is shown then can be saved.
  expect((await browser.submit(answered, { groups: OTHERS }, 'restrict')).body).toContain('Saved.')
})

test('with both, a person has to meet both', async () => {
  const { fixture, tid, anna, bent, restrict } = await startContoso()
  const dora = fixture.world.addPerson({ tid, displayName: 'Dora Lund', groups: [PILOTS] })
  dora.userPrincipalName = 'dora@sub.contoso.example'
  await restrict({ groups: PILOTS, domains: 'sub.contoso.example' })
  await expectLetIn(fixture, dora)
  for (const person of [anna, bent]) expect(await refused(fixture, person)).toContain(NOT_ALLOWED)
})

test('whoever is in too many groups to know is refused, and reads what the administrator can do', async () => {
  const { fixture, restrict, tid } = await startContoso()
  await restrict({ groups: PILOTS })
  const dora = fixture.world.addPerson({ tid, displayName: 'Dora Lund', groups: manyGroups(201) })
  expect(await refused(fixture, dora)).toContain('You are in too many groups to check')
})

test('whoever is connected and outside of a new restriction is disconnected within minutes, the others are not', async () => {
  const { fixture, anna, bent, restrict, lookAfter } = await startContoso()
  const [inside, outside] = [await fixture.connect(bent), await fixture.connect(anna)]
  await fixture.settle()
  await fixture.clock.advance(minutes(1))
  await restrict({ domains: 'sub.contoso.example' })
  await lookAfter()
  expect([(await inside.get('/v1/userinfo')).status, (await outside.get('/v1/userinfo')).status]).toEqual([200, 401])
  expect(linesOf(fixture, 'account-disconnected')).toHaveLength(1)
  expect(fixture.graph.subscriptions.list()).toHaveLength(1)
  const revoked = (await trailOf(fixture)).split('\r\n').filter((line) => line.includes('"revoked"'))
  expect(revoked).toEqual([expect.stringContaining('"service"')])
  expect(revoked).toEqual([expect.stringContaining('reason=organisation-restricted-domain')])
})

test('an outsider whose trail does not open loses the connection too, and holds up nobody', async () => {
  const { fixture, anna, bent, restrict, lookAfter } = await startContoso()
  const outsiders = [await fixture.connect(anna), await fixture.connect(bent)]
  const account = lastAccount(fixture)
  const isHead = ({ rowKey }: { rowKey: string }) => rowKey.includes('head') && rowKey.includes(account)
  for (const row of fixture.tables.rows('audit').filter(isHead))
    fixture.tables.overwrite('audit', { ...row, properties: { ...row.properties, b0: new Uint8Array(120) } })
  await fixture.clock.advance(minutes(1))
  await restrict({ domains: 'elsewhere.example' })
  await lookAfter()
  for (const outside of outsiders) expect((await outside.get('/v1/userinfo')).status).toBe(401)
  expect(linesOf(fixture, 'end-unrecorded')).toMatchObject([
    { account, act: 'revoked', code: 'ROW_CORRUPT' },
    { account, act: 'disconnected', code: 'ROW_CORRUPT' },
  ])
  expect(linesOf(fixture, 'account-disconnected')).toHaveLength(2)
  expect(linesOf(fixture, 'organisation-waits')).toEqual([])
})

test('groups count as they were at the sign-in, also for a restriction that comes later', async () => {
  const { fixture, anna, bent, restrict, lookAfter } = await startContoso()
  const [inside, outside] = [await fixture.connect(anna), await fixture.connect(bent)]
  await restrict({ groups: PILOTS })
  await lookAfter()
  expect([(await inside.get('/v1/userinfo')).status, (await outside.get('/v1/userinfo')).status]).toEqual([200, 401])
})

test('whose own sign-in says that they are outside now loses what they had before', async () => {
  const { fixture, anna, restrict, lookAfter } = await startContoso()
  const inside = await fixture.connect(anna)
  await restrict({ groups: PILOTS })
  await lookAfter()
  expect((await inside.get('/v1/userinfo')).status).toBe(200)
  anna.groups.clear()
  expect(await refused(fixture, anna)).toContain(NOT_ALLOWED)
  await lookAfter()
  expect((await inside.get('/v1/userinfo')).status).toBe(401)
})

test('nobody who is on the way while a restriction is made gets past it', async () => {
  const { fixture, anna, restrict, lookAfter } = await startContoso()
  await restrict({ domains: 'sub.contoso.example' })
  await lookAfter()
  // As if the sign-in had looked before the restriction was there.
  const { service, tables } = fixture
  const restricted = tables.rows('organisations').map(({ etag: _, ...row }) => row)
  await restrict({ domains: '' })
  const late = await fixture.connect(anna)
  for (const row of restricted) tables.overwrite('organisations', row)
  await fixture.clock.advance(minutes(9))
  await lookAfter()
  expect((await late.get('/v1/userinfo')).status).toBe(200)
  await fixture.clock.advance(minutes(1))
  await service.lookAfterOrganisations()
  expect((await late.get('/v1/userinfo')).status).toBe(401)
  const tasks = fixture.tables.rows('organisations').filter(({ rowKey }) => rowKey.startsWith('org_'))
  expect(tasks).toEqual([])
})

test.each([
  ['domains', 'contoso', 'is not a domain like'],
  ['domains', 'https://contoso.example', 'is not a domain like'],
  ['groups', 'Leadership', 'is not an object ID like'],
  ['groups', '<b>', 'is not an object ID like'],
])('what is no entry of %s is said beside it, and stays as it was typed', async (field, typed, problem) => {
  const { browser, restrict, fixture, tid } = await startContoso()
  await browser.open('/organisation')
  const { status, body } = await restrict({ [field]: typed })
  expect(status).toBe(422)
  expect(body).toContain(problem)
  expect(body).toMatch(
    new RegExp(`id="${field}"[^>]*aria-invalid="true">${typed.replace('<', '&lt;').replace('>', '&gt;')}</textarea>`),
  )
  expect((await fixture.service.organisations.find(tid))?.restriction).toEqual({ domains: [], groups: [] })
})
