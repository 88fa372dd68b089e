import { nearestByHue } from '../../core/color.ts'
import type { ColorCategory } from '../../push/wanted.ts'

/** How Outlook shows the categories, as red, green and blue. */
const SHOWN: readonly (readonly [ColorCategory, string])[] = [
  ['Red category', '#D6252E'],
  ['Orange category', '#F06C15'],
  ['Yellow category', '#FFFE3D'],
  ['Green category', '#4AB63F'],
  ['Blue category', '#3267B8'],
  ['Purple category', '#613DB4'],
]

/** The category whose colour looks most like `#RRGGBB`. */
export const nearestCategory = (color: string): ColorCategory => nearestByHue(color, SHOWN, 'Blue category')
