import type { EventInput } from 'fullcalendar'
import type { CalendarItem } from '../../messages.ts'
import { text } from '../language.ts'
import { whenOf } from './times.ts'

/** What an item takes from its calendar. */
export interface ItemLook {
  color: string
  isHidden: boolean
}

/** An item as the grid draws it: where, in which colour, with which marks, and what a screen reader says. */
export function lookOf(item: CalendarItem, { color, isHidden }: ItemLook): EventInput {
  const title = item.title || text.details.untitled
  return {
    id: item.id,
    title,
    start: item.start.time,
    end: item.end.time,
    allDay: item.allDay,
    color: isOff(item) ? 'var(--ink-muted)' : color,
    ...(isHidden ? { display: 'none' } : {}),
    extendedProps: {
      state: statesOf(item)
        .map((state) => `item--${state}`)
        .join(' '),
      spoken: [title, whenOf(item), ...statesOf(item).map((state) => SPOKEN[state])].filter(Boolean).join(', '),
    },
  }
}

/** Not going to happen for this person. */
const isOff = (item: CalendarItem): boolean => item.status === 'cancelled' || item.answer === 'declined'

type State = 'private' | 'tentative' | 'cancelled' | 'declined' | 'unanswered'

const SPOKEN: Record<State, string> = {
  private: text.details.private,
  tentative: text.details.tentative,
  cancelled: text.details.cancelled,
  declined: text.details.answers.declined,
  unanswered: text.details.answers.needs_action,
}

function statesOf(item: CalendarItem): State[] {
  const states: State[] = item.isPrivate ? ['private'] : []
  if (item.status === 'cancelled') states.push('cancelled')
  else if (item.answer === 'declined') states.push('declined')
  else if (item.status === 'tentative' || item.answer === 'tentative') states.push('tentative')
  else if (item.answer === 'needs_action') states.push('unanswered')
  return states
}
