import type { Progress } from '../../support/progress.ts'
import { startOurs } from './ours.ts'
import { play } from './play.ts'
import type { PeerScores } from './report.ts'
import { CHAPTERS } from './script.ts'
import { PEERS, type Stage, startPeer } from './stage.ts'

/** Plays the same script to each peer and to us, who come last. */
export async function comparePeers(events: number, progress: Progress): Promise<readonly PeerScores[]> {
  const starts = [...PEERS.map((which) => () => startPeer(which, events)), () => startOurs(events)]
  const all: PeerScores[] = []
  let chapters = 0
  const look = () => progress.at(++chapters, starts.length * (CHAPTERS.length + 1))
  for (const start of starts) all.push(await playOnce(await start(), look))
  return all
}

async function playOnce(stage: Stage, look: () => void): Promise<PeerScores> {
  const { name } = stage.peer
  try {
    return { name, scores: await play(stage, look) }
  } finally {
    await stage.wire.close()
  }
}
