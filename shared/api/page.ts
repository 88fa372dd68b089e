import { html } from 'hono/html'
import { type ApiResponse, htmlPage } from './response.ts'

/** Text made with the `html` tag: everything that was put into it is escaped. */
export type Markup = ReturnType<typeof html>

export interface Page {
  readonly status: number
  /** Names the page in the browser's tab, in front of the product's name. */
  readonly title: string
  readonly content: Markup
  readonly headers?: Readonly<Record<string, string>>
  /** Whether the page holds a form: `own` when its answer stays with us, true when it leads the browser through other sites. */
  readonly hasForm?: boolean | 'own'
  /** Whether it shows much at once, and may be as wide as the screen. */
  readonly isWide?: boolean
}

/**
 * One page of ours: a card in the middle, readable on a phone, in the dark, and by a screen reader.
 *
 * A page whose form leads on gets no `form-action` rule: browsers apply it to every redirect that follows, and after ours come
 * Microsoft's, those of the person's own organisation, and the integrator's.
 */
export async function page({
  status,
  title,
  content,
  headers,
  hasForm = false,
  isWide = false,
}: Page): Promise<ApiResponse> {
  const document = await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} - Microsoft 365 Sync</title>
<link rel="stylesheet" href="/assets/style.css">
</head>
<body>
<main${isWide ? html` class="wide"` : ''}>
<p class="brand">Microsoft 365 Sync</p>
${content}
</main>
</body>
</html>
`
  return htmlPage(status, document.toString(), formPolicy(hasForm), headers)
}

function formPolicy(hasForm: boolean | 'own'): string {
  if (hasForm === true) return ''
  return hasForm === 'own' ? "; form-action 'self'" : "; form-action 'none'"
}
