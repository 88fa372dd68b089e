import type * as z from 'zod'
import type { Scope } from '../../integrators/scopes.ts'

/** What one answer of an endpoint looks like, beside the failures that all of its kind have. */
export interface Answer {
  readonly means: string
  /** Absent for an answer without a body. */
  readonly body?: z.ZodType
  /** Not JSON: what it is instead. */
  readonly mediaType?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly example?: unknown
}

/** Who may call: the bearer of an access token, with any of the scopes where some are named; an integrator; anybody. */
export type Access = { readonly token: readonly Scope[] } | 'client' | 'none'

/** What the reference says of one endpoint. What is not here is said of all: see answers.ts. */
export interface Endpoint {
  /** Stands in generated clients; never changed. */
  readonly id: string
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** As its function has it, with a slash in front. */
  readonly path: `/${string}`
  readonly summary: string
  readonly description?: string
  readonly access: Access
  /** Values of the path's placeholders. */
  readonly params?: Readonly<Record<string, z.ZodType>>
  /** Array members are written `name[]=a&name[]=b`. */
  readonly query?: z.ZodObject
  readonly body?: { readonly schema: z.ZodType; readonly example: object; readonly isOptional?: boolean }
  /** Headers that a request may have. */
  readonly headers?: Readonly<Record<string, { readonly schema: z.ZodType; readonly description: string }>>
  readonly answers: Readonly<Record<number, Answer>>
}

/** Endpoints that a reader looks for in one place. */
export interface Group {
  readonly name: string
  readonly description: string
  readonly endpoints: readonly Endpoint[]
}
