import type { AnswerRequest, SaveRequest } from '../../../change-request.ts'
import type { CalendarChoice, CalendarItem, Refusal, Refused } from '../../../messages.ts'
import { text, timeZone } from '../../language.ts'
import type { Shown } from '../shown.ts'
import { createDeletions } from './deletions.ts'
import { openEditor } from './editor.ts'
import { draftOf, shifted, spanOfFields, withAnswer, withFields } from './optimism.ts'
import { answerRequest, deleteRequest, editRequest, moveFields, needsScope, scopeWithoutQuestion } from './requests.ts'
import { askScope, type Scope } from './scope-question.ts'
import { sendAnswer, sendSave } from './send.ts'
import { sentenceOf, titleOf } from './sentences.ts'
import { toast } from './toasts.ts'
import { fieldsOf, newValues, type Values, valuesAgain, valuesOf } from './values.ts'
import { type Span, spanOf } from './wall.ts'

/** Everything a person can do to events. Each change shows at once, and goes back when it is not accepted. */
export interface Editing {
  create(span: Span): void
  edit(item: CalendarItem): Promise<void>
  /** Dragged or resized to `span`. */
  move(item: CalendarItem, span: Span): Promise<void>
  remove(item: CalendarItem): Promise<void>
  answer(item: CalendarItem, answer: AnswerRequest['answer']): Promise<void>
  retry(refusal: Refusal): void
}

interface Dependencies {
  shown: Shown
  calendars: () => CalendarChoice[]
  /** Reads the days on show; done when a read that started after the call is. */
  reread: () => Promise<void>
  /** The form is closed: the focus goes back to the item, if there is one. */
  onClosed: (itemId: string | undefined) => void
}

const words = text.editing

export function createEditing({ shown, calendars, reread, onClosed }: Dependencies): Editing {
  const deletions = createDeletions({ shown, reread, onBack: onClosed })

  async function save(request: SaveRequest, draft?: CalendarItem): Promise<Refused | undefined> {
    const release = shown.wish(wishOf(request), draft)
    const refused = await sendSave(request)
    if (refused === undefined) void reread().then(release)
    else release()
    return refused
  }

  /** Which of these are meant by an edit of all, and how each of them moves. */
  function wishOf({ itemId, target, series, fields }: SaveRequest) {
    const [edited, to] = [shown.find(itemId), spanOfFields(fields)]
    const from = edited && spanOf(edited)
    return (item: CalendarItem): CalendarItem => {
      if (item.id === itemId) return withFields(item, fields, to)
      const isMeant = series !== undefined && 'eventId' in target && item.ownId === target.eventId
      return isMeant && from && to ? withFields(item, fields, shifted(item, from, to)) : item
    }
  }

  async function saveOrExplain(request: SaveRequest): Promise<void> {
    const refused = await save(request)
    if (refused === undefined) return
    const again = { name: words.retry, run: () => void saveOrExplain(request) }
    const sentence = `${words.refused.edit(titleOf(request))} ${sentenceOf(refused.problem)}`
    const actions = refused.problem === 'unreachable' ? [again] : []
    toast({ sentence, kind: 'bad', lastsMs: 12_000, actions })
  }

  async function scopeFor(item: CalendarItem, question: (title: string) => string): Promise<Scope | undefined> {
    return needsScope(item) ? askScope(question(titleOf(item))) : scopeWithoutQuestion(item)
  }

  function openForNew(values: Values, isUnsaved = false): void {
    const choices = calendars().filter(({ isReadOnly }) => !isReadOnly)
    const chosen = choices.find(({ id }) => id === values.calendarId) ?? choices[0]
    if (chosen === undefined) {
      toast({ sentence: words.noCalendar, kind: 'bad' })
      return
    }
    const id = `fa-${crypto.randomUUID()}`
    openEditor({
      heading: words.newEvent,
      refusal: words.refused.create,
      isUnsaved,
      values: { ...values, calendarId: chosen.id },
      calendars: choices,
      canRepeat: true,
      canMeetOnline: choices.some(({ hasTeams }) => hasTeams),
      isSeries: false,
      keptZone: undefined,
      onSave(entered) {
        const { calendarId, title } = entered
        const fields = { title, ...fieldsOf(entered, undefined, undefined) }
        return save(
          { kind: 'create', calendarId, itemId: id, target: { eventId: id }, title, fields },
          draftOf(id, entered),
        )
      },
      onClose: (isSaved) => onClosed(isSaved ? id : undefined),
    })
  }

  function openForEdit(item: CalendarItem, scope: Scope): void {
    const before = valuesOf(item)
    const isSeries = scope === 'all' && item.isOwnSeries
    const isOwn = item.ownId !== undefined
    const zone = item.allDay || item.start.zone === timeZone ? undefined : item.start.zone
    openEditor({
      heading: isSeries ? words.editSeries : words.editEvent,
      refusal: words.refused.edit,
      isUnsaved: false,
      values: before,
      calendars: [],
      canRepeat: isSeries || (isOwn && !item.isRecurring),
      canMeetOnline: calendars().find(({ id }) => id === item.calendarId)?.hasTeams ?? false,
      isSeries,
      keptZone: zone,
      async onSave(values) {
        const fields = fieldsOf(values, before, item)
        return Object.keys(fields).length === 0 ? undefined : save(editRequest(item, scope, fields))
      },
      onClose: () => onClosed(item.id),
    })
  }

  async function answer(item: CalendarItem, request: AnswerRequest): Promise<void> {
    const release = shown.wish((other) => (other.id === item.id ? withAnswer(other, request.answer) : other))
    const refused = await sendAnswer(request)
    if (refused === undefined) await reread()
    else toast({ sentence: `${words.refused.answer(titleOf(item))} ${sentenceOf(refused.problem)}`, kind: 'bad' })
    release()
  }

  return {
    create: (span) => openForNew(newValues('', span)),
    async edit(item) {
      const scope = await scopeFor(item, words.scopeEdit)
      if (scope === undefined) onClosed(item.id)
      else openForEdit(item, scope)
    },
    async move(item, span) {
      const asking = shown.wish((other) => (other.id === item.id ? withFields(other, {}, span) : other))
      const scope = await scopeFor(item, words.scopeEdit)
      const sent = scope && saveOrExplain(editRequest(item, scope, moveFields(item, scope, span)))
      asking()
      onClosed(item.id)
      await sent
    },
    async remove(item) {
      const scope = await scopeFor(item, words.scopeDelete)
      if (scope === undefined) onClosed(item.id)
      else await deletions.remove(deleteRequest(item, scope))
    },
    answer: (item, status) => answer(item, answerRequest(item, status)),
    retry({ request }) {
      const item = shown.find(request.itemId)
      if (request.kind === 'create') openForNew(valuesAgain(request.calendarId, request.fields), true)
      else if (request.kind === 'delete') void deletions.remove(request)
      else if (request.kind === 'answer') item && void answer(item, request)
      else void saveOrExplain({ ...request, basedOn: item?.version ?? request.basedOn })
    },
  }
}
