import { createRequire } from 'node:module'
import { Language, type Node, Parser } from 'web-tree-sitter'
import type { Finding } from './syntax.ts'

const wasm = createRequire(import.meta.url).resolve('tree-sitter-bicep/tree-sitter-bicep.wasm')

await Parser.init()
const parser = new Parser().setLanguage(await Language.load(wasm))

/** `extension <name>` is younger than the grammar, so it is read here and left blank for the parser. */
const EXTENSION = /^extension +([A-Za-z]\w*)[^\n]*$/gm

export interface Parsed {
  readonly root: Node
  readonly extensions: readonly string[]
  readonly problems: readonly Finding[]
}

/** The tree of a Bicep file, and where it cannot be read. */
export function parse(file: string, text: string): Parsed {
  const extensions = [...text.matchAll(EXTENSION)].map(([, name = '']) => name)
  const tree = parser.parse(text.replace(EXTENSION, (line) => ' '.repeat(line.length)))
  if (tree === null) throw new TypeError(`${file}: nothing was parsed`)
  const broken = tree.rootNode.hasError ? brokenIn(tree.rootNode) : []
  const problems = broken.map((node) => ({
    file,
    line: lineOf(node),
    problem: node.isMissing ? `syntax: ${node.type} is missing` : `syntax: cannot read \`${firstLine(node.text)}\``,
  }))
  return { root: tree.rootNode, extensions, problems }
}

export const lineOf = (node: Node): number => node.startPosition.row + 1

export const namedChildren = (node: Node): Node[] =>
  node.namedChildren.filter((child) => child.type !== 'comment' && child.type !== 'diagnostic_comment')

const brokenIn = (node: Node): Node[] =>
  node.isError || node.isMissing ? [node] : node.children.filter((child) => child.hasError).flatMap(brokenIn)

const firstLine = (text: string): string => text.split('\n')[0]?.slice(0, 60) ?? ''
