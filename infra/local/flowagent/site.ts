import { Hono, type MiddlewareHandler } from 'hono'
import { csrf } from 'hono/csrf'
import { HTTPException } from 'hono/http-exception'
import { languageDetector } from 'hono/language'
import { secureHeaders } from 'hono/secure-headers'
import type { Log } from '../../../shared/core/log.ts'
import type { Random } from '../../../shared/core/random.ts'
import type { Clock } from '../../../shared/core/time.ts'
import type { Api } from './api.ts'
import type { Assets } from './assets.ts'
import { changeRoutes } from './change-routes.ts'
import type { Changes } from './changes.ts'
import { dataRoutes } from './data.ts'
import type { Live } from './live.ts'
import type { OAuth } from './oauth.ts'
import { calendarPage, notFoundPage, settingsPage } from './pages.ts'
import type { Sessions } from './sessions.ts'
import { signInRoutes } from './sign-in.ts'
import { LANGUAGES, textIn } from './text/text.ts'

interface Dependencies {
  assets: Assets
  sessions: Sessions
  api: Api
  changes: Changes
  oauth: OAuth
  live: Live
  clock: Clock
  random: Random
  log: Log
  publicUrl: string
  /** The page of the sync service with which people look after their own data. */
  dataUrl: string
}

const POLICY = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'", 'data:'],
  connectSrc: ["'self'"],
  formAction: ["'none'"],
  baseUri: ["'none'"],
  frameAncestors: ["'none'"],
}

/** Everything FlowAgent answers. */
export function createSite(dependencies: Dependencies): Hono {
  const { assets, sessions, log, dataUrl } = dependencies
  const site = new Hono()
  site.use(secureHeaders({ contentSecurityPolicy: POLICY, strictTransportSecurity: false }))
  site.use(requireOwnOrigin(new URL(dependencies.publicUrl).origin))
  site.use(keepToOneName(new URL(dependencies.publicUrl)))
  site.get('/assets/:file', (context) => {
    const file = assets.find(context.req.path)
    if (file === undefined) return context.notFound()
    return context.body(file.body, 200, {
      'Content-Type': file.type,
      'Cache-Control': 'public, max-age=31536000, immutable',
    })
  })
  site.use(async (context, next) => {
    await next()
    context.header('Cache-Control', 'no-store')
  })
  site.route('/', signInRoutes(dependencies))
  site.route('/', changeRoutes(dependencies))
  site.route('/', dataRoutes(dependencies))
  site.use(speakTheirLanguage)
  site.get('/', (context) => context.redirect('/calendar', 302))
  site.get('/calendar', (context) => {
    sessions.open(context)
    return context.html(calendarPage(textIn(context.get('language')), assets))
  })
  site.get('/settings', (context) => {
    const session = sessions.open(context)
    const { notice } = session
    session.notice = undefined
    return context.html(settingsPage(textIn(context.get('language')), assets, { notice, dataUrl }))
  })
  site.notFound((context) => context.html(notFoundPage(textIn(context.get('language')), assets), 404))
  site.onError((error, context) => {
    if (error instanceof HTTPException) return error.getResponse()
    log('error', 'flowagent-request-failed', { cause: error.name })
    return context.json({ problem: 'unreachable' }, 500)
  })
  return site
}

/** The browser's first choice among the languages we have. */
const speakTheirLanguage = languageDetector({
  order: ['header'],
  supportedLanguages: [...LANGUAGES],
  fallbackLanguage: 'en',
  convertDetectedLanguage: (language) => language.split('-')[0] ?? language,
  caches: false,
})

/** A session belongs to one host name; who comes by the other name of the same machine is sent to the right one. */
const keepToOneName =
  (own: URL): MiddlewareHandler =>
  async (context, next) => {
    const asked = new URL(context.req.url)
    const isOtherName = own.hostname === 'localhost' && asked.hostname === '127.0.0.1'
    return isOtherName && context.req.method === 'GET'
      ? context.redirect(new URL(asked.pathname + asked.search, own).href)
      : next()
  }

/** A request that changes something must come from our own page: cookies alone prove nothing about who asks. */
const requireOwnOrigin = (origin: string) => csrf({ origin, secFetchSite: 'same-origin' })
