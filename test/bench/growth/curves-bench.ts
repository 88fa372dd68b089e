import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Bench } from '../bench.ts'
import { columns, numberText } from '../print.ts'
import { drawCurve } from './chart.ts'
import { MEASURES } from './cost.ts'
import { type Curve, measureCurves } from './curves.ts'

/** Where the README finds them. */
const FOLDER = 'test/bench/curves'

export const curves: Bench = {
  about: `what a unit of work costs over accounts, events, integrators and channels; draws ${FOLDER}/*.svg`,
  takes: [],
  async run({ quick, progress }) {
    const all = await measureCurves(quick, progress)
    // What a quick run draws is of another size.
    if (!quick) await draw(all)
    return { figures: [], lines: all.flatMap(table), data: all }
  },
}

async function draw(all: readonly Curve[]): Promise<void> {
  await mkdir(FOLDER, { recursive: true })
  for (const curve of all) await writeFile(join(FOLDER, `${curve.name}.svg`), drawCurve(curve))
}

const table = ({ axis, points }: Curve): readonly string[] => [
  ...columns([
    [axis, '', ...MEASURES],
    ...points.flatMap(({ size, costs }) =>
      Object.entries(costs).map(([work, cost]) => [
        numberText(size),
        work,
        ...MEASURES.map((measure) => numberText(cost[measure])),
      ]),
    ),
  ]),
  '',
]
