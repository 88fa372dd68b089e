import { Calendar, type EventApi, type EventInput } from 'fullcalendar'
import type { CalendarItem } from '../../messages.ts'
import { APPEARANCE, VIEWS, type ViewName, viewNamed } from './appearance.ts'
import type { Span } from './editing/wall.ts'
import { createHold } from './hold.ts'
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
  /** Shows exactly these items, once no event is held. What is unchanged is not touched. */
  show(items: CalendarItem[]): void
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
  let wanted: CalendarItem[] = []
  let items = new Map<string, CalendarItem>() // as drawn
  const drawn = new Map<string, string>() // how each of them was drawn last
  const hold = createHold(place, () => change(drawAll))
  const calendar = new Calendar(place, {
    ...APPEARANCE,
    ...hold.options,
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

  /** Whatever the library has put back after a drag: in the end each item is drawn once, as it is wanted. */
  function put(item: CalendarItem, there: readonly EventApi[]): void {
    const input: EventInput = lookOf(item, look(item))
    const drawing = JSON.stringify(input)
    if (there.length === 1 && drawn.get(item.id) === drawing) return
    for (const event of there) event.remove()
    calendar.addEvent(input)
    drawn.set(item.id, drawing)
  }

  function drawAll(): void {
    items = new Map(wanted.map((item) => [item.id, item]))
    const there = new Map<string, EventApi[]>()
    for (const event of calendar.getEvents()) {
      if (items.has(event.id)) there.set(event.id, [...(there.get(event.id) ?? []), event])
      else event.remove()
    }
    for (const item of wanted) put(item, there.get(item.id) ?? [])
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
    show(next) {
      wanted = next
      hold.draw()
    },
    redraw: hold.draw,
    focus(itemId) {
      const node = place.querySelector<HTMLElement>(`[data-item="${CSS.escape(itemId)}"]`)
      node?.focus()
      return node !== null
    },
    isEmpty: () => place.querySelector('[data-item]') === null,
  }
}
