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
/** Room for the line's own width. */
const EDGE = 2

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
</svg>
</figure>`
}

/** A line is broken where nothing was measured; a value that stands alone is a dot. */
function pathOf(values: readonly (number | undefined)[], most: number): string {
  const x = (at: number) => ((at + 0.5) * WIDTH) / values.length
  const y = (value: number) => HEIGHT - EDGE - (most === 0 ? 0 : (value / most) * (HEIGHT - 2 * EDGE))
  const isDot = (at: number) => values[at - 1] === undefined && values[at + 1] === undefined
  return values
    .map((value, at) => {
      if (value === undefined) return ''
      const point = `${x(at).toFixed(1)} ${y(value).toFixed(1)}`
      return `${values[at - 1] === undefined ? 'M' : 'L'}${point}${isDot(at) ? 'h.1' : ''}`
    })
    .join('')
}
