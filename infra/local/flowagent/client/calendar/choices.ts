import type { CalendarChoice } from '../../messages.ts'
import { element, icon } from '../dom.ts'
import { text } from '../language.ts'
import { remembered } from './memory.ts'

export interface Choices {
  /** Reads the person's calendars and lists them; when that fails, the list stays as it is. */
  load(): Promise<void>
  clear(): void
  knows(calendarId: string): boolean
  all(): CalendarChoice[]
  /** Whether nothing in the calendar can be changed. */
  isReadOnly(calendarId: string): boolean
  /** A colour as a CSS value. */
  colorOf(calendarId: string): string
  isHidden(calendarId: string): boolean
}

const COLORS = 8
const hidden = remembered<string[]>('hidden-calendars', [])

/** The list of calendars beside the grid: each with its colour and a switch, which this browser remembers. */
export function createChoices(list: HTMLElement, onChange: () => void): Choices {
  let calendars: CalendarChoice[] = []
  let loading: Promise<void> | undefined

  const colorOf = (id: string): string => {
    const index = calendars.findIndex((calendar) => calendar.id === id)
    return `var(--calendar-${(Math.max(index, 0) % COLORS) + 1})`
  }

  function toggle(id: string, isShown: boolean): void {
    hidden.set(isShown ? hidden.get().filter((other) => other !== id) : [...hidden.get(), id])
    onChange()
  }

  function line({ id, name, isPrimary, isReadOnly }: CalendarChoice): HTMLElement {
    const box = element('input', { type: 'checkbox', class: 'switch' })
    box.checked = !hidden.get().includes(id)
    box.style.setProperty('--calendar', colorOf(id))
    box.addEventListener('change', () => toggle(id, box.checked))
    const mark = isPrimary ? element('span', { class: 'muted small' }, text.calendar.primary) : undefined
    const lock = isReadOnly
      ? element(
          'span',
          { class: 'muted choice-lock', title: text.calendar.readOnly },
          icon('lock'),
          element('span', { class: 'for-ears' }, text.calendar.readOnly),
        )
      : undefined
    return element('li', {}, element('label', {}, box, element('span', { class: 'choice-name' }, name), mark, lock))
  }

  function show(next: CalendarChoice[]): void {
    if (JSON.stringify(next) === JSON.stringify(calendars)) return
    calendars = next
    list.replaceChildren(...calendars.map(line))
    onChange()
  }

  async function read(): Promise<void> {
    const response = await fetch('/data/calendars').catch(() => undefined)
    if (response?.ok) show((await response.json()) as CalendarChoice[])
  }

  return {
    load() {
      loading ??= read().finally(() => {
        loading = undefined
      })
      return loading
    },
    clear: () => show([]),
    all: () => calendars,
    isReadOnly: (id) => calendars.find((calendar) => calendar.id === id)?.isReadOnly ?? false,
    knows: (id) => calendars.some((calendar) => calendar.id === id),
    colorOf,
    isHidden: (id) => hidden.get().includes(id),
  }
}
