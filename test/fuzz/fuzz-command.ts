import { parseArgs } from 'node:util'
import { fuzz } from './fuzz.ts'
import { startInProcess } from './in-process.ts'
import { startWhole } from './whole-system.ts'

// npm run fuzz -- --requests 100000 --seed 3 [--whole]
const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    whole: { type: 'boolean', default: false },
  },
})

const order = { requests: Number(values.requests), seed: Number(values.seed) }
const target = values.whole ? await startWhole() : await startInProcess()
const { statuses, failures } = await fuzz(target, order)
await target.close()

for (const [endpoint, counts] of Object.entries(statuses).sort(([a], [b]) => (a < b ? -1 : 1))) {
  const list = Object.entries(counts).map(([status, count]) => `${status} x ${count}`)
  console.log(`${endpoint.padEnd(22)} ${list.join('   ')}`)
}
for (const failure of failures) console.log(`\n${failure}`)
const total = Object.values(statuses).reduce((sum, counts) => sum + Object.values(counts).reduce((a, b) => a + b, 0), 0)
console.log(`\n${total} requests, seed ${order.seed}, ${Math.round(process.uptime())} s, ${failures.length} failures`)
process.exitCode = failures.length === 0 ? 0 : 1
