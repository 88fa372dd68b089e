import type { ConnectionStatus } from '../../messages.ts'
import { button, element, icon } from '../dom.ts'
import { text } from '../language.ts'
import { connect, disconnect } from './actions.ts'
import { type ConnectedView, createConnectedView } from './connected-view.ts'

type State = ConnectionStatus['state']

const words = text.settings

/** Draws the connection into `place` and its one-word summary into `badge`; repeated states are updated in place. */
export function createConnectionCard(place: HTMLElement, badge: HTMLElement) {
  const complaint = element('p', { class: 'banner banner--bad', role: 'alert', hidden: '' })
  let shown: State | undefined
  let connected: ConnectedView | undefined

  function complain(words: string | undefined): void {
    complaint.hidden = words === undefined
    complaint.replaceChildren(icon('alert'), element('span', {}, words))
  }

  function draw(status: ConnectionStatus): void {
    if (status.state === 'checking') return
    place.removeAttribute('aria-busy')
    connected = status.state === 'connected' ? createConnectedView(() => disconnect(complain)) : undefined
    if (connected !== undefined) place.replaceChildren(complaint, connected.node)
    else if (status.state === 'reconnect_needed') place.replaceChildren(complaint, reconnectView(status.person.email))
    else place.replaceChildren(complaint, connectView())
  }

  const connectView = () =>
    element(
      'div',
      { class: 'stack' },
      element('p', { class: 'muted' }, words.connectHint),
      element('div', { class: 'actions' }, connectButton(words.connect)),
    )

  const reconnectView = (who: string) =>
    element(
      'div',
      { class: 'stack' },
      element('p', { class: 'strong' }, who),
      element('p', { class: 'banner banner--warn' }, icon('alert'), element('span', {}, words.reconnectText)),
      element(
        'div',
        { class: 'actions' },
        connectButton(words.reconnect),
        button(words.disconnect, '', () => disconnect(complain)),
      ),
    )

  function connectButton(name: string): HTMLButtonElement {
    const node = button(name, 'button--primary button--large', () => connect(node, complain))
    return node
  }

  return {
    complain,
    show(status: ConnectionStatus, reachable: boolean): void {
      if (shown !== status.state) draw(status)
      shown = status.state
      if (status.state === 'connected') connected?.update(status)
      badge.replaceChildren(badgeOf(status))
      complain(reachable ? undefined : words.offline)
    },
  }
}

function badgeOf(status: ConnectionStatus): HTMLElement | string {
  if (status.state === 'checking') return ''
  if (status.state === 'reconnect_needed') return badge('warn', words.needsReconnect)
  if (status.state === 'not_connected') return badge('plain', words.notConnected)
  return status.firstPull === undefined ? badge('good', words.connected) : badge('busy', words.copying)
}

const badge = (kind: string, name: string) => element('span', { class: `badge badge--${kind}` }, name)
