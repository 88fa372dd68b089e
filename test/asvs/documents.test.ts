import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type Proof, withoutTest } from '../support/proof.ts'

const DOCUMENTS = [
  'SECURITY.md',
  'infra/compliance/data-flows.md',
  'infra/compliance/record-of-processing.md',
  'infra/compliance/statements.md',
]

/** `unit/crypto/envelope.test.ts` and the name of the test, up to the end of the cell, of the brackets or of the line. */
const PROOF = /`([\w/.-]+\.test\.ts)` ([^|\n]*?)(?=\)[:.;,]|\s*(?:\||<br>|$))/gm

const proofsIn = (text: string): readonly Proof[] =>
  [...text.matchAll(PROOF)].map(([, file = '', name = '']) => ({ file, name: name.trim() }))

/** The rows of every table whose last column says what shows it. */
function statements(text: string): readonly string[] {
  const rows: string[] = []
  let isStated = false
  for (const line of text.split('\n')) {
    if (!line.startsWith('|')) isStated = false
    else if (/\| Shown by \|$/.test(line)) isStated = true
    else if (isStated && !line.startsWith('|---')) rows.push(line)
  }
  return rows
}

test.each(DOCUMENTS)('every test that %s names is there', (document) => {
  const proofs = proofsIn(readFileSync(document, 'utf8'))
  expect(proofs.length).toBeGreaterThan(5)
  expect(withoutTest(proofs)).toEqual([])
})

test.each(DOCUMENTS)('every statement of %s names a test', (document) => {
  const rows = statements(readFileSync(document, 'utf8'))
  expect(rows.filter((row) => proofsIn(row).length === 0)).toEqual([])
})
