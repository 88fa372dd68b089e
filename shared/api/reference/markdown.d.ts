/** A Markdown file, which the build turns into HTML. */
declare module '*.md' {
  export const html: string
  export const headings: readonly { readonly id: string; readonly text: string }[]
}
