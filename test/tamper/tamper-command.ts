import { readNumbers, runProof } from '../support/proof-command.ts'
import { tamper } from './tamper.ts'

// npm run tamper -- --count 1000000 --seed 1     damages sealed rows and keys in every way we know, and reads them
const USAGE = 'npm run tamper -- [--count 1000000] [--seed 1]'

async function main(): Promise<boolean> {
  const { count, seed } = readNumbers({ count: 1_000_000, seed: 1 })
  const began = performance.now()
  const tallies = await tamper(count, seed)
  let missed = 0
  for (const [kind, { detected, accepted, absent }] of tallies) {
    missed += accepted + absent
    console.log(`${kind.padEnd(40)} detected ${detected}, accepted ${accepted}, taken for absent ${absent}`)
  }
  console.log(`damaged ${count} times, seed ${seed}, ${Math.round((performance.now() - began) / 1000)} s`)
  console.log(missed === 0 ? 'every one was detected' : `${missed} WERE NOT DETECTED`)
  return missed === 0
}

runProof(USAGE, main)
