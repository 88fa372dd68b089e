import Module from 'node:module'
import type { AppRegistry } from './app-registry.ts'

const CORE = '@azure/functions-core'

let current: AppRegistry | undefined
let loading: Promise<unknown> = Promise.resolve()

/**
 * Runs `load` with `require('@azure/functions-core')` answering with the registry's module, as it does from then on. The
 * library asks for it once, when its first function is registered, and keeps it; so two apps in one process stay apart
 * as long as they load one after the other, which is what this sees to.
 * @see https://github.com/Azure/azure-functions-nodejs-worker/blob/v4.x/src/setupCoreModule.ts
 */
export function withCoreModule<T>(registry: AppRegistry, load: () => Promise<T>): Promise<T> {
  const turn = loading.then(() => {
    if (current === undefined) interceptRequire()
    current = registry
    return load()
  })
  loading = turn.catch(() => undefined)
  return turn
}

function interceptRequire(): void {
  Module.prototype.require = new Proxy(Module.prototype.require, {
    apply: (original, self, parameters) =>
      parameters[0] === CORE ? current?.coreModule : Reflect.apply(original, self, parameters),
  })
}
