import type { Locator, Page } from 'playwright-core'

/** Where an element is on the page, also when it is drawn anew just then. @throws when it is not there. */
export async function boxOf(located: Locator) {
  for (let look = 0; look < 10; look++) {
    await located.waitFor()
    const box = await located.boundingBox()
    if (box !== null) return box
  }
  throw new Error('it is not on the page')
}

type Point = readonly [x: number, y: number]

/** Drags with the mouse, slowly enough for a drag to be noticed. */
export async function drag({ mouse }: Page, from: Point, to: Point): Promise<void> {
  await mouse.move(...from)
  await mouse.down()
  await mouse.move(...to, { steps: 8 })
  await mouse.up()
}

/** A finger that rests for a while, then moves. */
export async function swipe(page: Page, from: Point, to: Point, restMs: number): Promise<void> {
  const finger = await page.context().newCDPSession(page)
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', at?: Point) =>
    finger.send('Input.dispatchTouchEvent', { type, touchPoints: at ? [{ x: at[0], y: at[1] }] : [] })
  await touch('touchStart', from)
  await page.waitForTimeout(restMs)
  for (const part of [0.25, 0.5, 0.75, 1]) {
    await touch('touchMove', [from[0] + (to[0] - from[0]) * part, from[1] + (to[1] - from[1]) * part])
    await page.waitForTimeout(50) // a browser hands on one move per frame
  }
  await touch('touchEnd')
}

/** The calendar library takes a quarter of an hour as reached a few pixels early. */
const EARLY = 4

/** Drags an event of the week by this many hours and days. */
export async function dragEvent(page: Page, event: Locator, by: { hours?: number; days?: number }): Promise<void> {
  const box = await boxOf(event)
  const { width, height } = await boxOf(page.locator('#grid [role=gridcell][data-date]').last())
  const from = [box.x + box.width / 2, box.y + Math.min(8, box.height / 2)] as const
  await drag(page, from, [from[0] + width * (by.days ?? 0), from[1] + (height / 24) * (by.hours ?? 0) - EARLY])
}

/** Pulls the lower edge of an event by this many hours. */
export async function stretchEvent(page: Page, event: Locator, hours: number): Promise<void> {
  await event.hover()
  const box = await boxOf(event)
  const { height } = await boxOf(page.locator('#grid [role=gridcell][data-date]').last())
  const edge = [box.x + box.width / 2, box.y + box.height - 2] as const
  await drag(page, edge, [edge[0], edge[1] + hours * (height / 24)])
}

/** Drags over time of a day, such as `2026-11-20`, from one hour to another. */
export async function dragOverTime(page: Page, day: string, from: number, to: number): Promise<void> {
  const [x, y] = await pointAt(page, day, from)
  const [, end] = await pointAt(page, day, to)
  await drag(page, [x, y + 4], [x, end - 6])
}

/** Where an hour of a day begins; the day's column reaches from midnight to midnight. */
export async function pointAt(page: Page, day: string, hour: number): Promise<Point> {
  const { x, y, width, height } = await boxOf(page.locator(`#grid [role=gridcell][data-date="${day}"]`).last())
  return [x + width / 2, y + (height / 24) * hour]
}
