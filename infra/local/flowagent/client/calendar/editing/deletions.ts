import type { DeleteRequest } from '../../../change-request.ts'
import type { CalendarItem } from '../../../messages.ts'
import { text } from '../../language.ts'
import type { Shown } from '../shown.ts'
import { sentenceOf } from './editor.ts'
import { sendDeletion, sendUndo } from './send.ts'
import { toast } from './toasts.ts'

const words = text.editing

interface Dependencies {
  shown: Shown
  reread: () => Promise<void>
  /** The item is there again. */
  onBack: (itemId: string) => void
}

/** Deletions that show at once and can be undone for as long as their toast is there, also with Ctrl+Z. */
export function createDeletions({ shown, reread, onBack }: Dependencies) {
  let undoLast: (() => void) | undefined

  document.addEventListener('keydown', (event) => {
    const isUndo = (event.ctrlKey || event.metaKey) && event.key === 'z'
    const isTyping = event.target instanceof Element && event.target.closest('input, textarea, dialog') !== null
    if (!isUndo || isTyping || undoLast === undefined) return
    event.preventDefault()
    undoLast()
  })

  async function undo(id: string, { itemId, title }: DeleteRequest, release: () => void): Promise<void> {
    const refused = await sendUndo(id)
    await reread()
    release()
    onBack(itemId)
    if (refused === undefined)
      toast({ sentence: words.undone(title || text.details.untitled), kind: 'good', lastsMs: 3000 })
    else toast({ sentence: sentenceOf(refused.problem), kind: 'bad' })
  }

  return {
    async remove(request: DeleteRequest): Promise<void> {
      const title = request.title || text.details.untitled
      const release = shown.wish((item) => (isMeant(request, item) ? undefined : item))
      const answer = await sendDeletion(request)
      if ('problem' in answer) {
        release()
        toast({ sentence: `${words.refused.delete(title)} ${sentenceOf(answer.problem)}`, kind: 'bad' })
        return
      }
      const { node } = toast({
        sentence: request.isSeries ? words.deletedSeries(title) : words.deleted(title),
        action: { name: words.undo, run: () => void undo(answer.id, request, release) },
        onEnd: () => {
          if (undoLast === undoThis) undoLast = undefined
          void reread().then(release)
        },
      })
      const undoThis = () => node.querySelector('button')?.click()
      undoLast = undoThis
      if (document.activeElement === document.body) node.querySelector('button')?.focus()
    },
  }
}

const isMeant = ({ itemId, isSeries, target }: DeleteRequest, item: CalendarItem): boolean =>
  isSeries === true && 'eventId' in target ? item.ownId === target.eventId : item.id === itemId
