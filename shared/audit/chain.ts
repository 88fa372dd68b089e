import type { EpochMs } from '../core/time.ts'
import type { BlindIndex } from '../crypto/ports.ts'
import type { AuditRecord } from './ports.ts'

/** One record in its place in a chain. */
export interface Entry extends AuditRecord {
  /** From 1, without gaps. */
  readonly number: number
  /** Random: two records that say the same are two. */
  readonly id: string
  readonly at: EpochMs
  /** Authenticates this entry and, through its predecessor's, every one before it. */
  readonly value: string
}

/** Where a chain stands. */
export interface Head {
  /** Number of the last entry, 0 for none. */
  readonly number: number
  /** Value of the last entry, empty for none. */
  readonly value: string
  /** Time of the last entry. */
  readonly at: EpochMs
  /** What has been dropped after its time: everything up to this number, which had this value. */
  readonly dropped: { readonly number: number; readonly value: string }
  /** Time of the first entry that is kept. */
  readonly oldest: EpochMs
  /** By client id, when each integrator last did something with the account, and the UTC hour its reading is noted for. */
  readonly uses: Readonly<Record<string, Use>>
}

export interface Use {
  readonly at: EpochMs
  /** Hours since the epoch. */
  readonly readIn?: number | undefined
}

export const NO_ENTRY = { number: 0, value: '' } as const

/** The chains of the service itself: each instance writes to one of them, so that many do not wait for each other. */
export const SERVICE_CHAINS = Array.from({ length: 16 }, (_, at) => `service-${String(at).padStart(2, '0')}`)

/** The chains that a record belongs to. */
export const chainsOf = ({ account, organisation }: AuditRecord, service: string): readonly string[] => {
  const named = [account, organisation].filter((name) => name !== undefined)
  return named.length === 0 ? [service] : named
}

/**
 * The value of an entry: HMAC-SHA-256 under the key for audits over its chain, its predecessor's value and all that it
 * says, each part behind its length.
 */
export function linkOf(blind: BlindIndex, chain: string, previous: string, entry: Omit<Entry, 'value'>): string {
  const { number, id, at, act, actor, account = '', organisation = '', facts = {} } = entry
  const who = 'id' in actor ? actor.id : 'account' in actor ? (actor.account ?? '') : ''
  const told = Object.entries(facts)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, value]) => [name, JSON.stringify(value)])
  const said = [id, String(at), act, actor.kind, who, account, organisation, ...told]
  const mac = blind.mac('audit', 'entry', chain, String(number), previous, ...said)
  return Buffer.from(mac).toString('base64url')
}
