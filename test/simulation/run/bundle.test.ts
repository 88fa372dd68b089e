import { expect, test } from 'vitest'
import { bundleSimulation, type Patch } from './bundle.ts'
import { runWorlds } from './pool.ts'
import { shrink } from './shrink.ts'
import type { Outcome, Task } from './task.ts'

const MINUTE = 60_000

/** A world that is over soon. */
const SMALL = { people: 1, calendars: 1, operations: 4, writers: 0, connects: 1, instances: 3, realCrypto: false }

async function outcomesOf(patches: readonly Patch[], tasks: readonly Task[], limitMs?: number): Promise<Outcome[]> {
  using bundle = await bundleSimulation(patches)
  const rest = [...tasks]
  const outcomes: Outcome[] = []
  const limit = limitMs === undefined ? {} : { limitMs }
  const done = (outcome: Outcome) => void outcomes.push(outcome)
  await runWorlds({ bundle: bundle.file, workers: 2, next: () => rest.shift(), done, ...limit })
  return outcomes.sort((one, other) => one.task.seed - other.task.seed)
}

const SIMULATION = 'test/simulation/simulation.ts'
const insert = (before: string, statement: string): Patch => ({
  file: SIMULATION,
  search: before,
  replace: `${statement}\n;${before}`,
})

test(
  'a world that ends its worker, or never ends, is told with its seed, and the others run',
  async () => {
    const patches = [
      insert('  const world = createWorld', 'if (seed === 1) process.exit(3)'),
      insert('  const findings = ', 'if (seed === 2) await new Promise(() => undefined)'),
    ]
    const tasks = [1, 2, 3, 4].map((seed) => ({ seed, adjustments: SMALL }))
    const [died, hung, ...others] = await outcomesOf(patches, tasks, 15_000)
    expect(died?.findings).toEqual([expect.stringContaining('the worker died: 3')])
    expect(hung?.findings).toEqual([expect.stringContaining('has not ended after 15 s')])
    expect(others.map(({ findings, steps }) => [findings, steps > 0])).toEqual([
      [[], true],
      [[], true],
    ])
  },
  2 * MINUTE,
)

test(
  'a world that fails is made simpler as far as it fails in the same way',
  async () => {
    const fails = 'if (swarm.instances > 1 && swarm.operations >= 2) throw new Violation("I1: lost")'
    const also = 'if (swarm.instances === 1) throw new Violation("I2: something else")'
    using bundle = await bundleSimulation([
      insert('    found.push(...(await runCourse(world)))', `const { swarm } = world\n${fails}\n${also}`),
    ])
    const failed: Outcome[] = []
    const tasks = [{ seed: 3, adjustments: SMALL }]
    const done = (outcome: Outcome) => void failed.push(outcome)
    await runWorlds({ bundle: bundle.file, workers: 1, next: () => tasks.pop(), done })
    const [first] = failed
    if (first === undefined) throw new Error('no outcome')
    const { task, findings } = await shrink(first, { bundle: bundle.file, workers: 2, limitMs: 60_000 })
    expect(findings).toEqual(['I1: lost'])
    expect(task.adjustments).toMatchObject({ instances: 2, operations: 2, batch: 1, pageSize: 200, latencyMs: 0 })
  },
  2 * MINUTE,
)

test('a patch whose text is not in its file, or twice, or whose file is not simulated, is refused', async () => {
  const nowhere = { file: SIMULATION, search: 'no such text', replace: '' }
  const twice = { file: SIMULATION, search: 'findings.push', replace: '' }
  const elsewhere = { file: 'infra/build-command.ts', search: 'import', replace: '' }
  await expect(bundleSimulation([nowhere])).rejects.toThrow('found 0 times')
  await expect(bundleSimulation([twice])).rejects.toThrow(/found \d+ times/)
  await expect(bundleSimulation([elsewhere])).rejects.toThrow('does not use infra/build-command.ts')
})

test('a bundle has the digest of its sources, wherever it lies', async () => {
  using one = await bundleSimulation()
  using other = await bundleSimulation()
  using changed = await bundleSimulation([insert('  const findings = ', 'seed.toString()')])
  expect(one.digest).toMatch(/^[0-9a-f]{12}$/)
  expect(other.digest).toBe(one.digest)
  expect(changed.digest).not.toBe(one.digest)
})
