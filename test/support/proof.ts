import { readFileSync } from 'node:fs'

/** A test that shows that something is so. `file` is below `test/`. */
export interface Proof {
  readonly file: string
  /** Its name as it stands in the file, with its placeholders where it has some. */
  readonly name: string
}

/** The proofs whose test is not there, as `file: name`. */
export function withoutTest(proofs: readonly Proof[]): readonly string[] {
  const texts = new Map<string, string>()
  const textOf = (file: string) => {
    const text = texts.get(file) ?? read(`test/${file}`)
    texts.set(file, text)
    return text
  }
  return proofs.filter(({ file, name }) => !isIn(textOf(file), name)).map(({ file, name }) => `${file}: ${name}`)
}

const isIn = (text: string, name: string): boolean =>
  ["'", '"', '`'].some((quote) => text.includes(`${quote}${name}${quote}`))

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}
