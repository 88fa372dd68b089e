import { html } from 'hono/html'
import type { Markup } from '../../page.ts'

/** A sentence whose parts in backticks are code. */
export const prose = (text: string): readonly Markup[] =>
  text.split('`').map((part, at) => (at % 2 === 0 ? html`${part}` : html`<code>${part}</code>`))

/** Text as a program has it. It can be reached by keyboard, because it may be wider than the page. */
export const codeBlock = (label: string, language: string, text: string): Markup =>
  html`<pre tabindex="0" role="region" aria-label="${label}"><code class="language-${language}">${text}</code></pre>`

export const jsonBlock = (label: string, value: unknown): Markup =>
  codeBlock(label, 'json', JSON.stringify(value, undefined, 2))

/** The id of a section of the page. */
export const anchorOf = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')
export const schemaAnchor = (name: string): string => `schema-${anchorOf(name)}`
