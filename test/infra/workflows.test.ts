import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { allProblems, workflowProblems, workflows } from './workflows/lint.ts'
import { ruleProblems } from './workflows/rules.ts'

const release = readFileSync('.github/workflows/release.yml', 'utf8')
const changed = (before: string | RegExp, after: string): string => {
  const text = release.replace(before, after)
  expect(text).not.toBe(release)
  return text
}

test('the workflows have nothing wrong with them', async () => {
  expect(workflows()).toHaveLength(5)
  expect(await allProblems()).toEqual([])
})

test('a mistake in a workflow is found by the linter, with its line', async () => {
  const text = changed('needs: staging', 'needs: stagin')
  expect(await workflowProblems('release.yml', text)).toContainEqual(
    expect.stringMatching(/^release.yml:\d+ job "production" needs job "stagin"/),
  )
})

test.each([
  [
    'a tag for a commit',
    /checkout@\w+/,
    'checkout@v7',
    'actions/checkout@v7 is not pinned to a commit with its version beside it',
  ],
  ['a commit without its version', / # v4\.1\.0/, '', expect.stringContaining('is not pinned')],
  [
    'a stored credential',
    'run: npm test',
    `run: npm test -- ${'$'}{{ secrets.AZURE_CREDENTIALS }}`,
    `a stored credential is used: ${'$'}{{ secrets.AZURE_CREDENTIALS`,
  ],
  ['rights to write for all jobs', 'contents: read', 'contents: write', 'the workflow may write everywhere'],
  ['no statement on rights', 'permissions:\n  contents: read\n', '', 'it does not say which permissions it needs'],
  ['no time limit', '    timeout-minutes: 45\n', '', 'package has no time limit'],
  ['two runs at once', /concurrency:\n.*\n.*\n/, '', 'two runs may happen at once'],
])('%s is found by our rules', (_, before, after, problem) => {
  expect(ruleProblems(changed(before, after))).toEqual([problem])
})

test('a release is tested, listed and attested before it is deployed, staging before production', () => {
  const { jobs } = parse(release)
  const done = jobs.package.steps.map(
    (step: { run?: string; uses?: string }) => step.run ?? step.uses?.replace(/@.*/, ''),
  )
  expect(done).toEqual([
    'actions/checkout',
    'actions/setup-node',
    'npm install --no-audit --no-fund',
    'npm audit --omit=dev --audit-level=high',
    'npm test',
    'npm run package',
    'npm sbom --omit dev --sbom-format cyclonedx > dist/sbom.cdx.json',
    'actions/attest-build-provenance',
    'actions/upload-artifact',
  ])
  expect([jobs.staging.needs, jobs.production.needs]).toEqual(['package', 'staging'])
})

test('a release that waits for its approval holds up no other, and each environment takes one at a time', () => {
  const { jobs } = parse(readFileSync('.github/workflows/deploy.yml', 'utf8'))
  const of = (group: string) => ({ group, 'cancel-in-progress': false })
  expect(parse(release).concurrency).toEqual(of(`release-${'$'}{{ github.ref }}`))
  expect(jobs.deploy.concurrency).toEqual(of(`deploy-${'$'}{{ inputs.environment }}`))
})

test('CI runs .ci/run on every version of Node that it names, and compiles the deployment with the real compiler', () => {
  const { jobs } = parse(readFileSync('.github/workflows/ci.yml', 'utf8'))
  const runs = (job: { steps: { run?: string }[] }) => job.steps.flatMap(({ run }) => run ?? [])
  expect(jobs.test.strategy.matrix.node).toEqual([20, 22, 24])
  expect(runs(jobs.test)).toEqual(['.ci/run'])
  expect(runs(jobs.bicep).join('\n')).toContain('az bicep build --file infra/main.bicep ')
})

test('each night more is proven than a change has time for, from worlds that no night before had', () => {
  const { jobs } = parse(readFileSync('.github/workflows/nightly.yml', 'utf8'))
  const proofs = Object.values<{ steps: { run?: string }[] }>(jobs).map(({ steps }) => steps.at(-1)?.run)
  expect(proofs).toEqual([
    'npm run simulate -- --seeds 10000 --from "$((GITHUB_RUN_NUMBER * 10000))"',
    'npm run self-test',
    'npm run test:long',
    'npm run faults',
    'npm run chaos -- --minutes 10',
  ])
})

test('nothing installs with npm ci, for which the lock file has not all entries', () => {
  const files = [...workflows(), '.ci/run'].map((path) => readFileSync(path, 'utf8').replaceAll(/^\s*#.*$/gm, ''))
  expect(files.filter((text) => text.includes('npm ci'))).toEqual([])
})

test('what is deployed is what was attested, and has to answer', () => {
  const { jobs } = parse(readFileSync('.github/workflows/deploy.yml', 'utf8'))
  const runs = jobs.deploy.steps.map((step: { run?: string; uses?: string }) => step.run ?? step.uses ?? '').join('\n')
  expect(runs).toMatch(/gh attestation verify[\s\S]*azure\/login[\s\S]*config-zip[\s\S]*\/health/)
})
