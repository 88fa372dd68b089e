import { simulate } from './simulation.ts'
const counts: Record<string, number> = {}
const [from, n] = [Number(process.argv[2]), Number(process.argv[3])]
for (let s = from; s < from + n; s++) {
  const r = await simulate(s, { recordsStory: true, adjust: (w) => ({ ...w, latencyMs: Math.max(50, w.latencyMs), faults: { ...w.faults, crash: 0.01, tableCommit: 0.1 } }) })
  for (const line of r.story) { const m = /"event":"([a-z-]+)"/.exec(line); if (m?.[1]) counts[m[1]] = (counts[m[1]] ?? 0) + 1 }
  if (r.findings.length) console.log(s, r.findings)
}
console.log(counts)
