import type { FirstKeys } from '../shared/crypto/key-record.ts'
import type { Ports } from '../shared/service/ports.ts'
import { createService, type Service } from '../shared/service.ts'

/**
 * The service as commands of operators work with it, without a log. They look into a system that is there: its first keys
 * would be in the way of a restore, so they are refused unless the command is one that begins a system.
 */
export const openService = (ports: Ports, firstKeys: FirstKeys = 'refused'): Promise<Service> =>
  createService({ ...ports, log: () => undefined }, firstKeys)
