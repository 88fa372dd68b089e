import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { execPath } from 'node:process'
import { promisify } from 'node:util'

/** A change that the next release may make: its rows and messages say more than this one knows. */
const CHANGES: readonly { readonly file: string; readonly from: string; readonly to: string }[] = [
  {
    file: 'shared/storage/sealed-rows.ts',
    from: 'JSON.stringify(value)',
    to: `JSON.stringify({ ...value, addedLater: ['by', 'the', 'next', 'release'] })`,
  },
  {
    file: 'shared/storage/entity.ts',
    from: '...toWire(write.properties) }',
    to: '...toWire(write.properties), addedLater: 8 }',
  },
  {
    file: 'shared/messaging/service-bus.ts',
    from: '  body,\n',
    to: `  body: { ...body, addedLater: true, ...('channel' in body ? {} : { reason: 'only-later' }) },\n`,
  },
]

/** What the build reads. */
const SOURCES = ['functions', 'shared', 'infra', 'package.json', 'host.json', 'tsconfig.json']

/** Builds the app as a later release might be, into a folder of its own. */
export async function buildNextRelease(): Promise<{ directory: string; remove(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'next-release-'))
  for (const source of SOURCES) await cp(source, join(directory, source), { recursive: true })
  await symlink(resolve('node_modules'), join(directory, 'node_modules'))
  for (const { file, from, to } of CHANGES) {
    const text = await readFile(join(directory, file), 'utf8')
    if (text.split(from).length !== 2) throw new Error(`${file} does not hold once: ${from}`)
    await writeFile(
      join(directory, file),
      text.replace(from, () => to),
    )
  }
  await promisify(execFile)(execPath, ['--import', 'tsx', 'infra/build-command.ts'], { cwd: directory })
  return { directory, remove: () => rm(directory, { recursive: true, force: true }) }
}
