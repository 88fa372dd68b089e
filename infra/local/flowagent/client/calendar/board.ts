import type { ConnectionStatus, Problem } from '../../messages.ts'
import { button, byId, element, icon } from '../dom.ts'
import { text } from '../language.ts'

const words = text.calendar

/** Everything around the grid that says how things stand: skeleton, invitation, banner, freshness. */
export function createBoard(onRetry: () => void) {
  const frame = byId('frame', HTMLElement)
  const banner = byId('banner', HTMLElement)
  const invitation = byId('invitation', HTMLElement)
  const freshness = byId('freshness', HTMLElement)
  const nothing = byId('nothing', HTMLElement)
  let isShown = false // whether there has ever been something to show

  const setState = (state: 'loading' | 'working' | 'ready' | 'invitation') => {
    frame.dataset['state'] = state
    invitation.hidden = state !== 'invitation'
  }

  function warn(kind: 'warn' | 'bad', sentence: string, action?: HTMLElement): void {
    const box = element(
      'div',
      { class: `banner banner--${kind}` },
      icon('alert'),
      element('span', {}, sentence),
      action,
    )
    if (banner.firstElementChild?.textContent !== box.textContent) banner.replaceChildren(box)
  }

  function invite(title: string, sentence: string): void {
    isShown = false
    banner.replaceChildren()
    freshness.replaceChildren()
    invitation.replaceChildren(
      element('span', { class: 'invitation-art', 'aria-hidden': 'true' }, icon('calendar')),
      element('h2', {}, title),
      element('p', { class: 'muted' }, sentence),
      element('a', { class: 'button button--primary button--large', href: '/settings' }, words.emptyAction),
    )
    setState('invitation')
  }

  const settingsLink = () => element('a', { class: 'button', href: '/settings' }, words.emptyAction)

  return {
    busy: () => setState(isShown ? 'working' : 'loading'),
    ready(isEmpty: boolean): void {
      isShown = true
      setState('ready')
      nothing.hidden = !isEmpty
    },
    failed(problem: Problem): void {
      if (problem === 'not_connected') invite(words.emptyTitle, words.emptyText)
      else if (problem === 'reconnect_needed') invite(words.reconnectTitle, words.reconnectText)
      else {
        setState('ready')
        warn('bad', words.failed, button(words.retry, '', onRetry))
      }
    },
    lost: () =>
      warn(
        'bad',
        words.lost,
        button(words.reload, '', () => location.reload()),
      ),
    status(status: ConnectionStatus, reachable: boolean): void {
      if (status.state === 'not_connected') invite(words.emptyTitle, words.emptyText)
      else if (!reachable) warn('warn', words.offline)
      else if (status.state === 'reconnect_needed') warn('warn', words.reconnectText, settingsLink())
      else banner.replaceChildren()
      freshness.replaceChildren(...freshnessOf(status, reachable))
    },
  }
}

function freshnessOf(status: ConnectionStatus, reachable: boolean): HTMLElement[] {
  if (status.state !== 'connected' || !reachable) return []
  const isCopying = status.firstPull !== undefined
  const dot = element('span', { class: `dot ${isCopying ? 'dot--busy' : 'dot--good'}`, 'aria-hidden': 'true' })
  return [dot, element('span', {}, isCopying ? words.copying : words.live)]
}
