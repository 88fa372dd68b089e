import { expect, test } from 'vitest'
import { SyncError } from '../../../shared/core/errors.ts'
import { isKeyGone } from '../../../shared/crypto/key-gone.ts'

test('K7: a row whose account has no key, or another one, may have lost it to an erasure; no other failure says so', () => {
  expect(isKeyGone(new SyncError('KEY_MISSING', 'no key'))).toBe(true)
  expect(isKeyGone(new SyncError('ROW_CORRUPT', 'another key'))).toBe(true)
  expect(isKeyGone(new SyncError('STORAGE_UNAVAILABLE', 'busy'))).toBe(false)
})
