/**
 * Sends one lot at a time. What is asked for while a lot is on its way becomes the next one, so that a burst costs a few
 * sends, and nobody waits when nothing is under way.
 * @returns what resolves when the lot with these items is sent, and rejects as its sending does.
 */
export function gathered<Item>(
  send: (items: readonly Item[]) => Promise<void>,
): (items: readonly Item[]) => Promise<void> {
  let waiting: Item[] = []
  let next: Promise<void> | undefined
  let underWay: Promise<unknown> = Promise.resolve()

  function sendWaiting(): Promise<void> {
    const lot = waiting
    waiting = []
    next = undefined
    const sent = send(lot)
    underWay = sent.catch(() => undefined)
    return sent
  }

  return (items) => {
    waiting.push(...items)
    next ??= underWay.then(sendWaiting)
    return next
  }
}
