import { buildFunctions } from './bundle/build.ts'

await buildFunctions()
