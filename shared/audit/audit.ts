import type { Log } from '../core/log.ts'
import type { Audit } from './ports.ts'

export const createAudit = (log: Log): Audit => ({
  record: async (...records) => {
    for (const { act, actor, account, organisation, facts } of records)
      log('info', 'audit', { act, actor: actor.kind, account, organisation, ...facts })
  },
})
