import { allProblems, workflows } from './lint.ts'

const problems = await allProblems()
for (const problem of problems) console.error(problem)
console.log(problems.length === 0 ? `${workflows().join(', ')}: nothing to say` : `${problems.length} problems`)
// The linter is a program that never ends by itself.
process.exit(problems.length === 0 ? 0 : 1)
