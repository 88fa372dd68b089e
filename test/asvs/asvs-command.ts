import { stdout } from 'node:process'
import { CHAPTERS, REQUIREMENTS } from './requirements.ts'

const VERDICTS = ['tested', 'by design', 'not applicable'] as const

/** `npm run asvs`: the table, and how many requirements of each verdict there are. */
function main(): void {
  for (const [chapter, title] of Object.entries(CHAPTERS)) {
    stdout.write(`\nV${chapter} ${title}\n`)
    for (const one of REQUIREMENTS.filter(({ id }) => id.startsWith(`${chapter}.`))) {
      const shown = one.verdict === 'tested' ? `${one.file}: ${one.name}` : one.why
      stdout.write(`  ${one.id.padEnd(8)}L${one.level}  ${one.verdict.padEnd(15)} ${one.text.padEnd(70)} ${shown}\n`)
    }
  }
  const counts = VERDICTS.map((verdict) => `${REQUIREMENTS.filter((one) => one.verdict === verdict).length} ${verdict}`)
  stdout.write(`\n${REQUIREMENTS.length} requirements of OWASP ASVS 5.0, levels 1 and 2: ${counts.join(', ')}\n`)
}

main()
