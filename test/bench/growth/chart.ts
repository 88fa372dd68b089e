import { LineChart } from 'echarts/charts'
import { GridComponent, LegendComponent, TitleComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { type Cost, MEASURES, typical } from './cost.ts'
import type { Curve } from './curves.ts'

use([LineChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer])

/** Each colour on a light page, and what stands in its place on a dark one. */
const INK = ['#424a53', '#c9d1d9'] as const
const LINES = ['#d8dee4', '#30363d'] as const
const COLOURS: Readonly<Record<keyof Cost, readonly [string, string]>> = {
  requests: ['#0969da', '#58a6ff'],
  rows: ['#1a7f37', '#3fb950'],
  bytes: ['#9a6700', '#d29922'],
  ms: ['#8250df', '#bc8cff'],
}

const NAMES: Readonly<Record<keyof Cost, string>> = {
  requests: 'requests',
  rows: 'rows',
  bytes: 'bytes',
  ms: 'processor time',
}

/** The lines of a panel: what ours takes, and below it the time of the bare program, broken. */
const SERIES = [
  ...MEASURES.map((measure) => ({ name: NAMES[measure], measure, side: 'ours' as const, type: 'solid' as const })),
  { name: 'its requests alone', measure: 'ms', side: 'bare', type: 'dashed' },
] as const

const PANEL = { width: 300, height: 300, left: 46, right: 20, top: 78, bottom: 48 }
/** The upper end of an axis whose curves stay below it. */
const CALM = 2

/** A panel for each unit of work: what it costs at each size, as a ratio to what ours costs at the smallest. */
export function drawCurve(curve: Curve): string {
  const works = Object.keys(curve.points[0]?.costs ?? {})
  const size = { width: works.length * PANEL.width, height: PANEL.height }
  const chart = init(null, null, { renderer: 'svg', ssr: true, ...size })
  try {
    chart.setOption(optionOf(curve, works))
    return withDarkColours(chart.renderToSVGString())
  } finally {
    chart.dispose()
  }
}

function optionOf(curve: Curve, works: readonly string[]) {
  const text = { color: INK[0], fontSize: 12 }
  const axis = {
    axisLabel: text,
    axisLine: { lineStyle: { color: INK[0] } },
    splitLine: { lineStyle: { color: LINES[0] } },
  }
  const ratios = works.map((work) => SERIES.map((line) => ratiosOf(curve, work, line)))
  return {
    animation: false,
    legend: { top: 4, left: 8, itemGap: 22, data: SERIES.map(({ name }) => name), textStyle: text },
    title: works.map((work, at) => ({
      ...{ text: work, left: at * PANEL.width + PANEL.left, top: 38 },
      textStyle: { ...text, fontSize: 14, fontWeight: 'bold' as const },
    })),
    grid: works.map((_, at) => ({
      left: at * PANEL.width + PANEL.left,
      width: PANEL.width - PANEL.left - PANEL.right,
      ...{ top: PANEL.top, bottom: PANEL.bottom },
    })),
    xAxis: works.map((_, at) => ({
      ...{
        ...axis,
        type: 'log' as const,
        gridIndex: at,
        name: curve.axis,
        nameLocation: 'middle' as const,
        nameGap: 28,
      },
      ...{ nameTextStyle: text, min: curve.points[0]?.size ?? 1, splitLine: { show: false } },
    })),
    yAxis: works.map((_, at) => ({
      ...{ ...axis, type: 'value' as const, gridIndex: at, min: 0 },
      max: Math.max(CALM, Math.ceil(Math.max(...(ratios[at] ?? []).flat().map(([, ratio]) => ratio)))),
    })),
    series: works.flatMap((_, at) =>
      SERIES.map(({ name, measure, type }, of) => ({
        ...{ type: 'line' as const, name, xAxisIndex: at, yAxisIndex: at },
        data: ratios[at]?.[of] ?? [],
        itemStyle: { color: COLOURS[measure][0] },
        lineStyle: { color: COLOURS[measure][0], width: 2, type },
        symbolSize: 5,
      })),
    ),
  }
}

type Line = (typeof SERIES)[number]

function ratiosOf({ points }: Curve, work: string, { measure, side }: Line): [number, number][] {
  const at = (point: Curve['points'][number] | undefined, of: Line['side']) =>
    typical(point?.costs[work]?.[of] ?? [])[measure]
  const first = at(points[0], 'ours')
  return points.map((point) => [point.size, first === 0 ? 1 : at(point, side) / first])
}

/** A page that shows the file as an image gives it the reader's colour scheme, and no colours of its own. */
function withDarkColours(svg: string): string {
  const pairs = [INK, LINES, ...Object.values(COLOURS)]
  const rules = pairs.map(([light, dark]) => `[fill="${light}"]{fill:${dark}}[stroke="${light}"]{stroke:${dark}}`)
  const points = '[fill="#fff"]{fill:#0d1117}'
  return svg.replace('>', `><style>@media (prefers-color-scheme:dark){${rules.join('')}${points}}</style>`)
}
