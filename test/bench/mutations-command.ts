import { parseArgs } from 'node:util'
import * as z from 'zod'
import { mutate } from './mutations.ts'

// npm run mutations -- --count 1000000 --seed 1     damages sealed rows and keys in every way we know, and reads them
const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
  },
})

const Count = z.coerce.number().int().positive()
const { count, seed } = z.object({ count: Count, seed: Count }).parse(values)

const began = performance.now()
const tallies = await mutate(count, seed)
let missed = 0
for (const [kind, { detected, accepted, absent }] of tallies) {
  missed += accepted + absent
  console.log(`${kind.padEnd(40)} detected ${detected}, accepted ${accepted}, taken for absent ${absent}`)
}
console.log(`${count} mutations, seed ${seed}, ${Math.round((performance.now() - began) / 1000)} s`)
console.log(missed === 0 ? 'every one was detected' : `${missed} WERE NOT DETECTED`)
process.exitCode = missed === 0 ? 0 : 1
