import { simulate } from './simulation.ts'
import { withCursorFirst, withoutFence } from './broken-tables.ts'
import type { Swarm } from './swarm.ts'
const zombies = (swarm: Swarm): Swarm => ({ ...swarm, latencyMs: 2000, pauseMs: 5000, instances: 3, pageSize: 3, faults: { ...swarm.faults, lockLost: 0.7, notificationLost: 0 } })
const crashes = (swarm: Swarm): Swarm => ({ ...swarm, faults: { ...swarm.faults, crash: 0.03, tableCommit: 0.1 } })
for (const [name, options] of Object.entries({ none: { adjust: zombies }, none2: {adjust: crashes}, withCursorFirst: { between: withCursorFirst, adjust: crashes }, withoutFence: { between: withoutFence, adjust: zombies } })) {
  const failing: string[] = []
  const t = Date.now()
  for (let s = 100_001; s < 100_041; s++) { const r = await simulate(s, options); if (r.findings.length) failing.push(`${s-100001}:${r.findings[0]?.slice(0,60)}`) }
  console.log(name, Date.now() - t, failing)
}
const r = await simulate(100013); console.log(r.findings)
