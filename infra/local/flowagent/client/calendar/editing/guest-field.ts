import type { Person } from '../../../messages.ts'
import { button, element, icon } from '../../dom.ts'
import { text } from '../../language.ts'
import { input, labelled, type Row, row } from './field.ts'
import { sameAddress } from './values.ts'

const words = text.editing
const ADDRESS = /^[^\s@<>,;"]+@[^\s@<>,;"]+\.[^\s@<>,;".]+$/

export interface GuestRow extends Row {
  read(): Person[]
  /** What is not an address yet. */
  typing(): string
  /** Takes in what is still being typed. @returns whether it is an address. */
  check(): boolean
}

/** The invited people, each with a way to take them off again. Several addresses can be pasted at once. */
export function guestField(known: readonly Person[]): GuestRow {
  let guests = [...known]
  const entry = input('email', '', { multiple: '', placeholder: words.peopleHint, enterkeyhint: 'done' })
  const list = element('ul', { class: 'chips' })
  const hint = element('p', { class: 'muted small' }, words.invitesAreSent)
  const line = row('people', labelled(words.people, entry), list, hint)

  function remove(guest: Person): void {
    guests = guests.filter((other) => other !== guest)
    show()
    entry.focus()
  }

  function show(): void {
    list.replaceChildren(...guests.map((guest) => chip(guest, () => remove(guest))))
    list.hidden = guests.length === 0
    hint.hidden = guests.length === 0
  }

  function takeIn(): boolean {
    const typed = entry.value.split(/[\s,;]+/).filter(Boolean)
    const wrong = typed.filter((address) => !ADDRESS.test(address))
    const fresh = typed.filter(
      (address) => !wrong.includes(address) && !guests.some(({ email }) => sameAddress(email, address)),
    )
    guests = [...guests, ...new Set(fresh)].map((guest) =>
      typeof guest === 'string' ? { email: guest, name: guest } : guest,
    )
    entry.value = wrong.join(', ')
    line.complain(wrong[0] === undefined ? undefined : words.errors.email(wrong[0]))
    show()
    return wrong.length === 0
  }

  entry.addEventListener('keydown', (event) => {
    const isEnd = event.key === 'Enter' || event.key === ',' || event.key === ';'
    if (isEnd && entry.value.trim() !== '') {
      event.preventDefault()
      takeIn()
    }
    const last = guests.at(-1)
    if (event.key === 'Backspace' && entry.value === '' && last !== undefined) remove(last)
  })
  show()
  return { ...line, read: () => guests, typing: () => entry.value.trim(), check: takeIn }
}

function chip({ name, email }: Person, onRemove: () => void): HTMLElement {
  const off = button('', 'chip-off', onRemove)
  off.setAttribute('aria-label', words.removePerson(name || email))
  off.append(icon('close'))
  return element('li', { class: 'chip', title: email }, element('span', {}, name || email), off)
}
