/**
 * Sends one lot at a time. What is asked for while a lot is on its way becomes the next one, so that a burst costs a few
 * sends, and nobody waits when nothing is under way. When a lot fails, those who wait for the next one fail with it: who
 * has waited once must not wait as long again for a receiver that does not answer.
 * @returns what resolves when the lot with these items is sent.
 */
export function gathered<Item>(
  send: (items: readonly Item[]) => Promise<void>,
): (items: readonly Item[]) => Promise<void> {
  let waiting: Item[] = []
  let next: Promise<void> | undefined
  let underWay: Promise<void> | undefined

  function take(): readonly Item[] {
    const lot = waiting
    waiting = []
    next = undefined
    return lot
  }

  async function sendLot(lot: readonly Item[]): Promise<void> {
    try {
      await send(lot)
    } finally {
      underWay = undefined
    }
  }

  function sendWaiting(): Promise<void> {
    underWay = sendLot(take())
    return underWay
  }

  function giveUp(error: unknown): never {
    take()
    throw error
  }

  return (items) => {
    waiting.push(...items)
    next ??= (underWay ?? Promise.resolve()).then(sendWaiting, giveUp)
    return next
  }
}
