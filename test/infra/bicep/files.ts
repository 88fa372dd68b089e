import { existsSync, readFileSync } from 'node:fs'
import type { Files } from './plan.ts'

/** What is deployed by itself; modules are read with whom they belong to. */
export const DEPLOYMENTS = ['infra/main.bicep']

/** The files of the repository. */
export const onDisk: Files = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined)

/** The same files with some of them changed. @throws TypeError when the change changes nothing. */
export function edited(path: string, change: (text: string) => string, files: Files = onDisk): Files {
  const before = files(path)
  const after = before === undefined ? undefined : change(before)
  if (after === undefined || after === before) throw new TypeError(`${path}: nothing was changed`)
  return (name) => (name === path ? after : files(name))
}
