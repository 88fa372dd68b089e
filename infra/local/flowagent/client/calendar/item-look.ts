import type { EventInput } from 'fullcalendar'
import type { CalendarItem } from '../../messages.ts'
import { text } from '../language.ts'
import { whenOf } from './times.ts'

/** What an item takes from its calendar. */
export interface ItemLook {
  color: string
  isHidden: boolean
  /** The last change to it was not accepted. */
  isRefused: boolean
  /** Whether this person can change anything in it. */
  isFixed: boolean
}

/** An item as the grid draws it: where, in which colour, with which marks, and what a screen reader says. */
export function lookOf(item: CalendarItem, { color, isHidden, isRefused, isFixed }: ItemLook): EventInput {
  const title = item.title || text.details.untitled
  const states: State[] = [...statesOf(item), ...(isRefused ? ['refused' as const] : [])]
  return {
    id: item.id,
    title,
    start: item.start.time,
    end: item.end.time,
    allDay: item.allDay,
    editable: item.mayEdit && !isFixed,
    color: isOff(item) ? 'var(--ink-muted)' : color,
    ...(isHidden ? { display: 'none' } : {}),
    extendedProps: {
      state: states.map((state) => `item--${state}`).join(' '),
      spoken: [title, whenOf(item), ...states.map((state) => SPOKEN[state])].filter(Boolean).join(', '),
    },
  }
}

/** Not going to happen for this person. */
const isOff = (item: CalendarItem): boolean => item.status === 'cancelled' || item.answer === 'declined'

type State = 'private' | 'tentative' | 'cancelled' | 'declined' | 'unanswered' | 'pending' | 'refused'

const SPOKEN: Record<State, string> = {
  private: text.details.private,
  tentative: text.details.tentative,
  cancelled: text.details.cancelled,
  declined: text.details.answers.declined,
  unanswered: text.details.answers.needs_action,
  pending: text.editing.pending,
  refused: text.editing.refusedMark,
}

function statesOf(item: CalendarItem): State[] {
  const states: State[] = item.isPrivate ? ['private'] : []
  if (item.isPending) states.push('pending')
  if (item.status === 'cancelled') states.push('cancelled')
  else if (item.answer === 'declined') states.push('declined')
  else if (item.status === 'tentative' || item.answer === 'tentative') states.push('tentative')
  else if (item.answer === 'needs_action') states.push('unanswered')
  return states
}
