import { SyncError } from '../../core/errors.ts'
import type { ApiRequest } from '../request.ts'
import { type ApiResponse, asset, immutableAsset, openJson } from '../response.ts'
import { clientDeclarations } from './declarations/declarations.ts'
import { openApiDocument } from './document.ts'
import { STYLE_NAME } from './page/layout.ts'
import { referencePage } from './page/reference-page.ts'
import { DOCS_STYLE } from './page/style.ts'

/** `GET /openapi.json` */
export const readOpenApi = async (publicUrl: string): Promise<ApiResponse> => openJson(openApiDocument(publicUrl))

/** `GET /docs` */
export const readReference = (publicUrl: string): Promise<ApiResponse> => referencePage(openApiDocument(publicUrl))

/** `GET /docs/cronofy.d.ts` */
export const readDeclarations = async (publicUrl: string): Promise<ApiResponse> =>
  asset('text/plain; charset=utf-8', clientDeclarations(openApiDocument(publicUrl)))

/** `GET /docs/assets/{name}` @throws SyncError `NOT_FOUND`. */
export async function readAsset({ params }: ApiRequest): Promise<ApiResponse> {
  if (params['name'] !== STYLE_NAME) throw new SyncError('NOT_FOUND', 'no such asset')
  return immutableAsset('text/css; charset=utf-8', DOCS_STYLE)
}
