import type { LiveMessage } from '../messages.ts'

/**
 * Follows the server's stream. The browser reconnects by itself; every new start of the stream tells `onStart`, because
 * something may have been missed. `onLost` means that it has given up.
 */
export function followLive(handlers: {
  onStart: () => void
  onMessage: (message: LiveMessage) => void
  onLost: () => void
}): void {
  const stream = new EventSource('/live')
  stream.addEventListener('open', handlers.onStart)
  stream.addEventListener('message', (event) => handlers.onMessage(JSON.parse(event.data) as LiveMessage))
  stream.addEventListener('error', () => {
    if (stream.readyState === EventSource.CLOSED) handlers.onLost()
  })
}
