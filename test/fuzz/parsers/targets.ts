import type { ParserTarget } from './target.ts'
import { API } from './targets/api.ts'
import { GRAPH } from './targets/graph.ts'
import { OAUTH } from './targets/oauth.ts'
import { REQUESTS } from './targets/requests.ts'
import { SEALED } from './targets/sealed.ts'
import { STORED_ROWS } from './targets/stored.ts'
import { TEXTS } from './targets/texts.ts'

/** Every parser of what others send us. */
export const TARGETS: readonly ParserTarget[] = [
  ...GRAPH,
  ...API,
  ...REQUESTS,
  ...OAUTH,
  ...TEXTS,
  ...SEALED,
  ...STORED_ROWS,
]
