import type { ConnectionStatus } from '../../messages.ts'
import { button, element } from '../dom.ts'
import { locale, text } from '../language.ts'

type Connected = Extract<ConnectionStatus, { state: 'connected' }>

export interface ConnectedView {
  node: HTMLElement
  update(status: Connected): void
}

const words = text.settings
const dateTime = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' })
const whole = new Intl.NumberFormat(locale)

/** Who is connected, since when, how much there is, and how far the first copy has come. */
export function createConnectedView(onDisconnect: () => void): ConnectedView {
  const name = element('p', { class: 'strong' })
  const email = element('p', { class: 'muted' })
  const initials = element('span', { class: 'avatar', 'aria-hidden': 'true' })
  const facts = createFacts(['since', 'lastChange', 'calendars', 'events', 'timeZone'])
  const progress = createProgress()
  const node = element(
    'div',
    { class: 'stack' },
    element('div', { class: 'who' }, initials, element('div', {}, name, email)),
    progress.node,
    facts.node,
    element(
      'div',
      { class: 'actions' },
      element('a', { class: 'button button--primary', href: '/calendar' }, words.openCalendar),
      button(words.disconnect, 'button--quiet-danger', onDisconnect),
    ),
  )
  return {
    node,
    update(status) {
      name.textContent = status.person.name
      email.textContent = status.person.email === status.person.name ? '' : status.person.email
      initials.textContent = initialsOf(status.person.name)
      facts.set('since', dateTime.format(new Date(status.connectedAt)))
      facts.set('lastChange', status.lastChangeAt ? dateTime.format(new Date(status.lastChangeAt)) : words.noChange)
      facts.set('calendars', whole.format(status.calendars))
      facts.set('events', status.events === undefined ? '–' : whole.format(status.events))
      facts.set('timeZone', status.timeZone.replaceAll('_', ' '))
      progress.update(status.firstPull)
    },
  }
}

type Fact = 'since' | 'lastChange' | 'calendars' | 'events' | 'timeZone'

function createFacts(names: Fact[]) {
  const values = new Map(names.map((name) => [name, element('dd')]))
  const rows = [...values].map(([name, value]) => element('div', {}, element('dt', {}, words[name]), value))
  return {
    node: element('dl', { class: 'facts' }, ...rows),
    set(name: Fact, value: string): void {
      const node = values.get(name)
      if (node !== undefined && node.textContent !== value) node.textContent = value
    },
  }
}

function createProgress() {
  const caption = element('span', { class: 'muted' })
  const bar = element('progress', { 'aria-label': words.progress })
  const heading = element(
    'div',
    { class: 'progress-head' },
    element('span', { class: 'strong' }, words.progress),
    caption,
  )
  const node = element('div', { class: 'progress', hidden: '' }, heading, bar)
  return {
    node,
    update(pull: Connected['firstPull']): void {
      node.hidden = pull === undefined
      if (pull === undefined) return
      const { calendars, calendarsDone } = pull
      caption.textContent = calendars === 0 ? words.progressStart : words.progressText(calendarsDone, calendars)
      if (calendars === 0) bar.removeAttribute('value')
      else Object.assign(bar, { max: calendars, value: calendarsDone })
    },
  }
}

/** `Dana Lee` as `DL`. */
const initialsOf = (name: string): string =>
  name
    .split(/[\s@.]+/)
    .slice(0, 2)
    .map((part) => part.slice(0, 1).toUpperCase())
    .join('')
