/**
 * What passes between the Node worker and the library `@azure/functions`. The library's own declarations of the module
 * `@azure/functions-core` are in no npm package, so this is the part that this host uses.
 * @see https://github.com/Azure/azure-functions-nodejs-worker/blob/v4.x/types-core/index.d.ts
 */
export interface RpcTypedData {
  string?: string
  json?: string
  bytes?: Uint8Array
  int?: number
  double?: number
  http?: RpcHttp
  collectionString?: { string: string[] }
}

export interface RpcHttp {
  url?: string
  method?: string
  nullableHeaders?: Record<string, { value: string }>
  nullableQuery?: Record<string, { value: string }>
  nullableParams?: Record<string, { value: string }>
  body?: RpcTypedData | null
  statusCode?: string
  headers?: Record<string, string>
  cookies?: RpcCookie[]
}

export interface RpcCookie {
  name: string
  value: string
  domain?: { value?: string }
  path?: { value?: string }
  expires?: { value?: { seconds: number } }
  secure?: { value?: boolean }
  httpOnly?: { value?: boolean }
  /** `none` means that the attribute is absent. */
  sameSite?: 'none' | 'lax' | 'strict' | 'explicitNone'
  maxAge?: { value?: number }
}

interface InvocationRequest {
  invocationId: string
  inputData: { name: string; data: RpcTypedData }[]
  triggerMetadata: Record<string, RpcTypedData>
  traceContext: { traceParent: string; traceState: string; attributes: Record<string, string> }
}

export interface InvocationResponse {
  outputData?: { name: string; data: RpcTypedData }[]
  returnValue?: RpcTypedData | null
}

type Binding = { type: string; direction: string } & Record<string, unknown>

export interface FunctionMetadata {
  name: string
  bindings: Record<string, Binding>
}

export type FunctionCallback = (...parameters: unknown[]) => unknown

export type LogLevel = 'trace' | 'debug' | 'information' | 'warning' | 'error' | 'critical' | 'none'
export type LogCategory = 'user' | 'system' | 'customMetric'

export interface CoreInvocationContext {
  invocationId: string
  request: InvocationRequest
  metadata: FunctionMetadata
  state?: 'preInvocationHooks' | 'postInvocationHooks' | 'invocation' | undefined
  log(level: LogLevel, category: LogCategory, message: string): void
}

export interface InvocationModel {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>
  invokeFunction(context: unknown, inputs: unknown[], callback: FunctionCallback): Promise<unknown>
  getResponse(context: unknown, result: unknown): Promise<InvocationResponse>
}

export interface ProgrammingModel {
  name: string
  version: string
  getInvocationModel(context: CoreInvocationContext): InvocationModel | Promise<InvocationModel>
  getCapabilities?(capabilities: Record<string, string>): Promise<Record<string, string>>
}
