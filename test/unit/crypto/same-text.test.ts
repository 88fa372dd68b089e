import { expect, test } from 'vitest'
import { sameText } from '../../../shared/crypto/same-text.ts'

test.each([
  ['abc', 'abc', true],
  ['', '', true],
  ['abc', 'abd', false],
  ['abc', 'abcd', false],
  ['abc', '', false],
  // As many characters, and more bytes.
  ['abc', 'ab\u00e6', false],
])('%j and %j are the same text: %j', (one, other, isSame) => {
  expect(sameText(one, other)).toBe(isSame)
  expect(sameText(other, one)).toBe(isSame)
})
