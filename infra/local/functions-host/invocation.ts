import { randomBytes, randomUUID } from 'node:crypto'
import type { AppRegistry } from './app-registry.ts'
import type {
  CoreInvocationContext,
  InvocationModel,
  InvocationResponse,
  LogCategory,
  LogLevel,
  RpcTypedData,
} from './core-types.ts'
import { type WriteLine, writeEvent, writeFailure } from './output.ts'
import type { HostedFunction } from './triggers.ts'

export interface InvocationInput {
  data: RpcTypedData
  metadata: Record<string, RpcTypedData>
  invocationId?: string
}

/** A function threw, or returned what cannot be its answer. The log has been told about the cause. */
export class FunctionFailed extends Error {}

export interface Invoker {
  /** Runs a function once. @throws FunctionFailed */
  invoke(hosted: HostedFunction, input: InvocationInput): Promise<InvocationResponse>
  /** Resolves once nothing runs any more. */
  drained(): Promise<void>
}

/** Runs functions through the library's programming model in the order of steps that the Node worker keeps. */
export function createInvoker(registry: AppRegistry, write: WriteLine): Invoker {
  const running = new Set<Promise<unknown>>()
  return {
    invoke(hosted, input) {
      const run = runOnce(registry, hosted, input, write)
        .catch((cause) => {
          writeFailure(write, 'function-failed', hosted.name, cause)
          throw new FunctionFailed(`function "${hosted.name}" failed`, { cause })
        })
        .finally(() => running.delete(run))
      running.add(run)
      return run
    },
    async drained() {
      await Promise.allSettled(running)
    },
  }
}

async function runOnce(registry: AppRegistry, hosted: HostedFunction, input: InvocationInput, write: WriteLine) {
  const core = coreContext(hosted, input, write)
  const model = await registry.model()?.getInvocationModel(core)
  if (model === undefined) throw new Error('the app registered no programming model')
  const { context, inputs } = await model.getArguments()
  const result = await runWithHooks(registry, core, model, { context, inputs, callback: hosted.callback })
  return model.getResponse(context, result)
}

interface Call {
  context: unknown
  inputs: unknown[]
  callback: HostedFunction['callback']
}

/** Hooks may replace the inputs and the callback before, and the result and the error after. */
async function runWithHooks(registry: AppRegistry, core: CoreInvocationContext, model: InvocationModel, call: Call) {
  const shared = { hookData: {}, invocationContext: call.context }
  const before = { ...shared, inputs: call.inputs, functionCallback: call.callback }
  core.state = 'preInvocationHooks'
  await registry.runHooks('preInvocation', before)

  core.state = 'invocation'
  const outcome = await model.invokeFunction(call.context, before.inputs, before.functionCallback).then(
    (result) => ({ result, error: null }),
    (error: unknown) => ({ result: null, error: error ?? new Error('the function threw nothing') }),
  )

  const after = { ...shared, inputs: before.inputs, ...outcome }
  core.state = 'postInvocationHooks'
  await registry.runHooks('postInvocation', after)
  core.state = undefined
  if (after.error !== null) throw after.error
  return after.result
}

function coreContext(hosted: HostedFunction, input: InvocationInput, write: WriteLine): CoreInvocationContext {
  const invocationId = input.invocationId ?? randomUUID()
  return {
    invocationId,
    metadata: hosted.metadata,
    request: {
      invocationId,
      inputData: [{ name: hosted.bindingName, data: input.data }],
      triggerMetadata: input.metadata,
      traceContext: { traceParent: newTraceParent(), traceState: '', attributes: {} },
    },
    log: (level, category, message) => writeLog(write, level, category, message),
  }
}

/** @see https://www.w3.org/TR/trace-context/#traceparent-header */
const newTraceParent = () => `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-00`

/** The app's own lines appear as they are; of the library's, those that ask for attention. */
export function writeLog(write: WriteLine, level: LogLevel, category: LogCategory, message: string): void {
  if (category === 'user') write(message)
  else if (['warning', 'error', 'critical'].includes(level)) writeEvent(write, 'functions-library', { level, message })
}
