/** Where something stands; files are named from the root of the repository. */
export interface Place {
  readonly file: string
  readonly line: number
}

export interface Finding extends Place {
  readonly problem: string
}

export type Expression = { readonly line: number } & (
  | { readonly kind: 'literal'; readonly value: number | boolean | null }
  | { readonly kind: 'text'; readonly parts: readonly (string | Expression)[] }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'member'; readonly object: Expression; readonly property: string; readonly isSafe: boolean }
  | { readonly kind: 'index'; readonly object: Expression; readonly index: Expression; readonly isSafe: boolean }
  | { readonly kind: 'call'; readonly callee: string; readonly inputs: readonly Expression[] }
  | ObjectExpression
  | { readonly kind: 'array'; readonly items: readonly Expression[] }
  | LoopExpression
  | { readonly kind: 'lambda'; readonly names: readonly string[]; readonly body: Expression }
  | { readonly kind: 'unary'; readonly operator: string; readonly input: Expression }
  | { readonly kind: 'binary'; readonly operator: string; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'choice'; readonly when: Expression; readonly yes: Expression; readonly no: Expression }
)

export interface ObjectExpression {
  readonly kind: 'object'
  readonly line: number
  readonly properties: readonly { readonly key: Expression; readonly value: Expression; readonly line: number }[]
}

/** `[for (item, index) in source: if (condition) body]` */
export interface LoopExpression {
  readonly kind: 'loop'
  readonly line: number
  readonly item: string
  readonly index: string | undefined
  readonly source: Expression
  readonly condition: Expression | undefined
  readonly body: Expression
}

/** What a parameter or an output may hold. A name that is none of the simple types is left as `any`. */
export type ValueType =
  | { readonly kind: 'string' | 'int' | 'bool' | 'object' | 'any' }
  | { readonly kind: 'array'; readonly of: ValueType }
  | { readonly kind: 'record'; readonly fields: ReadonlyMap<string, ValueType> }
  | { readonly kind: 'nullable'; readonly of: ValueType }
  | { readonly kind: 'one-of'; readonly values: readonly (string | number)[] }

export interface Decorator {
  readonly name: string
  readonly inputs: readonly Expression[]
}

interface Declared {
  readonly name: string
  readonly line: number
  readonly decorators: readonly Decorator[]
}

export interface Parameter extends Declared {
  readonly kind: 'param'
  readonly type: ValueType
  readonly fallback: Expression | undefined
}

export interface Variable extends Declared {
  readonly kind: 'var'
  readonly value: Expression
}

export interface Output extends Declared {
  readonly kind: 'output'
  readonly type: ValueType
  readonly value: Expression
}

/** A resource or a module: one object, or one for each item of a loop. */
export interface Deployed extends Declared {
  readonly kind: 'resource' | 'module'
  /** `Microsoft.KeyVault/vaults@2023-07-01`, or the path of the module's file. */
  readonly target: string
  readonly isExisting: boolean
  readonly loop: Omit<LoopExpression, 'body' | 'condition'> | undefined
  readonly condition: Expression | undefined
  readonly body: ObjectExpression
}

export type Declaration = Parameter | Variable | Output | Deployed

/** One file, as it is written. */
export interface Template {
  readonly file: string
  readonly scope: string
  readonly extensions: readonly string[]
  readonly declarations: readonly Declaration[]
  readonly problems: readonly Finding[]
}
