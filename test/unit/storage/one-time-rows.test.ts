import { expect, test } from 'vitest'
import * as z from 'zod'
import { days, later, minutes, toIsoSeconds } from '../../../shared/core/time.ts'
import type { LinkToken } from '../../../shared/integrators/link-tokens.ts'
import { Instant } from '../../../shared/storage/instant.ts'
import { createOneTimeRows } from '../../../shared/storage/oauth/one-time-rows.ts'
import { createSealedRows } from '../../../shared/storage/sealed-rows.ts'
import { createCountedTables, createTableCounters } from '../../support/counted-tables.ts'
import { createKeyWorld } from '../../support/crypto.ts'

async function start() {
  const { clock, tables, instance } = createKeyWorld()
  const keys = instance()
  const [blind, rows] = [await keys.blindIndex(), createSealedRows(keys)]
  const counters = createTableCounters()
  const stores = createOneTimeRows(createCountedTables(tables, counters), rows, blind, clock)
  const tokenOf = (at: number): LinkToken => ({
    token: `token ${at}`,
    clientId: 'planner',
    expiresAt: later(clock.now(), minutes(5)),
  })
  const partitions = () => new Set(tables.rows('oauth').map(({ partitionKey }) => partitionKey))

  /** As the release before stored it, in the one partition of its day. */
  async function insertAsBefore(value: LinkToken): Promise<void> {
    const schema = z.object({ token: z.string(), clientId: z.string(), expiresAt: Instant })
    const kind = rows.kind({ name: 'link-token', table: 'oauth', schema, version: 1 })
    const partitionKey = blind.token('sign-in', 'day', toIsoSeconds(clock.now()).slice(0, 10))
    const rowKey = blind.token('sign-in', 'link', value.token)
    const sealed = await kind.encode({ kind: 'service' }, partitionKey, rowKey, value)
    tables.overwrite('oauth', { partitionKey, rowKey, properties: { ...sealed, expires: value.expiresAt } })
  }
  return { clock, tables, stores, counters, tokenOf, partitions, insertAsBefore }
}

test('what is begun on a day is spread over 16 partitions, and found and used with a request each', async () => {
  const { stores, counters, tokenOf, partitions } = await start()
  for (let at = 0; at < 200; at++) await stores.linkTokens.insert(tokenOf(at))
  expect(partitions().size).toBe(16)
  counters.gets = 0
  const found = await stores.linkTokens.find('token 7')
  expect(found?.value.token).toBe('token 7')
  expect(counters.gets).toBe(1)
  counters.commits = 0
  expect(found && (await stores.linkTokens.take(found))).toBe(true)
  expect(counters.commits).toBe(1)
  expect(found && (await stores.linkTokens.take(found))).toBe(false)
  expect(await stores.linkTokens.find('token 7')).toBeUndefined()
})

test('what is over is deleted in all of them, and what the release before has stored', async () => {
  const { stores, clock, tables, tokenOf, insertAsBefore } = await start()
  await stores.forgetOld()
  for (let at = 0; at < 50; at++) await stores.linkTokens.insert(tokenOf(at))
  await insertAsBefore(tokenOf(50))
  const before = tables.rows('oauth').length
  clock.advance(minutes(4))
  await stores.forgetOld()
  expect(tables.rows('oauth')).toHaveLength(before)
  clock.advance(minutes(1))
  await stores.forgetOld()
  expect(tables.rows('oauth')).toHaveLength(before - 51)
})

test('what has been missed for days is looked for once a day', async () => {
  const { stores, clock, counters, tables, tokenOf } = await start()
  await stores.linkTokens.insert(tokenOf(1))
  const before = tables.rows('oauth').length
  clock.advance(days(20))
  await stores.forgetOld()
  expect(tables.rows('oauth')).toHaveLength(before - 1)
  expect(counters.pages).toBe(36 * 17)
  counters.pages = 0
  clock.advance(minutes(15))
  await stores.forgetOld()
  expect(counters.pages).toBe(2 * 17)
  clock.advance(days(1))
  await stores.forgetOld()
  expect(counters.pages).toBe((2 + 36) * 17)
})

test('what the release before has stored is found and used once', async () => {
  const { stores, tokenOf, insertAsBefore } = await start()
  await insertAsBefore(tokenOf(1))
  const found = await stores.linkTokens.find('token 1')
  expect(found?.value).toEqual(tokenOf(1))
  expect(found && [await stores.linkTokens.take(found), await stores.linkTokens.take(found)]).toEqual([true, false])
})
