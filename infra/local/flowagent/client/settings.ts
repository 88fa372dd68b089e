import type { ConnectionStatus } from '../messages.ts'
import { byId } from './dom.ts'
import { text } from './language.ts'
import { followLive } from './live.ts'
import { createConnectionCard } from './settings/connection-card.ts'
import { startTabs } from './settings/tabs.ts'

startTabs(byId('tab-general', HTMLButtonElement), byId('tab-about', HTMLButtonElement))

const card = createConnectionCard(byId('connection', HTMLElement), byId('badge', HTMLElement))

/** What the sign-in came to is no longer true when the connection has ended, be it before this page heard of it. */
function forgetNotice({ state }: ConnectionStatus): void {
  if (state !== 'connected' && state !== 'checking') document.querySelector('[data-notice=connected]')?.remove()
}

followLive({
  onStart: () => card.complain(undefined),
  onMessage: (message) => {
    if (message.type !== 'status') return
    card.show(message.status, message.reachable)
    forgetNotice(message.status)
  },
  onLost: () => card.complain(text.calendar.lost),
})
