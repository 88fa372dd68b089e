import type { FunctionsProcess } from '../../../infra/local/functions-host/spawn-functions-host.ts'
import { GROUPS } from '../../../shared/api/reference/registry.ts'

/** One way to ask an address. */
export interface Route {
  readonly method: string
  /** With the placeholders of the route: `/docs/assets/{name}`. */
  readonly path: string
}

export const nameOf = ({ method, path }: Route): string => `${method} ${path}`

/** Everything that the host answers over HTTP. */
export const registered = ({ functions, url: origin }: Pick<FunctionsProcess, 'functions' | 'url'>): readonly Route[] =>
  functions.flatMap(({ url = '', methods = [] }) =>
    methods.map((method) => ({ method, path: url.slice(origin.length) })),
  )

/** What the reference describes, which is fuzzed by its schemas. */
export const DESCRIBED: ReadonlySet<string> = new Set(
  GROUPS.flatMap(({ endpoints }) => endpoints).map(({ method, path }) =>
    nameOf({ method: method.toUpperCase(), path }),
  ),
)
