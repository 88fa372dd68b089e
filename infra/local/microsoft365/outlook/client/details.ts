import { byId, el, showDialog } from './dom.ts'
import type { Shown } from './grid.ts'
import { colorOf } from './look.ts'
import { ownNotes } from './notes.ts'
import { spokenRecurrence, spokenWhen } from './when.ts'
import type { Answer, GraphEvent, Recurrence } from './wire.ts'

export type Wish = 'edit' | 'remove' | Answer

const WISHES: readonly string[] = ['edit', 'remove', 'accept', 'tentativelyAccept', 'decline'] satisfies Wish[]

/** Shows all of an event. @returns what the person wants to do with it, or undefined for nothing. */
export async function showDetails(shown: Shown, recurrence: Recurrence | null): Promise<Wish | undefined> {
  const { event, calendar } = shown
  const dialog = byId('details', HTMLDialogElement)
  dialog.style.setProperty('--tone', colorOf(calendar))
  byId('details-heading', HTMLElement).textContent = event.subject || '(No title)'
  byId('details-lines', HTMLElement).replaceChildren(...linesOf(shown, recurrence))
  const isMine = calendar.canEdit && event.isOrganizer
  const isInvitation = !event.isOrganizer && !event.isCancelled && calendar.canEdit
  byId('details-edit', HTMLElement).hidden = !isMine
  byId('details-remove', HTMLElement).hidden = !calendar.canEdit
  byId('details-answers', HTMLElement).hidden = !isInvitation
  for (const button of dialog.querySelectorAll<HTMLButtonElement>('#details-answers button')) {
    button.ariaPressed = String(RESPONSES[button.value] === event.responseStatus.response)
  }
  const wish = await showDialog(dialog)
  return isWish(wish) ? wish : undefined
}

const isWish = (text: string): text is Wish => WISHES.includes(text)

const RESPONSES: Record<string, string> = {
  accept: 'accepted',
  tentativelyAccept: 'tentativelyAccepted',
  decline: 'declined',
}

function linesOf({ event, calendar }: Shown, recurrence: Recurrence | null): HTMLElement[] {
  const lines: [string, string | Node | undefined][] = [
    ['When', spokenWhen(event)],
    ['Repeats', recurrence === null ? undefined : spokenRecurrence(recurrence)],
    ['Where', event.location.displayName],
    ['Online', joinLink(event)],
    ['State', event.isCancelled ? 'This meeting was cancelled.' : ''],
    ['Organiser', event.isOrganizer ? '' : event.organizer.emailAddress.name],
    ['People', peopleOf(event)],
    ['Private', event.sensitivity === 'normal' ? '' : 'Only you see what this is about.'],
    ['Calendar', calendar.canEdit ? calendar.name : `${calendar.name} (read only)`],
    ['Categories', event.categories?.join(', ')],
    ['Notes', ownNotes(event.bodyPreview ?? '')],
  ]
  return lines.flatMap(([name, value]) => (value ? [el('dt', {}, name), el('dd', {}, value)] : []))
}

function joinLink({ isOnlineMeeting, onlineMeeting }: GraphEvent): Node | string {
  if (!isOnlineMeeting) return ''
  const isTeams = onlineMeeting?.joinUrl.startsWith('https://teams.microsoft.com/') ?? false
  if (onlineMeeting === null || !isTeams) return 'Online meeting'
  return el('a', { href: onlineMeeting.joinUrl, target: '_blank', rel: 'noreferrer' }, 'Join the Teams meeting')
}

const SPOKEN: Record<string, string> = {
  accepted: 'accepted',
  tentativelyAccepted: 'tentative',
  declined: 'declined',
}

function peopleOf({ attendees }: GraphEvent): Node | undefined {
  if (attendees.length === 0) return undefined
  const people = attendees.map(({ emailAddress, status }) => {
    const response = status?.response ?? 'none'
    const answer = el('span', { className: `answer answer--${response}` }, SPOKEN[response] ?? 'no answer')
    return el('li', {}, emailAddress.name || emailAddress.address, answer)
  })
  return el('ul', { className: 'people' }, ...people)
}
