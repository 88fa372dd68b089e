import { readFile } from 'node:fs/promises'
import type { Plugin } from 'esbuild'
import { Marked } from 'marked'

interface Heading {
  readonly id: string
  readonly text: string
}

/** Markdown becomes HTML when the functions are built, so that the app itself needs no Markdown library. */
export const markdown: Plugin = {
  name: 'markdown',
  setup(build) {
    build.onLoad({ filter: /\.md$/ }, async ({ path }) => {
      const { html, headings } = rendered(await readFile(path, 'utf8'))
      const contents = `export const html = ${JSON.stringify(html)}\nexport const headings = ${JSON.stringify(headings)}\n`
      return { contents, loader: 'js' }
    })
  },
}

/** Headings can be linked to, and code, which may be wider than the page, can be reached by keyboard. */
function rendered(text: string): { html: string; headings: readonly Heading[] } {
  const headings: Heading[] = []
  let blocks = 0
  const marked = new Marked({
    renderer: {
      heading({ tokens, depth, text: title }) {
        const id = title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')
        if (depth === 2) headings.push({ id, text: title })
        return `<h${depth} id="${id}">${this.parser.parseInline(tokens)}</h${depth}>\n`
      },
      code({ text: code, lang = '' }) {
        blocks += 1
        return `<pre tabindex="0" role="region" aria-label="Code ${blocks}"><code class="language-${lang}">${escaped(code)}</code></pre>\n`
      },
    },
  })
  return { html: marked.parse(text, { async: false }), headings }
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
