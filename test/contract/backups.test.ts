import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AZURITE_KEY, startAzurite as startBlobs } from '../../infra/local/azurite.ts'
import { CONTAINER, createBackupStore } from '../../shared/backup/azure-blobs.ts'
import { backUp } from '../../shared/backup/back-up.ts'
import type { BackupStore } from '../../shared/backup/ports.ts'
import { putBack } from '../../shared/backup/put-back.ts'
import { SILENT } from '../../shared/core/telemetry.ts'
import { type AzureTables, createTables } from '../../shared/storage/azure-tables.ts'
import type { Properties } from '../../shared/storage/table.ts'
import { type Azurite, startAzurite } from '../support/azurite.ts'
import { freeOffset } from '../support/free-offset.ts'
import { manualClock } from '../support/graph-stand-in.ts'
import { createMemoryBackups } from '../support/memory-backups.ts'
import { createMemoryVault } from '../support/memory-vault.ts'

let started: Azurite[]
let store: BackupStore
const tablesOf: AzureTables[] = []

beforeAll(async () => {
  const port = 10_000 + (await freeOffset())
  started = await Promise.all([startBlobs({ service: 'blob', port }), startAzurite(), startAzurite()])
  const access = { accountKey: AZURITE_KEY }
  const [blobs, ...tables] = started.map(({ url }) => url)
  tablesOf.push(...tables.map((url) => createTables({ url, access })))
  const { ContainerClient, StorageSharedKeyCredential } = await import('@azure/storage-blob')
  const credential = new StorageSharedKeyCredential('devstoreaccount1', AZURITE_KEY)
  await new ContainerClient(`${blobs}/${CONTAINER}`, credential).create()
  store = createBackupStore({ url: blobs ?? '', access })
})

afterAll(() => Promise.all(started.map((each) => each.close())))

describe.each([
  ['in memory', () => createMemoryBackups({ rows: () => [] }).store],
  ['in Azurite', () => store],
])('files of a backup %s', (_, of) => {
  test('are made once, listed in order with their facts, and read as they were written', async () => {
    const files = of()
    const [one, other] = ['20261121T140003Z', '20261122T000003Z']
    expect(await files.ids()).toEqual([])
    expect(await files.write(other, { name: 'b', facts: '{"next":"ab=="}' }, new Uint8Array([0, 255, 10]))).toBe(true)
    expect(await files.write(other, { name: 'a', facts: '{}' }, new Uint8Array())).toBe(true)
    expect(await files.write(one, { name: 'a', facts: '{}' }, new Uint8Array([1]))).toBe(true)
    expect(await files.write(other, { name: 'b', facts: 'others' }, new Uint8Array([1]))).toBe(false)
    expect(await files.ids()).toEqual([one, other])
    expect(await files.files(other)).toEqual([
      { name: 'a', facts: '{}' },
      { name: 'b', facts: '{"next":"ab=="}' },
    ])
    expect([...((await files.read(other, 'b')) ?? [])]).toEqual([0, 255, 10])
    expect([...((await files.read(other, 'a')) ?? [1])]).toEqual([])
    expect(await files.read(other, 'c')).toBeUndefined()
  })
})

test('what Azurite has stored is the same in other tables, with the type of each property', async () => {
  const [from, to] = tablesOf as [AzureTables, AzureTables]
  const values: Properties = {
    ...{ whole: 7, large: 1_800_000_000_000, part: 0.1, negative: -3, yes: true, no: false },
    ...{ text: 'æ "\n\\ 日', empty: '', bytes: new Uint8Array([0, 1, 255]), none: new Uint8Array() },
  }
  const rows = Array.from({ length: 1050 }, (_, at) => ({
    kind: 'insert' as const,
    rowKey: `row.${String(at).padStart(4, '0')}`,
    properties: values,
  }))
  for (let at = 0; at < rows.length; at += 100) await from.table('oauth').commit('p', rows.slice(at, at + 100))
  await from.table('keys').commit("o'ne", [{ kind: 'insert', rowKey: 'key', properties: { number: 1.5 } }])
  const vault = createMemoryVault({ modulusLength: 2048 })
  const given = { store, vault, environment: 'test', clock: manualClock(), log: () => undefined, telemetry: SILENT }
  const blind = { token: (...parts: string[]) => parts.join() }
  await backUp({ ...given, scan: from.scan, blind, restoredAt: undefined })
  const id = (await store.ids()).find((one) => !['20261121T140003Z', '20261122T000003Z'].includes(one)) ?? ''
  const put = await putBack({ ...given, scan: to.scan, tables: to }, id)
  expect([put.get('oauth'), put.get('keys')]).toEqual([1050, 2])
  expect(await edmTypes(to)).toEqual(await edmTypes(from))
  expect((await to.scan('oauth', undefined)).rows).toHaveLength(1000)
  const read = (await to.table('oauth').get('p', 'row.1049'))?.properties ?? {}
  for (const [name, value] of Object.entries(values))
    expect(value instanceof Uint8Array ? new Uint8Array(read[name] as Uint8Array) : read[name]).toEqual(value)
  await expect(putBack({ ...given, scan: to.scan, tables: to }, id)).rejects.toMatchObject({ code: 'TABLES_NOT_EMPTY' })
})

/** As the service says them, without the client library's reading of them. */
async function edmTypes(tables: AzureTables): Promise<unknown> {
  const { TableClient, AzureNamedKeyCredential } = await import('@azure/data-tables')
  const url = started[tablesOf.indexOf(tables) + 1]?.url ?? ''
  const credential = new AzureNamedKeyCredential('devstoreaccount1', AZURITE_KEY)
  const client = new TableClient(url, 'oauth', credential, { allowInsecureConnection: true })
  const {
    timestamp,
    etag,
    'odata.metadata': _,
    ...row
  } = await client.getEntity('p', 'row.0500', { disableTypeConversion: true })
  return row
}
