import { expect, test } from 'vitest'
import { failureFacts } from '../../../shared/core/log.ts'
import { vaultFailure } from '../../../shared/crypto/vault-failure.ts'

test('the log names the failure when the connection to the vault broke, and says how it broke', () => {
  const broken = vaultFailure('get', Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }))
  expect(failureFacts(broken)).toMatchObject({ code: 'VAULT_UNAVAILABLE', reason: 'ECONNRESET', operation: 'get' })
})
