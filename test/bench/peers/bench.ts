import { minutes, seconds } from '../../../shared/core/time.ts'
import { ASSUMED_DELAYS } from '../assumed-delays.ts'
import type { Bench, Figure } from '../bench.ts'
import { comparePeers } from './compare.ts'
import { POLL_EVERY, READ_ANYWAY_EVERY } from './peer.ts'
import { linesOfReport, type PeerScores, totalOf } from './report.ts'
import { TOLD_AFTER } from './stage.ts'

const EVENTS = 10_000
/** Fewer would not have everything that the script changes. */
const FEW_EVENTS = 200

/** `npm run bench -- peers` */
export const peers: Bench = {
  about: 'the same day of a mailbox of 10,000 events for three usual ways of keeping a copy, and for ours',
  takes: [],
  async run({ quick, progress }) {
    const events = quick ? FEW_EVENTS : EVENTS
    const all = await comparePeers(events, progress)
    const assumed = {
      events,
      ...ASSUMED_DELAYS,
      toldAfter: TOLD_AFTER,
      poll: POLL_EVERY,
      readAnyway: READ_ANYWAY_EVERY,
    }
    const lines = [
      `assumed: ${ASSUMED_DELAYS.graph} ms for a request to Graph, ` +
        `${ASSUMED_DELAYS.table} ms to a table, ${ASSUMED_DELAYS.queue} ms for a message; ` +
        `Graph tells of a change after ${TOLD_AFTER / 1000} s`,
      ...linesOfReport(all, events),
    ]
    const data = { assumed, peers: all.map((peer) => ({ ...peer, total: totalOf(peer) })) }
    return { figures: figuresOf(all), lines, data }
  },
}

/** What Graph tells of is known soon; what it does not tell of is found by the polls that follow an earlier change. */
const SOON = seconds(10)
const WITHOUT_BEING_TOLD = minutes(30)

/** @param all with us at the end */
export function figuresOf(all: readonly PeerScores[]): readonly Figure[] {
  const others = all.slice(0, -1).map(totalOf)
  const scores = all.at(-1)?.scores ?? []
  const ours = totalOf({ name: 'ours', scores })
  const least = (of: 'requests' | 'bytes') => Math.min(...others.map((other) => other[of]))
  const late = scores.flatMap(({ chapter, delaysMs }) => {
    const most = chapter === 'lost notifications' ? WITHOUT_BEING_TOLD : SOON
    return delaysMs.filter((delay) => delay === undefined || delay > most)
  })
  return [
    { what: 'events missing or too many in our copy', value: wrongIn(scores), most: 0 },
    { what: 'changes that we know of late, or never', value: late.length, most: 0 },
    { what: 'our bytes : those of the peer that needs fewest', value: ours.bytes / least('bytes'), most: 1 },
    { what: 'our requests : those of the peer that needs fewest', value: ours.requests / least('requests') },
  ]
}

/** At the end of all chapters. */
const wrongIn = (scores: PeerScores['scores']): number =>
  scores.reduce((sum, { missing, surplus }) => sum + missing + surplus, 0)
