import { availableParallelism } from 'node:os'
import { parseOptions, UsageError } from '../../infra/usage-error.ts'
import { createProgress } from '../support/progress.ts'
import { runProof, wholeNumber } from '../support/proof-command.ts'
import { MISTAKES } from './mistakes/mistakes.ts'
import { type Search, searchAll } from './mistakes/search.ts'

// npm run self-test                                all mistakes, each in up to 10,000 worlds
// npm run self-test -- --only Retry-After          those whose name says so
const USAGE = 'npm run self-test -- [--only TEXT] [--worlds N]'

function options() {
  const { values } = parseOptions({
    options: { only: { type: 'string', default: '' }, worlds: { type: 'string', default: '10000' } },
  })
  const mistakes = MISTAKES.filter(({ name }) => name.toLowerCase().includes(values.only.toLowerCase()))
  if (mistakes.length === 0) throw new UsageError(`no mistake is called ${values.only}`)
  return { mistakes, most: wholeNumber('worlds', values.worlds) }
}

async function main(): Promise<boolean> {
  const { mistakes, most } = options()
  const progress = createProgress('mistakes')
  const rows: string[] = []
  // A bar is in the way of lines.
  const say = (text: string) => (process.stderr.isTTY ? rows.push(text) : console.log(text))
  let ended = 0
  const done = (search: Search) => {
    say(row(search))
    progress.at(++ended, mistakes.length)
  }
  say(HEADINGS)
  progress.at(0, mistakes.length)
  const searches = await searchAll(mistakes, { workers: availableParallelism(), most, done })
  progress.end()
  const missed = searches.filter(({ by }) => by === undefined).length
  console.log([...rows, `\n${mistakes.length - missed} of ${mistakes.length} mistakes found`].join('\n'))
  return missed === 0
}

const line = (name: string, finding: string, seed: string, tried: string, kind: string): string =>
  [name.padEnd(92), finding.padEnd(44), seed.padStart(7), tried.padStart(6), kind].join('  ')

const HEADINGS = line('The service is wrong like this', 'and is found out by', 'seed', 'tried', 'in worlds')

const row = ({ mistake: { name, worlds: kind }, worlds, by }: Search): string =>
  line(name, (by?.finding ?? 'NOT FOUND').slice(0, 44), String(by?.seed ?? ''), String(worlds), kind ?? 'of any kind')

runProof(USAGE, main)
