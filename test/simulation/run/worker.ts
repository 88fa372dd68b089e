import { parentPort } from 'node:worker_threads'
import { simulate } from '../simulation.ts'
import { adjusted } from './adjustments.ts'
import type { Answer, Task } from './task.ts'

// Runs one world after the other, each when it is asked for.
parentPort?.on('message', (task: Task) => void run(task).then((answer) => parentPort?.postMessage(answer)))
parentPort?.postMessage('ready')

async function run({ seed, adjustments = {}, recordsStory = false }: Task): Promise<Answer> {
  try {
    const adjust = (swarm: Parameters<typeof adjusted>[0]) => adjusted(swarm, adjustments)
    const { findings, steps, operations, hash, story } = await simulate(seed, { recordsStory, adjust })
    return { findings, steps, operations, hash, story }
  } catch (error) {
    const finding = `the simulation throws ${error instanceof Error ? error.stack : String(error)}`
    return { findings: [finding], steps: 0, operations: 0, story: [] }
  }
}
