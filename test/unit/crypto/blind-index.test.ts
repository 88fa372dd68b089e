import { expect, test } from 'vitest'
import { createBlindIndex } from '../../../shared/crypto/blind-index.ts'

const root = Buffer.alloc(32, 3)
const index = createBlindIndex(root)

test('a token is 22 base64url characters and the same for the same input', () => {
  expect(index.token('event', 'integrator', 'id')).toMatch(/^[A-Za-z0-9_-]{22}$/)
  expect(createBlindIndex(root).token('event', 'integrator', 'id')).toBe(index.token('event', 'integrator', 'id'))
})

test('another purpose, another split of the parts or another root gives another token', () => {
  const tokens = [
    index.token('event', 'ab', 'c'),
    index.token('event', 'a', 'bc'),
    index.token('event', 'abc'),
    index.token('event', 'abc', ''),
    index.token('calendar', 'ab', 'c'),
    createBlindIndex(Buffer.alloc(32, 4)).token('event', 'ab', 'c'),
  ]
  expect(new Set(tokens).size).toBe(tokens.length)
})

test('a token is the beginning of the code over the same parts', () => {
  const mac = index.mac('client-state', 'account', 'calendar')
  expect(mac).toHaveLength(32)
  expect(Buffer.from(mac).toString('base64url').slice(0, 22)).toBe(index.token('client-state', 'account', 'calendar'))
})

test('wiping the root that was handed over changes nothing', () => {
  const secret = Buffer.from(root)
  const copied = createBlindIndex(secret)
  secret.fill(0)
  expect(copied.token('event', 'id')).toBe(index.token('event', 'id'))
})
