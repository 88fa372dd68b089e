import { parse } from 'yaml'
import * as z from 'zod'

const Permissions = z.union([z.string(), z.record(z.string(), z.string())]).optional()

const Job = z.object({
  permissions: Permissions,
  'timeout-minutes': z.number().optional(),
  concurrency: z.unknown().optional(),
  uses: z.string().optional(),
  steps: z
    .array(z.object({ uses: z.string().optional(), with: z.record(z.string(), z.unknown()).optional() }))
    .default([]),
})

const Workflow = z.object({
  permissions: Permissions,
  concurrency: z.unknown().optional(),
  jobs: z.record(z.string(), Job),
})

/** Jobs that are another workflow's have their own limits there. */
const limitProblems = (name: string, job: z.infer<typeof Job>): string[] =>
  job.uses === undefined && job['timeout-minutes'] === undefined ? [`${name} has no time limit`] : []

/** What we ask of every workflow, beyond that it is well-formed. */
export function ruleProblems(text: string): string[] {
  const { permissions, concurrency, jobs } = Workflow.parse(parse(text))
  const all = Object.entries(jobs)
  return [
    ...[...text.matchAll(/\$\{\{[^}]*\bsecrets\.\w+/g)].map(([use]) => `a stored credential is used: ${use}`),
    ...(/secrets: inherit/.test(text) ? ['all stored credentials are handed on'] : []),
    ...(permissions === undefined
      ? ['it does not say which permissions it needs']
      : writing('the workflow', permissions)),
    ...all.flatMap(([name, job]) => (typeof job.permissions === 'string' ? writing(name, job.permissions) : [])),
    ...(concurrency === undefined && all.some(([, job]) => job.concurrency === undefined)
      ? ['two runs may happen at once']
      : []),
    ...all.flatMap(([name, job]) => limitProblems(name, job)),
    ...unpinned(text),
    ...all.flatMap(([name, job]) =>
      job.steps
        .filter(({ with: given }) => given?.['creds'] !== undefined)
        .map(() => `${name} signs in with credentials`),
    ),
  ]
}

/** Only single jobs may write. */
function writing(name: string, permissions: z.infer<typeof Permissions>): string[] {
  const text = typeof permissions === 'string' ? permissions : Object.values(permissions ?? {}).join()
  return text.includes('write') ? [`${name} may write everywhere`] : []
}

/** A tag can be moved to other code; a commit cannot. The version stands beside it for people. */
const unpinned = (text: string): string[] =>
  [...text.matchAll(/uses: (\S+)(.*)/g)]
    .filter(
      ([, action = '', rest = '']) =>
        !action.startsWith('./') && !(/@[0-9a-f]{40}$/.test(action) && /# v\d+\.\d+\.\d+$/.test(rest)),
    )
    .map(([, action]) => `${action} is not pinned to a commit with its version beside it`)
