import { expect, test } from 'vitest'
import { days, later, minutes } from '../../../shared/core/time.ts'
import type { LinkToken } from '../../../shared/integrators/link-tokens.ts'
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
  return { clock, tables, stores, counters, tokenOf, partitions }
}

test('what is begun on a day is spread over 4 partitions, and found and used with a request each', async () => {
  const { stores, counters, tokenOf, partitions } = await start()
  for (let at = 0; at < 200; at++) await stores.linkTokens.insert(tokenOf(at))
  expect(partitions().size).toBe(4)
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

test('what is over is deleted in all of them', async () => {
  const { stores, clock, tables, tokenOf } = await start()
  await stores.forgetOld()
  for (let at = 0; at < 50; at++) await stores.linkTokens.insert(tokenOf(at))
  const before = tables.rows('oauth').length
  clock.advance(minutes(4))
  await stores.forgetOld()
  expect(tables.rows('oauth')).toHaveLength(before)
  clock.advance(minutes(1))
  await stores.forgetOld()
  expect(tables.rows('oauth')).toHaveLength(before - 50)
})

test('what has been missed for days is looked for once a day', async () => {
  const { stores, clock, counters, tables, tokenOf } = await start()
  await stores.linkTokens.insert(tokenOf(1))
  const before = tables.rows('oauth').length
  clock.advance(days(20))
  await stores.forgetOld()
  expect(tables.rows('oauth')).toHaveLength(before - 1)
  expect(counters.pages).toBe(36 * 4)
  counters.pages = 0
  clock.advance(minutes(15))
  await stores.forgetOld()
  expect(counters.pages).toBe(2 * 4)
  clock.advance(days(1))
  await stores.forgetOld()
  expect(counters.pages).toBe((2 + 36) * 4)
})
