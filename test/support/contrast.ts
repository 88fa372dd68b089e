import type { Page } from 'playwright-core'

/**
 * The visible words of the page that are too faint to read: below 4.5:1, or 3:1 when large (WCAG 2.2, 1.4.3). What lies
 * behind a word is the nearest opaque background, with the translucent ones in between laid over it.
 */
export const faintWords = (page: Page): Promise<string[]> => page.evaluate(findFaintWords)

/** Runs in the page, so that it may use nothing from outside. */
function findFaintWords(): string[] {
  const pen = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
  if (pen === null) throw new Error('no canvas')

  const paint = (colors: string[]): number[] => {
    pen.clearRect(0, 0, 1, 1)
    for (const color of colors) {
      pen.fillStyle = color
      pen.fillRect(0, 0, 1, 1)
    }
    return [...pen.getImageData(0, 0, 1, 1).data]
  }
  const backgroundsOf = (element: Element | null): string[] => {
    if (element === null) return ['canvas']
    const color = getComputedStyle(element).backgroundColor
    return paint([color])[3] === 255 ? [color] : [...backgroundsOf(element.parentElement), color]
  }
  const luminance = ([red = 0, green = 0, blue = 0]: number[]): number => {
    const [r = 0, g = 0, b = 0] = [red, green, blue].map((part) => {
      const share = part / 255
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const isSeen = (element: Element): boolean => {
    const box = element.getBoundingClientRect()
    const isDrawn = element.checkVisibility({ opacityProperty: true, visibilityProperty: true })
    return isDrawn && box.width > 1 && box.height > 1 && element.closest('button:disabled, .for-ears, .skip') === null
  }

  const faint: string[] = []
  for (const element of document.body.querySelectorAll('*')) {
    const words = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim())
    if (words.length === 0 || !isSeen(element)) continue
    const style = getComputedStyle(element)
    const behind = backgroundsOf(element)
    const [ink, ground] = [luminance(paint([...behind, style.color])), luminance(paint(behind))]
    const ratio = (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05)
    const size = Number.parseFloat(style.fontSize)
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700)
    if (ratio < (isLarge ? 3 : 4.5)) faint.push(`${element.textContent?.trim().slice(0, 40)} ${ratio.toFixed(2)}`)
  }
  return faint
}
