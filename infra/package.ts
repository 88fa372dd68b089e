import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Zippable, zipSync } from 'fflate'
import * as z from 'zod'

/** Where `npm run package` writes, relative to the repository. */
export const PACKAGE_FILE = 'dist/microsoft-365-sync.zip'

const PackageJson = z.object({ name: z.string(), version: z.string(), type: z.literal('module'), main: z.string() })

/** The same for every build: a time in an archive would make another archive of the same commit. */
const MTIME = '1980-01-01T00:00:00'

/**
 * What is deployed, as a zip: host.json, a package.json with what the host reads, and the built functions without their
 * source maps, which stay with the build. The same files give the same bytes.
 * @param directory holds the built app.
 */
export function packageApp(directory = '.'): Uint8Array {
  const text = (name: string) => readFileSync(join(directory, name), 'utf8')
  const { name, version, type, main } = PackageJson.parse(JSON.parse(text('package.json')))
  const built = readdirSync(join(directory, 'dist/functions'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.js'))
    .map((file) => `dist/functions/${file.replaceAll('\\', '/')}`)
  const files = new Map<string, Uint8Array>([
    ['host.json', Buffer.from(text('host.json'))],
    ['package.json', Buffer.from(`${JSON.stringify({ name, version, type, main }, null, 2)}\n`)],
    ...built.map((file): [string, Uint8Array] => [file, readFileSync(join(directory, file))]),
  ])
  const sorted: Zippable = {}
  for (const file of [...files.keys()].sort()) sorted[file] = files.get(file) ?? new Uint8Array()
  return zipSync(sorted, { level: 9, mtime: MTIME, os: 3, attrs: 0o644 << 16 })
}
