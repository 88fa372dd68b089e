import { check, toLine } from './check.ts'
import { DEPLOYMENTS, onDisk } from './files.ts'

const findings = DEPLOYMENTS.flatMap((file) => check(file, onDisk))
for (const finding of findings) console.error(toLine(finding))
console.log(findings.length === 0 ? `${DEPLOYMENTS.join(', ')}: nothing to say` : `${findings.length} findings`)
process.exitCode = findings.length === 0 ? 0 : 1
