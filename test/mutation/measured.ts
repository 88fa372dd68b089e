import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { FOLDERS } from './folders.ts'

/** What a run over a whole folder came to. */
const Measurement = z.strictObject({
  killed: z.int(),
  survived: z.int(),
  date: z.iso.date(),
  /** Of the sources that were mutated. */
  hash: z.string(),
})
export type Measurement = z.infer<typeof Measurement>

type Measured = Readonly<Record<string, Measurement>>

const FILE = `${import.meta.dirname}/measured.json`
const README = `${import.meta.dirname}/../README.md`

export const readMeasured = (): Measured =>
  z.record(z.string(), Measurement).parse(JSON.parse(readFileSync(FILE, 'utf8')))

/** Keeps what was measured, and tells it in the README. */
export function keep(folder: string, measurement: Measurement): void {
  writeFileSync(FILE, `${JSON.stringify({ ...readMeasured(), [folder]: measurement }, undefined, 2)}\n`)
  writeTable()
}

export const writeTable = (): void => writeFileSync(README, withTable(readFileSync(README, 'utf8'), readMeasured()))

/** Of the names and contents of a folder's sources, without what has an entry of its own. */
export function hashOfSources(folder: string, root = '.'): string {
  const hash = createHash('sha256')
  for (const file of sourceFiles(folder, root)) hash.update(`${file}\0`).update(readFileSync(join(root, file)))
  return hash.digest('hex').slice(0, 16)
}

function sourceFiles(folder: string, root: string): readonly string[] {
  if (folder.endsWith('.ts')) return [folder]
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name}`)
    .filter((file) => file.endsWith('.ts') && !FOLDERS.includes(file))
    .sort()
}

const HEAD = ['| Folder | Killed | Mutants | Survived | Measured |', '|---|---|---|---|---|']

/** The text with the table of what was measured in the place of the one it has. */
export function withTable(text: string, measured: Measured, hashOf = hashOfSources): string {
  const rows = Object.entries(measured).map(([folder, one]) => row(folder, one, hashOf(folder)))
  const table = [...HEAD, ...rows].join('\n')
  return text.replace(/^\| Folder \| Killed .*\n(?:\|.*\n)*/m, `${table}\n`)
}

function row(folder: string, { killed, survived, date, hash }: Measurement, now: string): string {
  const mutants = killed + survived
  const score = ((100 * killed) / mutants).toFixed(1)
  const age = hash === now ? date : `${date}, changed since`
  return `| \`${folder}\` | ${score} % | ${mutants.toLocaleString('en')} | ${survived} | ${age} |`
}
