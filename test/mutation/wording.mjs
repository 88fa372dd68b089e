import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin'

/** What failures say to people; the code beside it is what programs and tests go by, and that is mutated. */
const TELLING = new Set(['SyncError', 'Error', 'TypeError', 'RangeError'])

/**
 * Leaves the wording of failures alone: the text given to an error's constructor, after its code where it has one.
 * Everything else that is text (codes, names of fields, of rows and of log events) is mutated.
 */
export const strykerPlugins = [
  declareValuePlugin(PluginKind.Ignore, 'wording', {
    shouldIgnore(path) {
      const parent = path.parentPath
      if (!path.isStringLiteral() && !path.isTemplateLiteral()) return undefined
      if (!parent?.isNewExpression() || !TELLING.has(parent.node.callee.name)) return undefined
      const position = parent.node.callee.name === 'SyncError' ? 1 : 0
      return parent.node.arguments[position] === path.node ? 'wording of a failure' : undefined
    },
  }),
]
