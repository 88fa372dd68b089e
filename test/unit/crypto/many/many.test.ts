import { expect, test } from 'vitest'
import { asSyncError } from '../../../../shared/core/errors.ts'
import { systemRandom } from '../../../../shared/core/random.ts'
import { minutes, seconds } from '../../../../shared/core/time.ts'
import type { KeyRing } from '../../../../shared/crypto/key-ring.ts'
import { patientVault } from '../../../../shared/crypto/patient-vault.ts'
import type { KeyOwner, Vault } from '../../../../shared/crypto/ports.ts'
import { differentMessageIds } from '../../../faults/nonces.ts'
import { SIZES } from '../../../faults/sizes.ts'
import { createKeyWorld } from '../../../support/crypto.ts'

const address = { table: 'accounts', partitionKey: 'p', rowKey: 'r' }
const owner = (account: string): KeyOwner => ({ kind: 'account', account })
const seal = ({ envelope }: KeyRing, account: string) =>
  envelope.seal(owner(account), address, 1, Buffer.from('content'))

test('K8: no two sealed rows share a message id', async () => {
  const { rows } = SIZES.K8.here
  expect(await differentMessageIds(rows)).toBe(rows)
})

test('K6: the vault is asked to unwrap once an hour, however many accounts there are', async () => {
  const world = createKeyWorld()
  const accounts = Array.from({ length: 1500 }, (_, index) => `account-${index}`)
  const first = world.instance()
  for (const account of accounts) await first.envelope.ensureAccountKey(account)
  expect(world.vault.operations).toEqual({ unwrap: 0, sign: 1 })
  const second = world.instance()
  for (let minute = 0; minute < 60; minute += 12) {
    await Promise.all([...accounts.map((account) => seal(second, account)), second.blindIndex()])
    world.clock.advance(minutes(12))
  }
  expect(world.vault.operations).toEqual({ unwrap: 1, sign: 1 })
})

test('K4: 200 instances ask a vault that is away for 30 minutes seldom, and not all at once when it is back', async () => {
  const world = createKeyWorld()
  const first = world.instance()
  await first.envelope.ensureAccountKey('account')
  const sealed = await seal(first, 'account')
  let calls = 0
  const counted: Vault = {
    ...world.vault,
    unwrap: (keyId, wrapped) => {
      calls += 1
      return world.vault.unwrap(keyId, wrapped)
    },
    verify: (keyId, message, signature) => {
      calls += world.vault.away ? 1 : 0
      return world.vault.verify(keyId, message, signature)
    },
  }
  const { clock } = world
  const open = async ({ envelope }: KeyRing, bytes: Uint8Array) =>
    Buffer.from(await envelope.open(owner('account'), address, 1, bytes)).toString()
  const instances = Array.from({ length: 200 }, () =>
    world.instance({ vault: patientVault(counted, { clock, random: systemRandom }) }),
  )
  const outcomes = async () => {
    const told = await Promise.all(
      instances.map((ring) => open(ring, sealed).catch((error) => asSyncError(error).code)),
    )
    return new Set(told)
  }
  expect(await outcomes()).toEqual(new Set(['content']))
  clock.advance(minutes(45))
  world.vault.away = true
  const windows: number[] = []
  const tick = async () => {
    calls = 0
    const seen = await outcomes()
    windows.push(calls)
    clock.advance(seconds(30))
    return seen
  }
  for (let at = 0; at < 15 * 2; at++) expect(await tick()).toEqual(new Set(['content']))
  for (let at = 0; at < 15 * 2; at++) expect(await tick()).toEqual(new Set(['VAULT_UNAVAILABLE']))
  world.vault.away = false
  for (let at = 0; at < 3; at++) await tick()
  expect(await tick()).toEqual(new Set(['content']))
  // Of half a minute each; half of the limit is 500 in 10 seconds.
  expect(Math.max(...windows)).toBeLessThan(500)
}, 240_000)
