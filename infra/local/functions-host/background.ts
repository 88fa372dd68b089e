import type { RunNow } from './administration.ts'
import type { HostSettings } from './host-json.ts'
import type { Invoker } from './invocation.ts'
import { type LoadFailure, reasonOf } from './load-app.ts'
import type { WriteLine } from './output.ts'
import { createServiceBusClients } from './service-bus-clients.ts'
import { startQueueTrigger } from './service-bus-trigger.ts'
import { type Settings, triggerConnection } from './settings.ts'
import { createTimerStatuses } from './timer-status.ts'
import { startTimer } from './timers.ts'
import { type HostedFunction, withTrigger } from './triggers.ts'

interface Dependencies {
  functions: readonly HostedFunction[]
  settings: Settings
  hostSettings: HostSettings
  timerFolder: string | undefined
  invoker: Invoker
  write: WriteLine
}

/** One timer or queue that is being served. */
interface Started {
  name: string
  run: RunNow
  /** Begins no further run; resolves when those that run have ended. */
  stop(): Promise<void>
}

/** Everything that runs without being called: timers and queues. */
export interface Background {
  readonly failures: readonly LoadFailure[]
  find(name: string): RunNow | undefined
  stop(): Promise<void>
  /** Cuts the connections to the brokers. */
  close(): Promise<void>
}

/** Starts the timers and the queues. One that cannot be started is a failure and leaves the others alone. */
export async function startBackground(dependencies: Dependencies): Promise<Background> {
  const { functions, settings, hostSettings, invoker, write } = dependencies
  const clients = createServiceBusClients()
  const statuses = createTimerStatuses(dependencies.timerFolder)
  const starts = [
    ...withTrigger(functions, 'timerTrigger').map((hosted) => ({
      hosted,
      start: (): Promise<Started> => startTimer(hosted, { invoker, statuses, write }),
    })),
    ...withTrigger(functions, 'serviceBusTrigger').map((hosted) => ({
      hosted,
      start: async (): Promise<Started> => {
        const client = await clients.get(triggerConnection(hosted.trigger.connection, settings))
        return startQueueTrigger(hosted, { client, settings: hostSettings.serviceBus, invoker, write })
      },
    })),
  ]
  const started: Started[] = []
  const failures: LoadFailure[] = []
  for (const { hosted, start } of starts) {
    await start().then(
      (one) => started.push(one),
      (error) => failures.push({ source: hosted.name, reason: reasonOf(error) }),
    )
  }
  return {
    failures,
    find: (name) => started.find((one) => one.name === name)?.run,
    async stop() {
      await Promise.all(started.map((one) => one.stop()))
    },
    close: () => clients.close(),
  }
}
