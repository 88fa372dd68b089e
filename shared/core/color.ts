/** Greys have no hue to compare. */
const LEAST_CHROMA = 0.02

/**
 * The name of the color that looks most like `#RRGGBB`: the one with the nearest hue in the OKLab color space.
 * @param ofGreys what greys are given.
 */
export function nearestByHue<T extends string>(color: string, named: readonly (readonly [T, string])[], ofGreys: T): T {
  const { hue, chroma } = hueOf(color)
  if (chroma < LEAST_CHROMA) return ofGreys
  const byDistance = named.map(([name, shown]) => ({ name, away: angleBetween(hue, hueOf(shown).hue) }))
  return byDistance.reduce((best, next) => (next.away < best.away ? next : best)).name
}

function angleBetween(one: number, other: number): number {
  const turn = Math.abs(one - other)
  return Math.min(turn, 2 * Math.PI - turn)
}

/** @see https://bottosson.github.io/posts/oklab/ */
function hueOf(color: string): { hue: number; chroma: number } {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => linear(Number.parseInt(color.slice(at, at + 2), 16)))
  const l = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
  const m = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
  const s = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
  const a = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s
  const b = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s
  return { hue: Math.atan2(b, a), chroma: Math.hypot(a, b) }
}

/** One channel of sRGB, 0 to 255, as a share of light. */
function linear(channel: number): number {
  const value = channel / 255
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
}
