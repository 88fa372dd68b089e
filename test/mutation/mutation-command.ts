import { parseOptions, UsageError } from '../../infra/usage-error.ts'
import { systemClock, toIsoSeconds } from '../../shared/core/time.ts'
import { runProof, wholeNumber } from '../support/proof-command.ts'
import { FOLDERS, folderOf, sourcesOf } from './folders.ts'
import { hashOfSources, keep, writeTable } from './measured.ts'
import { type Mutant, mutate } from './mutate.ts'
import { compare, readSurvivors, scoreOf } from './survivors.ts'

// npm run mutation -- --only shared/events     changes the code in small ways and looks whether a test notices each
// npm run mutation -- --table                  only tells in test/README.md which folders have changed since
const USAGE = 'npm run mutation -- [--only <folder or file>]... [--static] [--workers 1] [--fresh] | --table'

/** Of 100 mutants. Much of the vault's adapter is what only a vault in Azure would show. */
const enoughIn = (path: string): number => (path === 'shared/crypto/vault.ts' ? 90 : 95)

function options() {
  const { values } = parseOptions({
    options: {
      only: { type: 'string', multiple: true, default: [...FOLDERS] },
      workers: { type: 'string', default: '1' },
      fresh: { type: 'boolean', default: false },
      static: { type: 'boolean', default: false },
      table: { type: 'boolean', default: false },
    },
  })
  const only = values.only.map((path) => path.replace(/\/$/, ''))
  const foreign = only.find((path) => folderOf(path) === undefined)
  if (foreign !== undefined) throw new UsageError(`${foreign} is not mutated; the folders are ${FOLDERS.join(', ')}`)
  const { fresh, static: statics, table } = values
  return { only, workers: wholeNumber('workers', values.workers), fresh, statics, table }
}

const today = (): string => toIsoSeconds(systemClock.now()).slice(0, 10)

function countOf(mutants: readonly Mutant[]): Readonly<Record<Mutant['fate'], number>> {
  const count = (fate: Mutant['fate']) => mutants.filter((mutant) => mutant.fate === fate).length
  return { killed: count('killed'), survived: count('survived'), ignored: count('ignored') }
}

/** @returns whether enough mutants were killed and the list of survivors is right. */
function report(path: string, mutants: readonly Mutant[]): boolean {
  const { unlisted, gone } = compare(mutants, readSurvivors())
  const { killed, survived, ignored } = countOf(mutants)
  const score = scoreOf(mutants)
  console.log(
    `${path.padEnd(24)} ${score.toFixed(1)} % killed: ${killed}, survived ${survived} (${unlisted.length} not listed), left alone ${ignored}`,
  )
  for (const { line, fate: _, ...mutant } of unlisted) console.log(`  line ${line}: ${JSON.stringify(mutant)}`)
  for (const { file, code, replacement } of gone)
    console.log(`  listed, but noticed or no more there: ${file}: ${code} => ${replacement}`)
  return score >= enoughIn(path) && unlisted.length === 0 && gone.length === 0
}

async function main(): Promise<boolean> {
  const { only, table, ...how } = options()
  if (table) {
    writeTable()
    return true
  }
  let isEnough = true
  for (const folder of new Set(only.map((path) => folderOf(path) ?? path))) {
    const paths = only.filter((path) => folderOf(path) === folder)
    const hash = hashOfSources(folder)
    const mutants = await mutate(folder, paths.flatMap(sourcesIn), how)
    if (how.fresh && !how.statics && paths.includes(folder)) {
      const { killed, survived } = countOf(mutants)
      keep(folder, { killed, survived, date: today(), hash })
    }
    for (const path of paths)
      isEnough =
        report(
          path,
          mutants.filter(({ file }) => isIn(path, file)),
        ) && isEnough
  }
  return isEnough
}

function sourcesIn(path: string): readonly string[] {
  if (FOLDERS.includes(path)) return sourcesOf(path)
  return [path.endsWith('.ts') ? path : `${path}/**/*.ts`]
}

function isIn(path: string, file: string): boolean {
  return file === path || file.startsWith(`${path}/`)
}

runProof(USAGE, main)
