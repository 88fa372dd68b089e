import { routeTemplate } from './http-routes.ts'
import type { HostedFunction } from './triggers.ts'

/** A function as the line `functions-ready` lists it: what calls it, and where. */
export function describeFunction({ name, trigger }: HostedFunction, url: string, routePrefix: string) {
  switch (trigger.type) {
    case 'httpTrigger':
      return { name, methods: trigger.methods, url: `${url}/${routeTemplate({ name, trigger }, routePrefix)}` }
    case 'timerTrigger':
      return { name, schedule: trigger.schedule }
    case 'serviceBusTrigger':
      return { name, queue: trigger.queueName, isSessionsEnabled: trigger.isSessionsEnabled }
  }
}
