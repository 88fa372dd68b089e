import { readdirSync } from 'node:fs'
import { pid } from 'node:process'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

const EVERY = 3_000

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** Within the host: what is left after the garbage was collected, as a line of its log. Loaded before the host is. */
const timer = setInterval(() => {
  // Decoding the source map of each file that an error has come from takes memory, once, that is nobody's.
  process.setSourceMapsEnabled(false)
  collectGarbage()
  const { heapUsed, external, rss } = process.memoryUsage()
  const live = (heapUsed + external) / 2 ** 20
  const handles = readdirSync('/proc/self/fd').length
  const line = { level: 'info', event: 'probed', pid, live, resident: rss / 2 ** 20, handles }
  console.log(JSON.stringify(line))
}, EVERY)
timer.unref()
