import { byId } from './dom.ts'
import { text } from './language.ts'
import { followLive } from './live.ts'
import { createConnectionCard } from './settings/connection-card.ts'
import { startTabs } from './settings/tabs.ts'

startTabs(byId('tab-general', HTMLButtonElement), byId('tab-about', HTMLButtonElement))

const card = createConnectionCard(byId('connection', HTMLElement), byId('badge', HTMLElement))

followLive({
  onStart: () => card.complain(undefined),
  onMessage: (message) => {
    if (message.type === 'status') card.show(message.status, message.reachable)
  },
  onLost: () => card.complain(text.calendar.lost),
})
