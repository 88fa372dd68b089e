import * as z from 'zod'
import type { RegisteredFunction } from './app-registry.ts'
import type { FunctionCallback, FunctionMetadata } from './core-types.ts'
import { resolveSettings, type Settings } from './settings.ts'

const HttpTrigger = z.object({
  type: z.literal('httpTrigger'),
  authLevel: z.enum(['anonymous', 'function', 'admin']),
  methods: z.array(z.string().toUpperCase()),
  route: z.string().optional(),
})
const TimerTrigger = z.object({
  type: z.literal('timerTrigger'),
  schedule: z.string(),
  runOnStartup: z.boolean().default(false),
  useMonitor: z.boolean().default(true),
})
const ServiceBusTrigger = z.object({
  type: z.literal('serviceBusTrigger'),
  connection: z.string(),
  queueName: z.string(),
  isSessionsEnabled: z.boolean().default(false),
  /**
   * With `many` the extension serves one session after the other and renews no lock, so this host has no such thing.
   * @see https://github.com/Azure/azure-sdk-for-net/issues/27979
   */
  cardinality: z.literal('one').default('one'),
  autoCompleteMessages: z.boolean().optional(),
})
const Trigger = z.discriminatedUnion('type', [HttpTrigger, TimerTrigger, ServiceBusTrigger])

export type HttpTrigger = z.infer<typeof HttpTrigger>
export type TimerTrigger = z.infer<typeof TimerTrigger>
export type ServiceBusTrigger = z.infer<typeof ServiceBusTrigger>
type Trigger = z.infer<typeof Trigger>

/** `http` is how an HTTP function returns its answer. */
const AVAILABLE = new Set(['http', 'httpTrigger', 'timerTrigger', 'serviceBusTrigger'])

/** A function of the app with its one trigger understood. */
export interface HostedFunction<T extends Trigger = Trigger> {
  readonly name: string
  /** The name under which the library expects the trigger's data. */
  readonly bindingName: string
  readonly trigger: T
  readonly metadata: FunctionMetadata
  readonly callback: FunctionCallback
}

/** @throws when the function has a binding that this host does not have, or a `%SETTING%` that is not set. */
export function understand({ metadata, callback }: RegisteredFunction, settings: Settings): HostedFunction {
  const entries = Object.entries(metadata.bindings)
  const unknown = entries.find(([, { type }]) => !AVAILABLE.has(type))
  if (unknown !== undefined) throw new Error(`binding "${unknown[1].type}" is not available locally`)
  const [bindingName, binding] = entries.find(([, { type }]) => type.endsWith('Trigger')) ?? []
  if (bindingName === undefined || binding === undefined) throw new Error('the function has no trigger')
  const resolved = Object.entries(binding).map(([key, value]) => [key, resolveValue(value, settings)])
  const trigger = Trigger.parse(Object.fromEntries(resolved))
  return { name: metadata.name, bindingName, trigger, metadata, callback }
}

const resolveValue = (value: unknown, settings: Settings) =>
  typeof value === 'string' ? resolveSettings(value, settings) : value

/** The functions of one kind. */
export function withTrigger<K extends Trigger['type']>(functions: readonly HostedFunction[], type: K) {
  const isOfType = (candidate: HostedFunction): candidate is HostedFunction<Extract<Trigger, { type: K }>> =>
    candidate.trigger.type === type
  return functions.filter(isOfType)
}
