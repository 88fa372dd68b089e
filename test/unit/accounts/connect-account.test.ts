import { describe, expect, test } from 'vitest'
import { type ConnectAccountDependencies, createAccountsPort } from '../../../shared/accounts/connect-account.ts'
import { SyncError } from '../../../shared/core/errors.ts'
import { NOW } from '../../support/pull-account.ts'

const IDENTITY = { tenantId: 't', objectId: 'o', username: 'u@contoso.example', name: 'U' }

/** Connects an account. @returns what was done in order, and the code of the failure. */
async function connected(more: { erased?: boolean; failure?: SyncError } = {}) {
  const done: string[] = []
  const dependencies = {
    accounts: {
      async connect() {
        done.push('stored')
        if (more.failure !== undefined) throw more.failure
      },
    },
    ledger: {
      async erasureOf() {
        done.push('ledger')
        return more.erased ? { at: NOW } : undefined
      },
    },
    blind: { token: () => 'x'.repeat(22) },
    envelope: { ensureAccountKey: async () => void done.push('key') },
    waker: { wake: async ([{ reason }]: [{ reason: string }]) => void done.push(`woken: ${reason}`) },
    clock: { now: () => NOW },
    log: (_level: string, event: string) => void done.push(event),
  }
  const port = createAccountsPort(dependencies as unknown as ConnectAccountDependencies)
  const code = await port.connect(IDENTITY, 'cache').then(
    () => undefined,
    (error: SyncError) => error.code,
  )
  return { done, code }
}

describe('who signs in', () => {
  test('is stored, and then woken', async () => {
    expect(await connected()).toEqual({
      done: ['key', 'stored', 'ledger', 'account-connected', 'woken: connected'],
      code: undefined,
    })
  })

  test('S6: and is being erased wakes nothing, and is not told that they are connected', async () => {
    expect(await connected({ erased: true })).toEqual({
      done: ['key', 'stored', 'ledger'],
      code: 'ACCOUNT_BEING_ERASED',
    })
  })

  test('S6: and whose key has gone meanwhile is told why', async () => {
    const failure = new SyncError('KEY_MISSING', 'no key')
    expect(await connected({ failure, erased: true })).toMatchObject({ code: 'ACCOUNT_BEING_ERASED' })
    expect(await connected({ failure })).toMatchObject({ code: 'KEY_MISSING' })
    const other = new SyncError('STORAGE_UNAVAILABLE', 'no')
    expect(await connected({ failure: other, erased: true })).toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
  })
})
