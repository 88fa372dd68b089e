import { ASKED_MISTAKES } from './asked.ts'
import { CRYPTO_MISTAKES } from './crypto.ts'
import { EPISODE_MISTAKES } from './episodes.ts'
import { GRAPH_MISTAKES } from './graph.ts'
import type { Mistake } from './mistake.ts'
import { PULL_MISTAKES } from './pull.ts'
import { PUSH_MISTAKES } from './push.ts'
import { QUEUE_MISTAKES } from './queue.ts'
import { STORAGE_MISTAKES } from './storage.ts'

/** Everything the simulation is known to find. */
export const MISTAKES: readonly Mistake[] = [
  ...PULL_MISTAKES,
  ...PUSH_MISTAKES,
  ...ASKED_MISTAKES,
  ...GRAPH_MISTAKES,
  ...QUEUE_MISTAKES,
  ...STORAGE_MISTAKES,
  ...CRYPTO_MISTAKES,
  ...EPISODE_MISTAKES,
]
