import { byId } from './dom.ts'
import type { Grid, ViewName } from './grid.ts'

/** The buttons over the grid and the keys that do the same. */
export function createToolbar(grid: () => Grid, onNew: () => void) {
  const actions: Record<string, () => void> = {
    new: onNew,
    today: () => grid().today(),
    prev: () => grid().prev(),
    next: () => grid().next(),
    day: () => grid().show('day'),
    week: () => grid().show('week'),
    month: () => grid().show('month'),
    agenda: () => grid().show('agenda'),
  }
  document.addEventListener('click', ({ target }) => {
    const button = target instanceof Element ? target.closest<HTMLElement>('[data-action]') : undefined
    actions[button?.dataset['action'] ?? '']?.()
  })
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
    actions[KEYS[event.key] ?? '']?.()
    if (KEYS[event.key] !== undefined) event.preventDefault()
  })
  return {
    show(title: string, view: ViewName): void {
      byId('title', HTMLElement).textContent = title
      for (const button of document.querySelectorAll<HTMLElement>('[data-view]')) {
        button.ariaPressed = String(button.dataset['view'] === view)
      }
    },
  }
}

const KEYS: Record<string, string> = {
  n: 'new',
  t: 'today',
  ArrowLeft: 'prev',
  ArrowRight: 'next',
  d: 'day',
  w: 'week',
  m: 'month',
  a: 'agenda',
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('input, select, textarea, dialog') !== null
