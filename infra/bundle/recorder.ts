/**
 * Stands in for `@azure/functions` in the bundle: a file of `functions/` that is loaded when its function is first called
 * can register nothing any more, and hands its handler over here.
 */

type Handler = (...parameters: readonly unknown[]) => unknown

export interface Registration {
  /** The method of `app` that registers it; a hook has the name of its method too, because there is one of each. */
  readonly method: 'http' | 'timer' | 'serviceBusQueue' | 'hook.preInvocation' | 'hook.appTerminate'
  readonly name: string
  /** What the host is told; plain data. */
  readonly options: Readonly<Record<string, unknown>>
  readonly handler: Handler
}

const registrations: Registration[] = []

const record =
  (method: Registration['method']) =>
  (name: string, { handler, ...options }: { handler: Handler }): void => {
    registrations.push({ method, name, options, handler })
  }

const recordHook = (method: 'hook.preInvocation' | 'hook.appTerminate') => (handler: Handler) =>
  record(method)(method, { handler })

export const app = {
  http: record('http'),
  timer: record('timer'),
  serviceBusQueue: record('serviceBusQueue'),
  hook: { preInvocation: recordHook('hook.preInvocation'), appTerminate: recordHook('hook.appTerminate') },
}

/** What the files that are loaded by now have handed over. */
export const recorded = (): readonly Registration[] => registrations

/** The handler of a function whose file `load` imports. */
export function lazily(name: string, load: () => Promise<unknown>): Handler {
  let handler: Promise<Handler> | undefined
  const find = async (): Promise<Handler> => {
    await load()
    const found = registrations.find((one) => one.name === name)
    if (found === undefined) throw new Error(`the file of ${name} registers no such function`)
    return found.handler
  }
  return async (...parameters) => {
    handler ??= find()
    return (await handler)(...parameters)
  }
}
