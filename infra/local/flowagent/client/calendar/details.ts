import type { CalendarItem, Guest } from '../../messages.ts'
import { button, element, icon } from '../dom.ts'
import { text } from '../language.ts'
import { actionsOf, type DetailsActions } from './details-actions.ts'
import { whenOf, zonesOf } from './times.ts'

const words = text.details

interface Details {
  item: CalendarItem
  color: string
  /** Why the item's last change was not accepted. */
  refusal: string | undefined
  isReadOnly: boolean
  actions: DetailsActions
}

/** Opens everything known about an item beside `at`; on a narrow screen it rises from the bottom. */
export function openDetails(dialog: HTMLDialogElement, at: HTMLElement, details: Details): void {
  const { item, color, refusal, isReadOnly, actions } = details
  const close = button('', 'button--icon button--quiet details-close', () => dialog.close())
  close.setAttribute('aria-label', words.close)
  close.append(icon('close'))
  const closing =
    <A extends unknown[]>(act: (...args: A) => void) =>
    (...args: A) => {
      dialog.close()
      act(...args)
    }
  const closingActions = {
    edit: closing(actions.edit),
    remove: closing(actions.remove),
    answer: closing(actions.answer),
  }
  dialog.replaceChildren(
    close,
    heading(item, color),
    ...(refusal === undefined
      ? []
      : [element('p', { class: 'details-refusal' }, icon('alert'), element('span', {}, refusal))]),
    element('div', { class: 'details-body' }, ...rowsOf(item)),
    ...actionsOf(item, isReadOnly, closingActions),
  )
  dialog.onclick = (event) => {
    if (event.target === dialog) dialog.close() // only the backdrop is the dialog itself
  }
  dialog.showModal()
  placeBeside(dialog, at.getBoundingClientRect())
}

function heading(item: CalendarItem, color: string): HTMLElement {
  const mark = element('span', { class: 'details-mark', 'aria-hidden': 'true' })
  mark.style.setProperty('--calendar', color)
  const title = element('h2', { id: 'details-title' }, item.title || words.untitled)
  return element('header', { class: 'details-head' }, mark, element('div', {}, title, tags(item)))
}

function tags(item: CalendarItem): HTMLElement | undefined {
  const names: [string, string][] = []
  if (item.isPrivate) names.push(['lock', words.private])
  if (item.status === 'cancelled') names.push(['cancel', words.cancelled])
  if (item.status === 'tentative') names.push(['question', words.tentative])
  if (item.isPending) names.push(['sync', text.editing.pending])
  if (item.isRecurring) names.push(['repeat', words.recurring])
  if (names.length === 0) return undefined
  return element('ul', { class: 'tags' }, ...names.map(([glyph, name]) => element('li', {}, icon(glyph), name)))
}

function rowsOf(item: CalendarItem): HTMLElement[] {
  const zones = zonesOf(item).map((zone) => element('p', { class: 'muted small' }, zone))
  const rows = [row('clock', words.when, element('p', {}, whenOf(item)), ...zones)]
  if (item.joinUrl) rows.push(joinRow(item.joinUrl))
  if (item.place) rows.push(row('place', words.where, element('p', {}, item.place)))
  if (item.organizer) rows.push(row('person', words.organizer, element('p', {}, item.organizer.name)))
  if (item.answer !== 'unknown')
    rows.push(row('answer', words.yourAnswer, element('p', {}, words.answers[item.answer])))
  if (item.guests.length > 0) rows.push(guestsRow(item.guests))
  if (item.description)
    rows.push(row('text', words.description, element('p', { class: 'details-text' }, item.description)))
  return rows
}

const row = (glyph: string, name: string, ...content: HTMLElement[]): HTMLElement =>
  element(
    'div',
    { class: 'details-row' },
    icon(glyph),
    element('div', {}, element('h3', { class: 'for-ears' }, name), ...content),
  )

/** `noreferrer`: the meeting's host has no business knowing which page the link was on. */
const joinRow = (address: string): HTMLElement =>
  element(
    'a',
    { class: 'button button--primary details-join', href: address, target: '_blank', rel: 'noopener noreferrer' },
    icon('video'),
    words.join,
  )

function guestsRow(guests: Guest[]): HTMLElement {
  const lines = guests.map((guest) =>
    element(
      'li',
      {},
      element('span', { class: `answer answer--${guest.answer}`, 'aria-hidden': 'true' }),
      element('span', { class: 'guest-name' }, guest.name),
      element('span', { class: 'muted small' }, words.answers[guest.answer]),
    ),
  )
  const count = element('p', { class: 'strong' }, words.guests(guests.length))
  return row('people', words.guests(guests.length), count, element('ul', { class: 'guests' }, ...lines))
}

const GAP = 8

/** Right of the item where there is room, else left of it, and always wholly on screen. The narrow layout is CSS alone. */
function placeBeside(dialog: HTMLDialogElement, item: DOMRect): void {
  const { width, height } = dialog.getBoundingClientRect()
  const right = item.right + GAP
  const left = right + width < innerWidth ? right : item.left - width - GAP
  const clamp = (value: number, most: number) => Math.max(GAP, Math.min(value, most - GAP))
  dialog.style.setProperty('--left', `${clamp(left, innerWidth - width)}px`)
  dialog.style.setProperty('--top', `${clamp(item.top, innerHeight - height)}px`)
}
