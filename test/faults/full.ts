import { spawnSync } from 'node:child_process'
import { stdout } from 'node:process'
import type { Fault } from './fault.ts'
import { differentMessageIds } from './nonces.ts'

/** Makes a row's own number happen, where its tests make a small one happen. @returns whether the row holds. */
type Full = () => Promise<boolean> | boolean

/** A command of ours ends with 1 when what it proves does not hold. */
const command =
  (...words: readonly string[]): Full =>
  () => {
    stdout.write(`npm run ${words.join(' ')}\n`)
    return spawnSync('npm', ['run', '--silent', ...words], { stdio: ['ignore', 'inherit', 'inherit'] }).status === 0
  }

const MILLION = 1_000_000

const FULL: ReadonlyMap<string, Full> = new Map([
  ['W4', command('burst', '--', '--notifications', '100000', '--mailboxes', '10000')],
  ['Q7', command('large', '--', '--events', '50000', '--kills', '0')],
  ['K1', command('mutations', '--', '--count', String(MILLION))],
  ['K6', command('vault-load', '--', '--instances', '200', '--accounts', '100000')],
  ['K8', async () => (await differentMessageIds(MILLION)) === MILLION],
  ['O1', command('code-race', '--', '--rounds', '1000', '--parallel', '50')],
  ['A4', command('fuzz', '--', '--requests', '100000')],
])

/** @returns whether each of these rows that has a number of its own holds at it. */
export async function runFull(faults: readonly Fault[]): Promise<boolean> {
  let isWell = true
  for (const { id, name } of faults) {
    const full = FULL.get(id)
    if (full === undefined) continue
    stdout.write(`\n${id} ${name}, in full\n`)
    const holds = await full()
    stdout.write(`${id.padEnd(4)} ${holds ? 'holds' : 'FAILS'}\n`)
    isWell &&= holds
  }
  return isWell
}
