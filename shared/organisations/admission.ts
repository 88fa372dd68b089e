import type { BlindIndex } from '../crypto/ports.ts'
import type { Admission } from './ports.ts'

export const createAdmission = (blind: BlindIndex): Admission => ({
  admit: async () => undefined,
  joined: async () => undefined,
  left: async () => undefined,
  idOf: (tenantId) => `org_${blind.token('organisation', tenantId.toLowerCase())}`,
})
