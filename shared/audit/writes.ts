import type { AccountFor } from '../push/ports.ts'
import type { Audit } from './ports.ts'

/** One entry for what an integrator asks for at once: how many changes of each kind. */
export const accountForWrites =
  (audit: Audit): AccountFor =>
  async (account, drafts) => {
    const counts = new Map<string, number>()
    for (const { kind } of drafts) counts.set(kind, (counts.get(kind) ?? 0) + 1)
    const id = drafts[0]?.integrator ?? ''
    await audit.record({
      act: 'written',
      actor: { kind: 'integrator', id },
      account,
      facts: Object.fromEntries(counts),
    })
  }
