import type { Action } from '../../../shared/push/action.ts'
import type { RejectReason } from '../../../shared/push/reasons.ts'
import type { Entry } from '../people/ledger.ts'
import { isOfEarlierLife, type Wish } from '../people/wish.ts'
import type { Swarm } from '../swarm/swarm.ts'
import { type Case, isAbout } from './judge-facts.ts'

/** A rejected action, and what is known of the event it was about. */
interface Rejection {
  readonly swarm: Swarm
  readonly action: Action
  /** What was asked for; absent where its answer never came. */
  readonly wish: Wish | undefined
  /** What has happened to the event and its series; to all events where it is not known which one is meant. */
  readonly entries: readonly Entry[]
  /** What anybody has asked of the event; of any where it is not known which one is meant. */
  readonly wishes: readonly Wish[]
  /** Whether somebody else than who has asked for it has changed the event, or it was made anew. */
  readonly isEdited: boolean
}

const never = () => false

/** People cancel and answer meetings, of which the ledger of one mailbox does not tell. */
const areTwo = ({ swarm }: Rejection): boolean => swarm.people > 1

/** Whether the event can be gone: whoever names it by its own id says enough to make it again. */
const canBeGone = (one: Rejection): boolean =>
  one.wish?.eventId === undefined &&
  (areTwo(one) || one.entries.some(({ kind, isStructural }) => kind === 'remove' || isStructural))

const isRefused = ({ swarm }: Rejection): boolean => swarm.faults.graphRefuses > 0

const isHardToReach = (one: Rejection): boolean =>
  isRefused(one) || one.swarm.faults.graphLost > 0 || one.swarm.episodes.partitions > 0

/** An accepted change is not given up before it was tried so often, which takes three days. */
const TRIES = 80

/** When each reason can be true: nobody deletes a calendar, and nobody asks for what Microsoft 365 does not take. */
const CAN_BE: Readonly<Record<RejectReason, (one: Rejection) => boolean>> = {
  calendar_gone: never,
  calendar_read_only: isRefused,
  event_gone: canBeGone,
  changed_meanwhile: (one) => one.action.kind === 'delete' && (areTwo(one) || one.isEdited),
  organizer_only: areTwo,
  not_invited: areTwo,
  conferencing_fixed: never,
  conferencing_unavailable: never,
  occurrence_only: never,
  occurrence_crosses: ({ wishes }) => wishes.some(({ uid, asking }) => uid !== undefined && 'start' in asking.body),
  value_refused: never,
  some_left: (one) => one.action.kind === 'delete-all' && (isRefused(one) || areTwo(one) || one.isEdited),
  refused_by_microsoft: areTwo,
  restored: ({ swarm }) => swarm.episodes.restore,
  // Who has signed in since a backup is not in it, and nor are the grants of then.
  disconnected: ({ swarm: { episodes } }) => episodes.leavings > 0 || episodes.restore,
  microsoft_failing: (one) => isHardToReach(one) && one.action.tries >= TRIES,
}

/** Actions that were rejected for what has not happened (I5). */
export function misjudged(one: Case, swarm: Swarm): string[] {
  return one.actions.flatMap((action) => {
    if (action.reason === undefined) return []
    const wish = one.wishes.find((other) => other.action === action.number && !isOfEarlierLife(one, other))
    const entries = entriesOf(one, wish)
    const wishes = wish === undefined ? one.wishes : one.wishes.filter((other) => isOfSame(one, other, wish))
    const rejection = { swarm, action, wish, entries, wishes, isEdited: isEditedByOthers(one, wish, entries) }
    if (CAN_BE[action.reason](rejection)) return []
    return [`I5: action ${action.number} was rejected, and nothing is ${action.reason}`]
  })
}

const isOfSame = ({ eventOfWish }: Case, other: Wish, wish: Wish): boolean => eventOfWish(other) === eventOfWish(wish)

function isEditedByOthers(one: Case, wish: Wish | undefined, entries: readonly Entry[]): boolean {
  // What was made before an erasure is found again by one of its names, and nobody knows yet that the other means it too.
  const hasTwoNames = entries.some(({ kind, position }) => kind === 'create' && position < one.lifeBegan)
  const isStranger = ({ integrator, eventId }: Wish) =>
    integrator !== wish?.integrator || (hasTwoNames && wish.uid !== undefined && eventId !== undefined)
  const strangers = one.wishes.filter(isStranger)
  const isTheirs = (entry: Entry) => entry.by === 'outlook' || strangers.some((other) => isAbout(one, other, entry))
  return (
    entries.some((entry) => entry.kind === 'patch' && isTheirs(entry)) ||
    entries.filter(({ kind }) => kind === 'create').length > 1
  )
}

function entriesOf(one: Case, wish: Wish | undefined): readonly Entry[] {
  if (wish === undefined) return one.entries
  const series = new Set(one.entries.flatMap((entry) => (isAbout(one, wish, entry) ? entry.series : [])))
  return series.size === 0 ? one.entries : one.entries.filter((entry) => series.has(entry.series))
}
