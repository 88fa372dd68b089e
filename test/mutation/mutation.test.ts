import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { FOLDERS, folderOf, sourcesOf, testsOf } from './folders.ts'
import { hashOfSources, readMeasured, withTable } from './measured.ts'
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

test('the README tells what was measured, and which folders have changed since: npm run mutation -- --table', () => {
  const readme = readFileSync('test/README.md', 'utf8')
  expect(withTable(readme, readMeasured())).toBe(readme)
  expect(FOLDERS).toEqual(expect.arrayContaining(Object.keys(readMeasured())))
})

test('a folder whose sources are not those that were measured has changed since', () => {
  const measured = { 'shared/events': { killed: 1_990, survived: 10, date: '2026-11-21', hash: 'then' } }
  const text = 'before\n\n| Folder | Killed | x |\n|---|---|---|\n| old | 1 | x |\n\nafter | Folder\n'
  const told = (hash: string) => withTable(text, measured, () => hash)
  expect(told('then')).toMatch(
    /^before\n\n\| Folder .*\n.*\n\| `shared\/events` \| 99.5 % \| 2,000 \| 10 \| 2026-11-21 \|\n\nafter \| Folder\n$/,
  )
  expect(told('now')).toContain('| 2026-11-21, changed since |')
})

test('the hash of a folder is another one after any change of its sources, and no other file matters', () => {
  const root = mkdtempSync(join(tmpdir(), 'sources-'))
  const write = (name: string, text: string) => writeFileSync(join(root, 'shared/crypto', name), text)
  mkdirSync(join(root, 'shared/crypto/inner'), { recursive: true })
  const hashes: string[] = []
  for (const [name, text] of [
    ['box.ts', 'one'],
    ['box.ts', 'two'],
    ['inner/more.ts', 'one'],
    ['vault.ts', 'apart'],
    ['RUNBOOK.md', 'text'],
  ] as const) {
    write(name, text)
    hashes.push(hashOfSources('shared/crypto', root))
  }
  rmSync(root, { recursive: true })
  expect(new Set(hashes.slice(0, 3)).size).toBe(3)
  expect(hashes.slice(3)).toEqual([hashes[2], hashes[2]])
})

test('the score counts what is listed as survived, and leaves out what is ignored', () => {
  const fates: Mutant['fate'][] = ['killed', 'killed', 'killed', 'survived', 'ignored']
  expect(scoreOf(fates.map((fate) => ({ ...MUTANT, fate })))).toBe(75)
})
