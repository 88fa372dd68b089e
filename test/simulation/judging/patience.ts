import { type EpochMs, epochMs, later, minutes, seconds } from '../../../shared/core/time.ts'
import type { Scheduler } from '../scheduler.ts'
import type { FaultRates, Swarm } from '../swarm/swarm.ts'

/** Sees to it that a mailbox that has asked for patience is asked nothing before its time (G4). */
export interface Patience {
  /** A request is about to be sent. */
  sends(request: Request): void
  /** It is answered. */
  hears(request: Request, response: Response): Promise<void>
  /** A person signs in: whoever presses that button has their mailbox asked at once. */
  signsIn(oid: string): void
}

/** Longer than a sign-in takes until it is stored. */
const SIGN_IN = minutes(5)

/**
 * With one of these nobody but the handler that was told may know of it: it dies, cannot store it, or is not alone. Nor is
 * an erasure held up by what the account's mailbox has asked for.
 */
const FORGETFUL: readonly (keyof FaultRates)[] = [
  'crash',
  'tableRead',
  'tableCommit',
  'commitUnknown',
  'vault',
  'lockLost',
]

/** Whoever notes until when to wait, and whoever reads it, may have clocks that are minutes apart. */
const hasOneClock = ({ instances, episodes: { skewMs, deploys } }: Swarm): boolean =>
  skewMs === 0 || (instances === 1 && deploys === 0)

export function watchPatience(scheduler: Scheduler, swarm: Swarm): Patience {
  const { faults, episodes } = swarm
  const until = new Map<string, EpochMs>()
  const signedIn = new Map<string, EpochMs>()
  const isSigningIn = (oid: string) => later(signedIn.get(oid) ?? epochMs(0), SIGN_IN) > scheduler.now()
  const isWatched = FORGETFUL.every((name) => faults[name] === 0) && episodes.leavings === 0 && hasOneClock(swarm)
  return {
    sends(request) {
      const mailbox = mailboxOf(request)
      if (isWatched && (until.get(mailbox) ?? 0) > scheduler.now() && !isSigningIn(mailbox))
        scheduler.violate(`G4: a mailbox is asked although it has asked for patience: ${new URL(request.url).pathname}`)
    },
    async hears(request, response) {
      // A calendar is read although it cannot be subscribed to at the moment.
      if (request.url.includes('/subscriptions')) return
      const wait = Math.max(0, ...(await waitsIn(request, response)))
      if (wait > 0) until.set(mailboxOf(request), later(scheduler.now(), seconds(wait)))
    },
    signsIn: (oid) => void signedIn.set(oid, scheduler.now()),
  }
}

interface BatchAnswer {
  readonly responses: readonly { readonly status: number; readonly headers?: Readonly<Record<string, string>> }[]
}

/** The seconds an answer, or the parts of the answer to a batch, ask to wait for. */
async function waitsIn(request: Request, response: Response): Promise<readonly number[]> {
  if (!response.ok) return [waitOf(response.status, response.headers)]
  if (!request.url.endsWith('/$batch')) return []
  const { responses }: BatchAnswer = await response.clone().json()
  return responses.map(({ status, headers }) => waitOf(status, new Headers(headers)))
}

const waitOf = (status: number, headers: Headers): number =>
  status === 429 || status === 503 ? Number(headers.get('retry-after') ?? 0) : 0

/** A token says whose it is, by the object id. */
export const mailboxOf = (request: Request): string => request.headers.get('authorization')?.split('.')[2] ?? ''
