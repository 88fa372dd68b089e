import type { CalendarItem } from '../../messages.ts'
import type { Grid } from './grid.ts'

/** What a person has just done to an item: the item as it shall look, or undefined when it is gone. */
export type Wish = (item: CalendarItem) => CalendarItem | undefined

/** What the server says, with what the person has just done laid over it until the server says so too. */
export interface Shown {
  show(items: CalendarItem[]): void
  apply(changed: CalendarItem[], removed: string[]): void
  find(id: string): CalendarItem | undefined
  /** Lays a wish over all items; `fresh` is an item that the server does not know yet. @returns what takes it away. */
  wish(wish: Wish, fresh?: CalendarItem): () => void
}

export function createShown(grid: () => Pick<Grid, 'show'>): Shown {
  const known = new Map<string, CalendarItem>()
  const wishes = new Set<{ wish: Wish; fresh: CalendarItem | undefined }>()

  function draw(): void {
    const items = new Map(known)
    for (const { fresh } of wishes) if (fresh && !items.has(fresh.id)) items.set(fresh.id, fresh)
    const wished = [...wishes].reduce<(CalendarItem | undefined)[]>(
      (all, { wish }) => all.map((item) => item && wish(item)),
      [...items.values()],
    )
    grid().show(wished.filter((item) => item !== undefined))
  }

  /** An event that we made is named by our id; the server may still call it by the other one. */
  function drop(name: string): void {
    for (const [id, item] of known) if (id === name || `${item.calendarId}/${item.uid}` === name) known.delete(id)
  }

  function put(item: CalendarItem): void {
    if (item.uid !== undefined) drop(`${item.calendarId}/${item.uid}`)
    known.set(item.id, item)
  }

  return {
    show(items) {
      known.clear()
      for (const item of items) put(item)
      draw()
    },
    apply(changed, removed) {
      for (const name of removed) drop(name)
      for (const item of changed) put(item)
      draw()
    },
    find: (id) => known.get(id),
    wish(wish, fresh) {
      const entry = { wish, fresh }
      wishes.add(entry)
      draw()
      return () => {
        if (wishes.delete(entry)) draw()
      }
    },
  }
}
