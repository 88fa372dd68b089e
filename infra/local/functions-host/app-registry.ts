import type { FunctionCallback, FunctionMetadata, LogCategory, LogLevel, ProgrammingModel } from './core-types.ts'

const HOOKS = ['appStart', 'appTerminate', 'preInvocation', 'postInvocation'] as const
type HookName = (typeof HOOKS)[number]
type HookCallback = (context: object) => unknown

export interface RegisteredFunction {
  metadata: FunctionMetadata
  callback: FunctionCallback
}

/** What one app has told the worker about itself while it was loaded. */
export interface AppRegistry {
  readonly functions: RegisteredFunction[]
  model(): ProgrammingModel | undefined
  /** The module `@azure/functions-core` as this app sees it. */
  readonly coreModule: object
  /** Runs the hooks of this name one after the other; each may change the context. */
  runHooks(name: HookName, context: object): Promise<void>
  /** From now on a registration is an error, as it is in the worker. */
  seal(): void
}

type Logger = (level: LogLevel, category: LogCategory, message: string) => void

export function createAppRegistry(log: Logger): AppRegistry {
  const functions: RegisteredFunction[] = []
  const appHookData = {}
  const hooks: { name: HookName; callback: HookCallback }[] = []
  let model: ProgrammingModel | undefined
  let sealed = false

  const registerFunction = (metadata: FunctionMetadata, callback: FunctionCallback) => {
    if (sealed) throw new Error('A function can only be registered during app startup.')
    if (functions.some((known) => known.metadata.name === metadata.name)) {
      throw new Error(`A function with the name "${metadata.name}" is registered already.`)
    }
    return new Disposable(addTo(functions, { metadata, callback }))
  }
  const registerHook = (name: string, callback: HookCallback) => {
    const known = HOOKS.find((hook) => hook === name)
    if (known === undefined) throw new RangeError(`Unrecognized hook "${name}"`)
    return new Disposable(addTo(hooks, { name: known, callback }))
  }

  return {
    functions,
    model: () => model,
    coreModule: {
      version: '3.0.0-local',
      hostVersion: '4.0.0-local',
      registerFunction,
      registerHook,
      setProgrammingModel: (next: ProgrammingModel) => {
        model = next
      },
      getProgrammingModel: () => model,
      log,
      Disposable,
    },
    async runHooks(name, context) {
      for (const hook of hooks) if (hook.name === name) await hook.callback(Object.assign(context, { appHookData }))
    },
    seal() {
      sealed = true
    },
  }
}

/** Adds the item, and answers with how to take it out again. */
function addTo<T>(list: T[], item: T): () => void {
  list.push(item)
  return () => {
    list.splice(list.indexOf(item), 1)
  }
}

class Disposable {
  readonly #dispose: () => void

  constructor(dispose: () => void) {
    this.#dispose = dispose
  }

  dispose(): void {
    this.#dispose()
  }
}
