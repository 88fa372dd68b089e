const WIDTH = 30

/** A bar on standard error, where that is a terminal; nothing elsewhere. */
export function createProgress(total: number, unit: string, output: NodeJS.WriteStream = process.stderr) {
  const began = performance.now()
  let shownAt = Number.NEGATIVE_INFINITY

  function show(done: number): void {
    const now = performance.now()
    if (!output.isTTY || (now - shownAt < 200 && done < total)) return
    shownAt = now
    const filled = Math.round((WIDTH * done) / total)
    const rest = done === 0 ? '' : `, ${duration(((now - began) / done) * (total - done))} left`
    output.write(`\r${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)} ${done} of ${total} ${unit}${rest}\u001b[K`)
  }

  return {
    show,
    /** Makes room for a line of output. */
    clear: () => void (output.isTTY && output.write('\r\u001b[K')),
  }
}

const duration = (ms: number): string => (ms < 90_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`)
