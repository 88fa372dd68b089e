import { Calendar, type EventInput } from 'fullcalendar'
import type { CalendarItem } from '../../messages.ts'
import { APPEARANCE, VIEWS, type ViewName, viewNamed } from './appearance.ts'
import type { Span } from './editing/wall.ts'
import { interactions } from './interactions.ts'
import { type ItemLook, lookOf } from './item-look.ts'

/** The days on show; `to` is the day after the last one. */
export interface VisibleDays {
  from: Date
  to: Date
  title: string
  view: ViewName
}

export interface Grid {
  readonly calendar: Calendar
  /** Shows exactly these items. What is unchanged is not touched. */
  show(items: CalendarItem[]): void
  /** Shows these as well or anew, and no longer those. */
  apply(changed: CalendarItem[], removed: string[]): void
  /** Draws again the items whose calendar's colour or visibility changed. */
  redraw(): void
  /** Whether anything is to be seen in the days on show. */
  isEmpty(): boolean
  /** Moves the focus to the item. @returns false when it is not to be seen. */
  focus(itemId: string): boolean
}

interface Dependencies {
  place: HTMLElement
  view: ViewName
  look: (item: CalendarItem) => ItemLook
  onDays: (days: VisibleDays) => void
  onOpen: (item: CalendarItem, at: HTMLElement) => void
  /** Time was chosen for a new event. */
  onSpan: (span: Span) => void
  onMove: (item: CalendarItem, span: Span) => void
  onDelete: (item: CalendarItem) => void
}

/** The calendar itself. Every item keeps its identity, so that a change moves one item and disturbs no other. */
export function createGrid({ place, view, look, onDays, ...handlers }: Dependencies): Grid {
  const items = new Map<string, CalendarItem>()
  const drawn = new Map<string, string>() // how each of them was drawn last
  const calendar = new Calendar(place, {
    ...APPEARANCE,
    ...interactions({ find: (id) => items.get(id), calendar: () => calendar, ...handlers }),
    initialView: VIEWS[view],
    datesSet: (info) =>
      onDays({ from: info.start, to: info.end, title: info.view.title, view: viewNamed(info.view.type) }),
    navLinkDayClick: (date) => calendar.changeView(VIEWS.day, date),
    eventDidMount(info) {
      info.el.dataset['item'] = info.event.id
      info.el.setAttribute('aria-label', String(info.event.extendedProps['spoken']))
    },
  })

  function put(item: CalendarItem): void {
    const input: EventInput = lookOf(item, look(item))
    items.set(item.id, item)
    const drawing = JSON.stringify(input)
    if (drawn.get(item.id) === drawing) return
    if (drawn.has(item.id)) calendar.getEventById(item.id)?.remove()
    calendar.addEvent(input)
    drawn.set(item.id, drawing)
  }

  function drop(id: string): void {
    items.delete(id)
    if (drawn.delete(id)) calendar.getEventById(id)?.remove()
  }

  /** One drawing for all changes; the focus stays on the item it was on, although its element may be new. */
  function change(changes: () => void): void {
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset['item'] : undefined
    calendar.batchRendering(changes)
    if (focused === undefined || document.activeElement !== document.body) return
    place.querySelector<HTMLElement>(`[data-item="${CSS.escape(focused)}"]`)?.focus()
  }

  place.addEventListener('keydown', (event) => {
    const focused = event.target instanceof HTMLElement ? items.get(event.target.dataset['item'] ?? '') : undefined
    if (event.key === 'Delete' && focused?.mayDelete) handlers.onDelete(focused)
  })
  calendar.render()
  return {
    calendar,
    show: (wanted) =>
      change(() => {
        const ids = new Set(wanted.map((item) => item.id))
        for (const id of [...items.keys()]) if (!ids.has(id)) drop(id)
        for (const item of wanted) put(item)
      }),
    apply: (changed, removed) =>
      change(() => {
        for (const id of removed) drop(id)
        for (const item of changed) put(item)
      }),
    redraw: () =>
      change(() => {
        for (const item of items.values()) put(item)
      }),
    focus(itemId) {
      const node = place.querySelector<HTMLElement>(`[data-item="${CSS.escape(itemId)}"]`)
      node?.focus()
      return node !== null
    },
    isEmpty: () => place.querySelector('[data-item]') === null,
  }
}
