import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { FOLDERS, folderOf, sourcesOf, testsOf } from './folders.ts'
import type { Mutant } from './mutate.ts'
import { compare, placeOf, readSurvivors, scoreOf } from './survivors.ts'

const MUTANT: Mutant = {
  ...{ file: 'shared/events/window.ts', code: 'return a < b', original: 'a < b', replacement: 'a <= b' },
  ...{ line: 7, fate: 'survived' },
}
const LISTED = { ...MUTANT, reason: 'equal ones are the same' }

const filesOf = (pattern: string): readonly string[] => {
  if (!pattern.endsWith('/*.test.ts')) return existsSync(pattern) ? [pattern] : []
  return readdirSync(pattern.slice(0, -'/*.test.ts'.length)).filter((name) => name.endsWith('.test.ts'))
}

test('every folder has sources to mutate and tests to judge with', () => {
  for (const folder of FOLDERS) {
    expect(existsSync(folder), folder).toBe(true)
    for (const pattern of testsOf(folder)) expect(filesOf(pattern), pattern).not.toEqual([])
  }
})

test('a file is judged with the folder it is in, or by itself where it has an entry', () => {
  expect(folderOf('shared/crypto/box.ts')).toBe('shared/crypto')
  expect(folderOf('shared/crypto/vault.ts')).toBe('shared/crypto/vault.ts')
  expect(sourcesOf('shared/crypto')).toContain('!shared/crypto/vault.ts')
  expect(folderOf('shared/eventsource')).toBeUndefined()
})

test('every listed survivor is a change of code that is there, and is listed once', () => {
  const survivors = readSurvivors()
  for (const { file, code, original } of survivors) {
    expect(folderOf(file), file).toBeDefined()
    const lines = readFileSync(file, 'utf8').split('\n')
    expect(lines.map((line) => line.trim())).toContain(code)
    expect(lines.join(' ').replace(/\s+/g, ' ')).toContain(original)
  }
  expect(new Set(survivors.map(placeOf)).size).toBe(survivors.length)
})

test('a survivor that is not listed shows, and so does a listed one that was killed', () => {
  expect(compare([MUTANT], [])).toEqual({ unlisted: [MUTANT], gone: [] })
  expect(compare([MUTANT], [LISTED])).toEqual({ unlisted: [], gone: [] })
  expect(compare([{ ...MUTANT, fate: 'killed' }], [LISTED])).toEqual({ unlisted: [], gone: [LISTED] })
  expect(compare([{ ...MUTANT, replacement: 'true' }], [LISTED])).toMatchObject({ gone: [LISTED] })
  expect(compare([], [LISTED])).toEqual({ unlisted: [], gone: [] })
})

test('the score counts what is listed as survived, and leaves out what is ignored', () => {
  const fates: Mutant['fate'][] = ['killed', 'killed', 'killed', 'survived', 'ignored']
  expect(scoreOf(fates.map((fate) => ({ ...MUTANT, fate })))).toBe(75)
})
