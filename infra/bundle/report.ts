import type { Metafile } from 'esbuild'

/** Bytes of one package in the bundle; ours are by folder. */
export interface Part {
  /** `zod`, or `shared/pull`. A second copy of a package has its whole path. */
  readonly name: string
  readonly bytes: number
}

/** What is in a bundle, the largest first. */
export interface BundleReport {
  readonly bytes: number
  /** What the host loads before every function is registered. */
  readonly start: readonly Part[]
  /** What is loaded later. */
  readonly lazy: readonly Part[]
  /** What the first call of a function loads, in a process that has called none; libraries that it imports lazily not. */
  readonly firstCalls: readonly Part[]
  /** Packages that are in the bundle more than once. */
  readonly copies: readonly string[]
}

type Outputs = Metafile['outputs']

export function reportOf({ outputs }: Metafile): BundleReport {
  const code = Object.entries(outputs).filter(([file]) => file.endsWith('.js'))
  const isStart = ([file]: (typeof code)[number]) => startFiles(outputs).has(file)
  const handlers = code.map(([file]) => file).filter((file) => file.includes('/handlers/'))
  const all = partsOf(code.map(([, output]) => output))
  return {
    bytes: code.reduce((sum, [, { bytes }]) => sum + bytes, 0),
    start: partsOf(code.filter(isStart).map(([, output]) => output)),
    lazy: partsOf(code.filter((one) => !isStart(one)).map(([, output]) => output)),
    firstCalls: largestFirst(handlers.map((file) => ({ name: nameOf(file), bytes: bytesOf(outputs, file) }))),
    copies: copiesIn(all),
  }
}

/** A package in another's folder is a second copy only when the bundle has a first one. */
function copiesIn(parts: readonly Part[]): readonly string[] {
  const own = ({ name }: Part) => name.split('/node_modules/').at(-1)
  return parts
    .filter((part) => parts.some((other) => other !== part && own(other) === own(part)))
    .map(({ name }) => name)
}

const startFiles = (outputs: Outputs): ReadonlySet<string> =>
  new Set(
    Object.keys(outputs)
      .filter((file) => /\/(register|recorder)\.js$/.test(file))
      .flatMap((file) => [...closure(outputs, file)]),
  )

const nameOf = (file: string): string => file.slice(file.lastIndexOf('/') + 1, -3)

const bytesOf = (outputs: Outputs, file: string): number =>
  [...closure(outputs, file)].reduce((sum, one) => sum + (outputs[one]?.bytes ?? 0), 0)

/** A file with all that it imports statically. */
function closure(outputs: Outputs, file: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(file)) return seen
  seen.add(file)
  for (const { path, kind, external } of outputs[file]?.imports ?? [])
    if (kind === 'import-statement' && !external) closure(outputs, path, seen)
  return seen
}

function partsOf(outputs: readonly Outputs[string][]): readonly Part[] {
  const bytes = new Map<string, number>()
  for (const { inputs } of outputs)
    for (const [input, { bytesInOutput }] of Object.entries(inputs)) {
      const name = packageOf(input)
      bytes.set(name, (bytes.get(name) ?? 0) + bytesInOutput)
    }
  return largestFirst([...bytes].map(([name, sum]) => ({ name, bytes: sum })))
}

function packageOf(input: string): string {
  const start = input.indexOf('node_modules/')
  if (start === -1) return input.split('/').slice(0, 2).join('/')
  const segments = input.slice(start + 'node_modules/'.length).split('/')
  const end = segments.lastIndexOf('node_modules') + 1
  return segments.slice(0, end + (segments[end]?.startsWith('@') === true ? 2 : 1)).join('/')
}

const largestFirst = (parts: readonly Part[]): readonly Part[] =>
  [...parts].sort((one, other) => other.bytes - one.bytes || (one.name < other.name ? -1 : 1))

const SHOWN = 15

/** The report as text: the largest parts of each list. */
export function reportText({ bytes, start, lazy, firstCalls, copies }: BundleReport): string {
  const kb = (count: number) => `${(count / 1000).toFixed(1)} kB`.padStart(12)
  const sum = (parts: readonly Part[]) => parts.reduce((total, part) => total + part.bytes, 0)
  const list = (parts: readonly Part[]) => [
    ...parts.slice(0, SHOWN).map((part) => `${kb(part.bytes)}  ${part.name}`),
    ...(parts.length > SHOWN ? [`${kb(sum(parts.slice(SHOWN)))}  ${parts.length - SHOWN} more`] : []),
  ]
  return [
    `${kb(bytes)}  all code`,
    `${kb(sum(start))}  loaded at start`,
    ...list(start),
    `${kb(sum(lazy))}  loaded later`,
    ...list(lazy),
    'first call of a function',
    ...list(firstCalls),
    `more than one copy: ${copies.length === 0 ? 'none' : copies.join(', ')}`,
    '',
  ].join('\n')
}
