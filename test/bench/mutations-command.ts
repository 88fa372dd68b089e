import { parseArgs } from 'node:util'
import { mutate } from './mutations.ts'

// npm run mutations -- --count 1000000 --seed 1     damages sealed rows and keys in every way we know, and reads them
const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
  },
})

const began = performance.now()
const tallies = await mutate(Number(values.count), Number(values.seed))
let missed = 0
for (const [kind, { detected, accepted, absent }] of tallies) {
  missed += accepted + absent
  console.log(`${kind.padEnd(40)} detected ${detected}, accepted ${accepted}, taken for absent ${absent}`)
}
console.log(`${values.count} mutations, seed ${values.seed}, ${Math.round((performance.now() - began) / 1000)} s`)
console.log(missed === 0 ? 'every one was detected' : `${missed} WERE NOT DETECTED`)
process.exitCode = missed === 0 ? 0 : 1
