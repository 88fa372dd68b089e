import { exit, stdout } from 'node:process'
import { parseArgs } from 'node:util'
import { systemClock } from '../../shared/core/time.ts'
import { portOffset } from './addresses.ts'
import { createNarrator } from './narrator.ts'
import { type System, startSystem } from './system.ts'

const clockText = () => new Date(systemClock.now()).toISOString().slice(11, 23)
const say = (text: string) => stdout.write(`${clockText()}  ${text}\n`)

/**
 * `npm start`: the whole system, telling on the console what happens until Ctrl-C. `--app` is the folder of an unpacked
 * package, which is run in place of what is built here.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { app: { type: 'string' } } })
  const narrator = createNarrator(() => systemClock.now())
  const system = await startSystem({
    offset: portOffset(),
    ...(values.app !== undefined && { app: values.app }),
    log: (level, event) => {
      if (level !== 'info') say(`${level}: ${event}`)
    },
    ready: (part, address) => say(`${part.padEnd(15)} ready at ${address}`),
    write: (line) => {
      const story = narrator.tell(line)
      if (story !== undefined) say(story)
    },
  })
  const { flowagent, microsoft365, sync } = system.addresses
  stdout.write(
    `\n  FlowAgent       ${flowagent}  (Account Settings -> Connect to Microsoft)\n` +
      `  Outlook         ${microsoft365}/outlook\n` +
      `  Your data       ${sync}/me\n` +
      `  Administrators  ${sync}/install (Lars of Fabrikam has not yet), ${sync}/organisation\n` +
      `  Integrator API  ${sync}\n  Health          ${sync}/health\n\n` +
      '  Ctrl-C ends everything.\n\n',
  )
  endOnRequest(system)
  await watchHost(system)
}

let ending = false

/** A host that ends by itself is started again, as the platform would do. */
async function watchHost(system: System): Promise<void> {
  for (;;) {
    const code = await system.functionsHost().ended
    if (ending) return
    say(`the Functions host ended (${code ?? 'killed'}); starting it again`)
    await system.startFunctionsHost()
    say('Functions host ready again')
  }
}

/** The first Ctrl-C ends in order, the second one at once. */
function endOnRequest(system: System): void {
  const end = () => {
    if (ending) {
      process.kill(system.functionsHost().pid, 'SIGKILL')
      exit(1)
    }
    ending = true
    say('ending')
    system.close().then(() => exit(0), fail)
  }
  process.on('SIGINT', end)
  process.on('SIGTERM', end)
}

function fail(error: unknown): never {
  console.error(error instanceof Error ? error.message : error)
  exit(1)
}

main().catch(fail)
