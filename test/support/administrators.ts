import type { Person } from '../../infra/local/microsoft365/world.ts'
import type { FailureAnswer } from '../../shared/api/failure.ts'
import type { Handler } from '../../shared/api/handler.ts'
import { failurePage } from '../../shared/api/oauth/failure-page.ts'
import { installFailure, organisationFailure } from '../../shared/api/organisations/failure-page.ts'
import { asSyncError } from '../../shared/core/errors.ts'
import type { Service } from '../../shared/service.ts'
import { textOf } from './me.ts'
import { form, request } from './oauth.ts'

/** A page of ours as a browser shows it, or the whole of a file as it stores it. */
export interface Shown {
  readonly path: string
  readonly status: number
  readonly body: string
}

/** A browser at the pages for administrators. At Microsoft it signs in as `person`, and the consent ends as `consent` says. */
export interface AdministratorBrowser {
  person: Person
  /** What Microsoft adds to the state when it sends the browser back from the consent. */
  consent: Record<string, string>
  open(address: string): Promise<Shown>
  /** Sends the form of the page that does `act`, or its first one. */
  submit(page: Shown, values?: Record<string, string>, act?: string): Promise<Shown>
  /** Everything from our page to the end. */
  install(): Promise<Shown>
}

export function createAdministratorBrowser(service: Service, person: Person): AdministratorBrowser {
  const cookies = new Map<string, string>()
  const handlers = handlersOf(service)
  const browser: AdministratorBrowser = {
    person,
    consent: { admin_consent: 'True', tenant: person.tid },
    open: (address) => send(request(address, { headers: { cookie: cookieText() } })),
    submit(page, values = {}, act) {
      const forms = page.body.split('<form').slice(1)
      const found = forms.find((text) => act === undefined || text.includes(`name="act" value="${act}"`)) ?? ''
      const [, action = ''] = /action="([^"]+)"/.exec(found) ?? []
      const fields = [...found.matchAll(/type="hidden" name="([\w-]+)" value="([^"]*)"/g)]
      const held = Object.fromEntries(fields.map(([, name = '', value = '']) => [name, value]))
      return send(form(action, { ...held, ...values }, { cookie: cookieText() }))
    },
    install: async () => browser.submit(await browser.open('/install')),
  }
  return browser

  async function send(asked: Parameters<Handler>[0]): Promise<Shown> {
    const path = asked.url.pathname
    const found = handlers[path]
    if (found === undefined) throw new Error(`no page at ${path}`)
    const [handler, failure] = found
    const answer = await handler(asked).catch((error: unknown) => failure(asSyncError(error), asked.requestId))
    const [name, value] = answer.headers['set-cookie']?.split(';')[0]?.split('=') ?? []
    if (name !== undefined && value !== undefined) cookies.set(name, value)
    const { location } = answer.headers
    return location === undefined
      ? { path, status: answer.status, body: await textOf(answer) }
      : go(new URL(location, asked.url))
  }

  function go(url: URL): Promise<Shown> {
    const state = url.searchParams.get('state') ?? ''
    const { person: who, consent } = browser
    if (url.pathname === '/adminconsent')
      return browser.open(`/install/callback?${new URLSearchParams({ ...consent, state })}`)
    if (url.pathname === '/authorize')
      return browser.open(`/session/callback?${new URLSearchParams({ state, code: who.oid })}`)
    return browser.open(url.href)
  }

  function cookieText(): string {
    return [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  }
}

const handlersOf = ({
  organisationPages: pages,
  browserSession,
}: Service): Record<string, [Handler, FailureAnswer]> => ({
  '/install': [pages.install, installFailure],
  '/install/callback': [pages.callback, installFailure],
  '/install/finish': [pages.finish, installFailure],
  '/organisation': [pages.organisation, organisationFailure],
  '/organisation/audit': [pages.trail, organisationFailure],
  '/organisation/uninstall': [pages.uninstall, organisationFailure],
  '/organisation/sign-in': [pages.signIn, organisationFailure],
  '/organisation/signed-in': [pages.signedIn, organisationFailure],
  '/session/callback': [browserSession.callback, failurePage],
})
