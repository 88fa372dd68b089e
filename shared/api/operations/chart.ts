import { html } from 'hono/html'
import type { Markup } from '../page.ts'

/** How one number went over time. */
export interface Chart {
  readonly title: string
  /** In the order of time; undefined where nothing was measured. */
  readonly values: readonly (number | undefined)[]
  readonly text: (value: number) => string
}

const WIDTH = 300
const HEIGHT = 72
/** Room for the width of lines and dots. */
const EDGE = 4

/** A line on the server's own paper: an image with a title and a sentence, for whoever cannot see it. */
export function chart({ title, values, text }: Chart): Markup {
  const known = values.filter((value) => value !== undefined)
  const most = Math.max(0, ...known)
  const latest = known.at(-1)
  const said = latest === undefined ? 'Nothing was measured.' : `Latest ${text(latest)}, highest ${text(most)}.`
  return html`<figure class="chart">
<figcaption><strong>${title}</strong> <span class="quiet">${said}</span></figcaption>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" preserveAspectRatio="none">
<title>${title}</title><desc>${said}</desc>
<path class="base" d="M0 ${HEIGHT - EDGE}H${WIDTH}"/>
<path class="line" d="${pathOf(values, most)}"/>
<path class="dots" d="${dotsOf(values, most)}"/>
</svg>
</figure>`
}

type Values = Chart['values']

const point = (values: Values, at: number, most: number): string => {
  const share = most === 0 ? 0 : (values[at] ?? 0) / most
  const y = HEIGHT - EDGE - share * (HEIGHT - 2 * EDGE)
  return `${(((at + 0.5) * WIDTH) / values.length).toFixed(1)} ${y.toFixed(1)}`
}

/** A line is broken where nothing was measured. */
const pathOf = (values: Values, most: number): string =>
  values
    .map((value, at) =>
      value === undefined ? '' : `${values[at - 1] === undefined ? 'M' : 'L'}${point(values, at, most)}`,
    )
    .join('')

/** A value that stands alone: a line so short that its round ends make a dot. */
const dotsOf = (values: Values, most: number): string =>
  values
    .map((value, at) => {
      const isAlone = value !== undefined && values[at - 1] === undefined && values[at + 1] === undefined
      return isAlone ? `M${point(values, at, most)}h.1` : ''
    })
    .join('')
