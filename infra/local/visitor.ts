import makeFetchCookie from 'fetch-cookie'
import { type HTMLElement, parse } from 'node-html-parser'

/** A page somebody has open. */
export interface Page {
  readonly url: URL
  readonly status: number
  readonly document: HTMLElement
}

/** Somebody with a browser: keeps cookies, follows redirects, reads pages and presses buttons. Runs no scripts. */
export interface Visitor {
  /** A request of a page's script: with the cookies, and nothing else. */
  readonly fetch: typeof fetch
  /** Opens an address and follows redirects until a page comes, or until `stopAt` is reached, which is not opened. */
  open(url: string, stopAt?: string): Promise<Page>
  /** Presses the button with this name and value, with everything its form holds. */
  press(page: Page, name: string, value: string, stopAt?: string): Promise<Page>
  /** Sends the first form of the page with what it holds, and these values in its fields. */
  submit(page: Page, values?: Readonly<Record<string, string>>, stopAt?: string): Promise<Page>
}

const MAX_REDIRECTS = 12

export function createVisitor(): Visitor {
  const fetchWithCookies = makeFetchCookie(fetch)

  async function go(url: URL, init: RequestInit, stopAt: string | undefined, left = MAX_REDIRECTS): Promise<Page> {
    if (stopAt !== undefined && url.href.startsWith(stopAt)) return { url, status: 0, document: parse('') }
    if (left === 0) throw new Error('too many redirects')
    const answer = await fetchWithCookies(url.href, { ...init, redirect: 'manual' })
    const location = answer.headers.get('location')
    const text = await answer.text()
    if (location !== null) return go(new URL(location, url), {}, stopAt, left - 1)
    return { url, status: answer.status, document: parse(text) }
  }

  function send(page: Page, form: HTMLElement, values: Readonly<Record<string, string>>, stopAt?: string) {
    const fields = form.querySelectorAll('input[name]').filter((field) => field.getAttribute('type') !== 'checkbox')
    const body = new URLSearchParams(
      fields.map((field) => [field.getAttribute('name') ?? '', field.getAttribute('value') ?? '']),
    )
    for (const [name, value] of Object.entries(values)) body.set(name, value)
    return go(new URL(form.getAttribute('action') ?? page.url.href, page.url), { method: 'POST', body }, stopAt)
  }

  return {
    fetch: fetchWithCookies as typeof fetch,
    open: (url, stopAt) => go(new URL(url), {}, stopAt),
    press(page, name, value, stopAt) {
      const button = page.document
        .querySelectorAll('button')
        .find((one) => one.getAttribute('name') === name && one.getAttribute('value') === value)
      const form = button?.closest('form')
      if (!form) throw new Error(`there is no button ${name}=${value} on the page: ${titleOf(page)}`)
      return send(page, form, { [name]: value }, stopAt)
    },
    submit(page, values = {}, stopAt) {
      const form = page.document.querySelector('form')
      if (form === null) throw new Error(`there is no form on the page: ${titleOf(page)}`)
      return send(page, form, values, stopAt)
    },
  }
}

export const titleOf = (page: Page): string => page.document.querySelector('title')?.text ?? `status ${page.status}`
