import * as z from 'zod'
import { type ApiResponse, openJson } from '../../response.ts'
import { Export } from './shapes.ts'

/** `GET /docs/export-schema.json`: what an export holds, as a JSON Schema. */
export const readExportSchema = async (): Promise<ApiResponse> => openJson(z.toJSONSchema(Export))
