import { spawnSync } from 'node:child_process'
import { stdout } from 'node:process'
import type { Fault } from './fault.ts'
import { differentMessageIds } from './nonces.ts'
import { SIZES, sizeInFull } from './sizes.ts'

/** Makes a row's own number happen, where its tests make a small one happen. @returns whether the row holds. */
type Full = () => Promise<boolean> | boolean

/** A command of ours ends with 1 when what it proves does not hold. */
const command =
  (...words: readonly string[]): Full =>
  () => {
    stdout.write(`npm run ${words.join(' ')}\n`)
    return spawnSync('npm', ['run', '--silent', ...words], { stdio: ['ignore', 'inherit', 'inherit'] }).status === 0
  }

/** `--events 50000 --small 500`. */
const options = (size: Readonly<Record<string, number>>): readonly string[] =>
  Object.entries(size).flatMap(([name, value]) => [`--${name}`, String(value)])

const { W4, Q7, K6, K8, A4 } = SIZES

const FULL: ReadonlyMap<string, Full> = new Map([
  ['W4', command('burst', '--', ...options(W4.full))],
  ['Q7', command('large', '--', ...options(Q7.full), '--kills', '0')],
  ['K1', command('tamper', '--', '--count', '1000000')],
  ['K6', command('vault-load', '--', ...options(K6.full))],
  ['K8', async () => (await differentMessageIds(K8.full.rows)) === K8.full.rows],
  ['O1', command('code-race', '--', '--rounds', '1000', '--parallel', '50')],
  ['A4', command('fuzz', '--', ...options(A4.full))],
])

/** @returns whether each of these rows that has a number of its own holds at it. */
export async function runFull(faults: readonly Fault[]): Promise<boolean> {
  let isWell = true
  for (const { id, name } of faults) {
    const full = FULL.get(id)
    if (full === undefined) continue
    stdout.write(`\n${[`${id} ${name}`, sizeInFull(id) ?? 'in full'].join(', ')}\n`)
    const holds = await full()
    stdout.write(`${id.padEnd(4)} ${holds ? 'holds' : 'FAILS'}\n`)
    isWell &&= holds
  }
  return isWell
}
