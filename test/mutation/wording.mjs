/**
 * Who is given what a failure says to people, and as which argument; the code beside it is what programs and tests go
 * by, and that is mutated. The functions are our own short ways to one failure.
 */
const TELLING = new Map([
  ['SyncError', 1],
  ...['TypeError', 'RangeError', 'corrupt', 'forged', 'refusal', 'refuse', 'notFound'].map((name) => [name, 0]),
])

/**
 * Leaves the wording of failures alone. Everything else that is text (codes, names of fields, of rows and of log events) is mutated.
 */
export const strykerPlugins = [
  {
    kind: 'Ignore',
    name: 'wording',
    value: {
      shouldIgnore(path) {
        const parent = path.parentPath
        if (!path.isStringLiteral() && !path.isTemplateLiteral()) return undefined
        if (!parent?.isNewExpression() && !parent?.isCallExpression()) return undefined
        const position = TELLING.get(parent.node.callee.name)
        return position !== undefined && parent.node.arguments[position] === path.node
          ? 'wording of a failure'
          : undefined
      },
    },
  },
]
