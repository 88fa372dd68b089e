import { setTimeout as sleep } from 'node:timers/promises'
import { LINKS, type LinkName, type ProcessName, type Trouble } from './plan.ts'
import type { ChaosSystem } from './system.ts'

/** Does what was planned to links and processes. */
export interface Troublemaker {
  /** Ends at once; what lasts goes on. */
  make(trouble: Trouble): void
  /** Waits until nothing lasts any more, and everything is as it was. */
  end(): Promise<void>
  /** How often each process was killed and frozen. */
  readonly counts: ReadonlyMap<string, number>
  /** What went wrong with the making itself. */
  readonly failures: readonly string[]
}

/** Bytes that are under way to a process whose connections were cut, in milliseconds. */
const UNDER_WAY = 300

export function createTroublemaker(system: ChaosSystem): Troublemaker {
  const counts = new Map<string, number>()
  const failures: string[] = []
  const busy = new Map<LinkName | ProcessName, Promise<void>>()

  /** One trouble at a time for each link and process: what comes while one lasts is left out. */
  function occupy(names: readonly (LinkName | ProcessName)[], count: string, work: () => Promise<void>): void {
    if (names.some((name) => busy.has(name))) return
    counts.set(count, (counts.get(count) ?? 0) + 1)
    const done = work().then(
      () => free(names),
      (error: unknown) => {
        failures.push(`${count}: ${error instanceof Error ? error.message : error}`)
        free(names)
      },
    )
    for (const name of names) busy.set(name, done)
  }

  function free(names: readonly (LinkName | ProcessName)[]): void {
    for (const name of names) busy.delete(name)
  }

  async function cutOff(link: LinkName, work: () => Promise<void>): Promise<void> {
    system.links[link].set({ isDown: true })
    await sleep(UNDER_WAY)
    await work().finally(() => system.links[link].set({}))
  }

  async function kill(name: ProcessName, forMs: number): Promise<void> {
    if (name === 'host') {
      await system.host.kill()
      await sleep(forMs)
      return system.host.start()
    }
    const part = name === 'broker' ? system.broker : system.tables
    await cutOff(name, async () => {
      await part.kill()
      await sleep(forMs)
      await part.start()
    })
  }

  async function freeze(name: ProcessName, forMs: number): Promise<void> {
    const pid = name === 'host' ? system.host.current().pid : system[name].pid()
    process.kill(pid, 'SIGSTOP')
    await sleep(forMs)
    process.kill(pid, 'SIGCONT')
  }

  return {
    counts,
    failures,
    make(trouble) {
      if ('process' in trouble) {
        const { process: name, forMs, kind } = trouble
        const work = { kill, freeze }[kind]
        occupy([name], `${name} ${kind === 'kill' ? 'killed' : 'frozen'}`, () => work(name, forMs))
        return
      }
      const link = system.links[trouble.link]
      if (trouble.kind === 'cut') link.cut()
      if (trouble.kind === 'cut-answers') link.cutAnswers(trouble.count)
      if (trouble.kind === 'garble') link.garble(trouble.count)
      if (trouble.kind === 'half-close') link.halfClose(trouble.towards)
      if (trouble.kind !== 'weather') return
      const { weather, forMs } = trouble
      occupy([trouble.link], `links ${Object.keys(weather)[0]}`, async () => {
        link.set(weather)
        await sleep(forMs)
        link.set({})
      })
    },
    async end() {
      await Promise.all(busy.values())
      for (const name of LINKS) {
        system.links[name].set({})
        system.links[name].cutAnswers(0)
        system.links[name].garble(0)
      }
    },
  }
}
