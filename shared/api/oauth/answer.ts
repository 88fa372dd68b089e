import type { Questions } from '../../accounts/questions.ts'
import { SyncError } from '../../core/errors.ts'
import { type Answer, returnUrl } from '../../integrators/authorization-request.ts'
import type { Integrators } from '../../integrators/integrators.ts'
import { type ApiRequest, bodyParams, type Params, singleParams } from '../request.ts'
import { type ApiResponse, seeOther } from '../response.ts'
import type { BrowserCookie } from './browser.ts'
import { questionPage } from './question-page.ts'

const BODY_LIMIT = 4 * 1024

export interface AnswerDependencies {
  readonly publicUrl: string
  readonly integrators: Integrators
  readonly questions: Questions
  readonly cookie: BrowserCookie
}

/** The address of the page with a question. Its answer is good in the browser that signed in, and once. */
export const questionPath = (question: string): string => `/oauth/answer?question=${question}`

/** Where a person who has signed in reads a question of ours (GET) and answers it (POST). */
export function createAnswer(dependencies: AnswerDependencies): (request: ApiRequest) => Promise<ApiResponse> {
  const { publicUrl, integrators, questions, cookie } = dependencies
  return (request) => (request.method === 'POST' ? decide(request) : show(request))

  async function show(request: ApiRequest): Promise<ApiResponse> {
    const question = questionIn(singleParams(request.url.searchParams))
    const asked = await questions.read(question, cookie.read(request))
    return questionPage(await nameOf(asked.request.clientId), question, asked)
  }

  async function decide(request: ApiRequest): Promise<ApiResponse> {
    const params = await bodyParams(request, BODY_LIMIT)
    const isYes = params.get('decision') === 'continue'
    const answered = await questions.answer(questionIn(params), cookie.read(request), isYes)
    await nameOf(answered.request.clientId)
    return seeOther(returnUrl(answered.request, publicUrl, answerOf(answered)))
  }

  /** @throws SyncError `INTEGRATOR_UNKNOWN` when it was removed meanwhile: then nothing leads there any more. */
  async function nameOf(clientId: string): Promise<string> {
    const integrator = await integrators.find(clientId)
    if (integrator === undefined) throw new SyncError('INTEGRATOR_UNKNOWN', 'the integrator was removed')
    return integrator.name
  }
}

function questionIn(params: Params): string {
  const question = params.get('question') ?? ''
  if (/^[\w-]{43}$/.test(question)) return question
  throw new SyncError('REQUEST_INVALID', 'the question is not one of ours')
}

function answerOf(answered: Awaited<ReturnType<Questions['answer']>>): Answer {
  if (!answered.agreed) return { error: 'access_denied' }
  return answered.code === undefined ? {} : { code: answered.code }
}
