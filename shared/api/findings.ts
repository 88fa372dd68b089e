import type * as z from 'zod'
import { type Problem, ValidationError } from './failure.ts'

/** The problems of one request, collected so that the answer names every bad field at once. */
export interface Findings {
  /**
   * Notes what is wrong with the field at `path`, such as `attendees.invite[0].email`.
   * @param message as `problem` writes it.
   */
  refuse(path: string, message: ProblemMessage): undefined
  /** The value at `path` as the schema reads it; undefined when it does not fit, which is then noted. */
  read<T>(path: string, schema: z.ZodType<T>, value: unknown): T | undefined
  /** @throws ValidationError with all that was noted, if anything was. */
  end(): void
}

/** `errors.required must be specified`: the key, and a sentence, or one that lacks the field's name at its beginning. */
export type ProblemMessage = `errors.${string} ${string}`

export const problem = (key: string, sentence: string): ProblemMessage => `errors.${key} ${sentence}`

export const REQUIRED = problem('required', 'must be specified')
export const notSupported = (sentence: string): ProblemMessage => problem('not_supported', sentence)

/** A custom check of a zod schema. Its message is a problem's, as every message of ours is. */
export const custom = (message: ProblemMessage) => ({ error: message })

export function createFindings(): Findings {
  const problems: Record<string, Problem[]> = {}
  return { refuse, read, end }

  function refuse(path: string, message: ProblemMessage): undefined {
    const [key = '', ...words] = message.split(' ')
    const list = problems[path] ?? []
    const sentence = words.join(' ')
    list.push({ key, description: /^[A-Z]/.test(sentence) ? sentence : `${path} ${sentence}` })
    problems[path] = list
  }

  function read<T>(path: string, schema: z.ZodType<T>, value: unknown): T | undefined {
    const result = schema.safeParse(value, { error: messageOf })
    if (result.success) return result.data
    for (const issue of result.error.issues) refuse(path + pathText(issue.path), asProblem(issue.message))
    return undefined
  }

  function end(): void {
    if (Object.keys(problems).length > 0) throw new ValidationError(problems)
  }
}

const pathText = (path: readonly PropertyKey[]): string =>
  path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('')

const asProblem = (message: string): ProblemMessage =>
  message.startsWith('errors.') ? (message as ProblemMessage) : problem('invalid_format', 'is not in the right form')

/** What a failed check of zod is called here, where the schema does not say it itself. */
function messageOf(issue: z.core.$ZodRawIssue): ProblemMessage {
  if (issue.input === undefined) return REQUIRED
  if (issue.code === 'invalid_type') return TYPES[issue.expected] ?? problem('invalid_format', 'must be an object')
  if (issue.code === 'invalid_value')
    return problem('not_recognized', `must be one of ${issue.values.map(String).join(', ')}`)
  if (issue.code === 'too_big') return tooBig(issue.origin, String(issue.maximum))
  if (issue.code === 'too_small') return tooSmall(issue.origin, String(issue.minimum))
  return problem('invalid_format', 'is not in the right form')
}

const WHOLE_NUMBER = problem('must_be_integer', 'must be a whole number')

const TYPES: Record<string, ProblemMessage> = {
  string: problem('invalid_format', 'must be text'),
  boolean: problem('must_be_boolean', 'must be true or false'),
  number: WHOLE_NUMBER,
  int: WHOLE_NUMBER,
  array: problem('invalid_format', 'must be a list'),
}

function tooBig(origin: string, maximum: string): ProblemMessage {
  if (origin === 'string') return problem('too_long', `must have at most ${maximum} characters`)
  if (origin === 'array') return problem('too_many', `must have at most ${maximum} entries`)
  return problem('out_of_range', `must be at most ${maximum}`)
}

function tooSmall(origin: string, minimum: string): ProblemMessage {
  if (origin === 'string' || origin === 'array') return REQUIRED
  return problem('out_of_range', `must be at least ${minimum}`)
}
