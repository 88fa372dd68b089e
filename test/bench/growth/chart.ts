import { LineChart } from 'echarts/charts'
import { GridComponent, LegendComponent, TitleComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { type Cost, MEASURES } from './cost.ts'
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

const PANEL = { width: 300, height: 300, left: 46, right: 20, top: 78, bottom: 48 }
/** The upper end of an axis whose curves stay below it. */
const CALM = 2

/** A panel for each unit of work: what it costs at each size, as a ratio to the smallest. */
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
  const ratios = works.map((work) => MEASURES.map((measure) => ratiosOf(curve, work, measure)))
  return {
    animation: false,
    legend: { top: 4, left: 8, data: MEASURES.map((measure) => NAMES[measure]), textStyle: text },
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
      MEASURES.map((measure, of) => ({
        ...{ type: 'line' as const, name: NAMES[measure], xAxisIndex: at, yAxisIndex: at },
        data: ratios[at]?.[of] ?? [],
        itemStyle: { color: COLOURS[measure][0] },
        lineStyle: { color: COLOURS[measure][0], width: 2 },
        symbolSize: 5,
      })),
    ),
  }
}

function ratiosOf({ points }: Curve, work: string, measure: keyof Cost): [number, number][] {
  const first = points[0]?.costs[work]?.[measure] ?? 0
  const ratio = (cost: Cost | undefined) => (first === 0 ? 1 : (cost?.[measure] ?? 0) / first)
  return points.map(({ size, costs }) => [size, ratio(costs[work])])
}

/** A page that shows the file as an image gives it the reader's colour scheme, and no colours of its own. */
function withDarkColours(svg: string): string {
  const pairs = [INK, LINES, ...Object.values(COLOURS)]
  const rules = pairs.map(([light, dark]) => `[fill="${light}"]{fill:${dark}}[stroke="${light}"]{stroke:${dark}}`)
  const points = '[fill="#fff"]{fill:#0d1117}'
  return svg.replace('>', `><style>@media (prefers-color-scheme:dark){${rules.join('')}${points}}</style>`)
}
