import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod'
import { type KeyVault, startKeyVault } from '../../infra/local/key-vault/start-key-vault.ts'
import { minutes, systemClock } from '../../shared/core/time.ts'
import type { Vault } from '../../shared/crypto/ports.ts'
import { createVault, staticVaultCredential, VAULT_KEY_NAMES } from '../../shared/crypto/vault.ts'
import { createCountedVault } from '../support/counted-vault.ts'
import { createStillClock } from '../support/crypto.ts'
import { createMemoryVault } from '../support/memory-vault.ts'

const TOKEN = 'a-token-only-this-test-knows'

let server: KeyVault
beforeAll(async () => {
  server = await startKeyVault({ port: 0, token: TOKEN, keys: Object.values(VAULT_KEY_NAMES) })
}, 240_000)
afterAll(() => server.close())

const Log = z.object({ counts: z.record(z.string(), z.number()) })

async function requestsOfServer(): Promise<number> {
  const { counts } = Log.parse(await (await fetch(`${server.url}/_control/log`)).json())
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}

/** What an instance may ask for in two hours. @returns how many requests there were after each step. */
async function twoHours(open: (clock: ReturnType<typeof createStillClock>) => Vault, requests: () => unknown) {
  const clock = createStillClock()
  const vault = open(clock)
  const message = Buffer.from('a record')
  const counted: unknown[] = []
  const step = async <Result>(act: () => Promise<Result>): Promise<Result> => {
    const result = await act()
    counted.push(await requests())
    return result
  }
  const { keyId, wrapped } = await step(() => vault.wrap(randomBytes(32)))
  await step(() => vault.unwrap(keyId, wrapped))
  const signed = await step(() => vault.sign(message))
  for (let time = 0; time < 2; time++) await step(() => vault.verify(signed.keyId, message, signed.signature))
  for (let passed = 0; passed < 2; passed++) {
    clock.advance(minutes(59))
    await step(() => vault.wrap(randomBytes(32)))
    await step(() => vault.sign(message))
  }
  await step(() => vault.current())
  await step(() => vault.wrap(randomBytes(32)))
  const next = open(clock)
  for (let time = 0; time < 2; time++) await step(() => next.verify(signed.keyId, message, signed.signature))
  return counted
}

test('a counted vault in memory has sent as many requests as the adapter sends to a vault', async () => {
  const credential = staticVaultCredential(TOKEN, systemClock)
  const asked = await twoHours((clock) => createVault({ url: server.url, credential, clock }), requestsOfServer)
  const memory = createMemoryVault()
  const instances: ReturnType<typeof createCountedVault>[] = []
  const counted = await twoHours(
    (clock) => {
      const instance = createCountedVault(memory, clock)
      instances.push(instance)
      return instance
    },
    () => instances.reduce((sum, instance) => sum + instance.requests(), 0),
  )
  expect(counted).toEqual(asked)
  expect(counted.at(-1)).toBe(11)
})
