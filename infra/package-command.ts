import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { buildFunctions } from './bundle/build.ts'
import { PACKAGE_FILE, packageApp } from './package.ts'

// npm run package: builds the functions and writes what is deployed to Azure.
await buildFunctions()
const zip = packageApp()
writeFileSync(PACKAGE_FILE, zip)
const hash = createHash('sha256').update(zip).digest('hex')
console.log(`${PACKAGE_FILE}  ${(zip.length / 1e6).toFixed(2)} MB  sha256 ${hash}`)
