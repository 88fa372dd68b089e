import { el } from './dom.ts'
import { colorOf } from './look.ts'
import type { GraphCalendar } from './wire.ts'

export interface CalendarList {
  /** Draws the list anew. */
  show(calendars: GraphCalendar[]): void
  all(): GraphCalendar[]
  /** Those whose box is checked. */
  visible(): GraphCalendar[]
}

/** The person's calendars with a box each. What is hidden stays hidden in this browser. */
export function createCalendarList(place: HTMLElement, memory: Storage, onChange: () => void): CalendarList {
  let calendars: GraphCalendar[] = []
  const hidden = new Set<string>(JSON.parse(memory.getItem(KEY) ?? '[]'))

  function row(calendar: GraphCalendar): HTMLElement {
    const box = el('input', { type: 'checkbox', checked: !hidden.has(calendar.id) })
    box.addEventListener('change', () => {
      if (box.checked) hidden.delete(calendar.id)
      else hidden.add(calendar.id)
      memory.setItem(KEY, JSON.stringify([...hidden]))
      onChange()
    })
    const note = noteOf(calendar)
    const label = el(
      'label',
      {},
      box,
      el('span', { className: 'calendar-name' }, calendar.name),
      note && el('small', {}, note),
    )
    label.style.setProperty('--tone', colorOf(calendar))
    return el('li', {}, label)
  }

  return {
    show(given) {
      calendars = given
      place.replaceChildren(...given.map(row))
    },
    all: () => calendars,
    visible: () => calendars.filter(({ id }) => !hidden.has(id)),
  }
}

const KEY = 'outlook-hidden-calendars'

const noteOf = ({ canEdit, isDefaultCalendar, owner }: GraphCalendar): string =>
  canEdit ? (isDefaultCalendar ? owner.name : '') : 'read only'
