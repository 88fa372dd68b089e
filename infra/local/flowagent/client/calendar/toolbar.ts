import type { Calendar } from 'fullcalendar'
import { byId } from '../dom.ts'
import { VIEWS, type ViewName } from './appearance.ts'
import type { VisibleDays } from './grid.ts'

/** Today, previous, next, the title and the choice of view. */
export function createToolbar(calendar: () => Calendar) {
  const title = byId('title', HTMLElement)
  const buttons = [...document.querySelectorAll<HTMLButtonElement>('[data-view]')]
  byId('today', HTMLButtonElement).addEventListener('click', () => calendar().today())
  byId('previous', HTMLButtonElement).addEventListener('click', () => calendar().prev())
  byId('next', HTMLButtonElement).addEventListener('click', () => calendar().next())
  for (const button of buttons) {
    button.addEventListener('click', () => calendar().changeView(VIEWS[button.dataset['view'] as ViewName]))
  }
  return {
    show(days: VisibleDays): void {
      title.textContent = days.title
      for (const button of buttons) button.setAttribute('aria-pressed', String(button.dataset['view'] === days.view))
    },
  }
}
