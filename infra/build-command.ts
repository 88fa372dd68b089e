import { parseArgs } from 'node:util'
import { buildFunctions } from './bundle/build.ts'
import { reportOf, reportText } from './bundle/report.ts'

// npm run build, or npm run build -- --report: what is in the bundle.
const { values } = parseArgs({ options: { report: { type: 'boolean', default: false } } })
const metafile = await buildFunctions()
if (values.report) process.stdout.write(reportText(reportOf(metafile)))
