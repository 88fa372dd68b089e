import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Bench, Figure } from '../bench.ts'
import { columns, numberText } from '../print.ts'
import { spread } from '../statistics.ts'
import { drawCurve } from './chart.ts'
import { type Cost, MEASURES, typical } from './cost.ts'
import { type Curve, measureCurves, type Point } from './curves.ts'

/** Where the README finds them. */
const FOLDER = 'test/bench/curves'

const TIMES = 10
const QUICK_TIMES = 3
const QUICK_SIZES = 2

/** The most that a unit of work may ask for at the largest size, against the smallest. Counted, so no machine matters. */
const LIMIT = 1.1
const LIMITED = ['requests', 'rows'] as const satisfies readonly (keyof Cost)[]

export const curves: Bench = {
  about: `what a unit of work costs over accounts, events, integrators and channels : its requests alone; draws ${FOLDER}/*.svg`,
  takes: ['rounds', 'most'],
  async run({ quick, rounds, most, progress }) {
    const times = rounds ?? (quick ? QUICK_TIMES : TIMES)
    const few = quick ? QUICK_SIZES : undefined
    const pick = (sizes: readonly number[]) => sizes.filter((size) => size <= (most ?? size)).slice(0, few)
    const all = await measureCurves({ pick, times, progress })
    // What a short run draws is of another size.
    if (!quick && most === undefined) await draw(all)
    return { figures: all.flatMap(growthOf), lines: all.flatMap(table), data: all }
  },
}

async function draw(all: readonly Curve[]): Promise<void> {
  await mkdir(FOLDER, { recursive: true })
  for (const curve of all) await writeFile(join(FOLDER, `${curve.name}.svg`), drawCurve(curve))
}

function growthOf({ name, points }: Curve): readonly Figure[] {
  const [first, last] = [points[0], points.at(-1)]
  const at = (point: Point | undefined, work: string) => typical(point?.costs[work]?.ours ?? [])
  return Object.keys(first?.costs ?? {}).flatMap((work) =>
    LIMITED.map((measure) => {
      const [from, to] = [at(first, work)[measure], at(last, work)[measure]]
      const what = `${measure} of ${work}, ${name} ${numberText(last?.size ?? 0)} : ${numberText(first?.size ?? 0)}`
      return { what, value: from === to ? 1 : to / from, most: LIMIT }
    }),
  )
}

const table = ({ axis, points }: Curve): readonly string[] => [
  ...columns([
    [axis, '', '', ...MEASURES, ''],
    ...points.flatMap(({ size, costs }) =>
      Object.entries(costs).flatMap(([work, { ours, bare }]) => [
        row([numberText(size), work, 'ours'], ours),
        row(['', '', 'bare'], bare),
      ]),
    ),
  ]),
  '',
]

const row = (names: readonly string[], costs: readonly Cost[]): readonly string[] => [
  ...names,
  ...MEASURES.map((measure) => numberText(typical(costs)[measure])),
  `± ${numberText(spread(costs.map(({ ms }) => ms)) / 2)}`,
]
