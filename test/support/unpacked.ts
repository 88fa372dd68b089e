import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { unzipSync } from 'fflate'
import { packageApp } from '../../infra/package.ts'

/** Puts what is deployed of a built app into a folder far from the repository. */
export async function unpackApp(app: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'package-'))
  for (const [name, bytes] of Object.entries(unzipSync(packageApp(app)))) {
    await mkdir(dirname(join(directory, name)), { recursive: true })
    await writeFile(join(directory, name), bytes)
  }
  return directory
}
