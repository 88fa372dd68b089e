import { byId } from './dom.ts'
import { text } from './language.ts'
import { followLive } from './live.ts'
import { createConnectionCard } from './settings/connection-card.ts'
import { startTabs } from './settings/tabs.ts'

startTabs(byId('tab-general', HTMLButtonElement), byId('tab-about', HTMLButtonElement))

const card = createConnectionCard(byId('connection', HTMLElement), byId('badge', HTMLElement))

let wasConnected = false

/** What the sign-in came to is no longer true when the connection ends afterwards. */
function forgetNotice(isConnected: boolean): void {
  if (wasConnected && !isConnected) document.querySelector('[data-notice=connected]')?.remove()
  wasConnected = isConnected
}

followLive({
  onStart: () => card.complain(undefined),
  onMessage: (message) => {
    if (message.type !== 'status') return
    card.show(message.status, message.reachable)
    forgetNotice(message.status.state === 'connected')
  },
  onLost: () => card.complain(text.calendar.lost),
})
