import { formatAdjustments } from './adjustments.ts'
import type { Outcome, Task } from './task.ts'

/** How to see a world with its whole story. */
export function commandOf({ seed, adjustments = {} }: Task): string {
  const world = formatAdjustments(adjustments)
  return `npm run simulate -- --seed ${seed}${world && ` --world ${world}`} --trace`
}

export const report = ({ task, findings }: Pick<Outcome, 'task' | 'findings'>): string =>
  `seed ${task.seed} fails:\n  ${findings.join('\n  ')}\n  ${commandOf(task)}`
