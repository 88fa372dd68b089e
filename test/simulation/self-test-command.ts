import { availableParallelism } from 'node:os'
import { parseOptions, UsageError } from '../../infra/usage-error.ts'
import { createProgress } from '../support/progress.ts'
import { runProof, wholeNumber } from '../support/proof-command.ts'
import { MISTAKES } from './mistakes/mistakes.ts'
import { type Search, searchAll } from './mistakes/search.ts'

// npm run self-test                                all mistakes, each in up to 10,000 worlds
// npm run self-test -- --only Retry-After          those whose name says so
/** Of the whole list, so many have to be found in worlds that nobody has built for them. */
const LEAST_DRAWN = 25
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
  const found = searches.filter(({ by }) => by !== undefined)
  const drawn = found.filter(({ mistake }) => mistake.worlds === undefined)
  console.log(
    `${rows.join('\n')}\n${found.length} of ${mistakes.length} mistakes found, ` +
      `${drawn.length} of them in worlds that \`npm run simulate\` draws`,
  )
  const isEnough = drawn.length >= LEAST_DRAWN || mistakes.length < MISTAKES.length
  return found.length === mistakes.length && isEnough
}

const line = (name: string, finding: string, seed: string, kind: string): string =>
  [name.padEnd(92), finding.padEnd(44), seed.padStart(7), kind].join('  ')

const HEADINGS = line('The service is wrong like this', 'and is found out by', 'in seed', 'of worlds')

const row = ({ mistake: { name, worlds: kind }, by }: Search): string =>
  line(name, (by?.finding ?? 'NOT FOUND').slice(0, 44), String(by?.seed ?? ''), kind ?? 'as they are drawn')

runProof(USAGE, main)
