import type { DeleteRequest } from '../../../change-request.ts'
import type { CalendarItem } from '../../../messages.ts'
import { text } from '../../language.ts'
import type { Shown } from '../shown.ts'
import { sendDeletion, sendUndo } from './send.ts'
import { sentenceOf, titleOf } from './sentences.ts'
import { toast } from './toasts.ts'

const words = text.editing

interface Dependencies {
  shown: Shown
  reread: () => Promise<void>
  /** The item is there again. */
  onBack: (itemId: string) => void
}

/** Deletions that show at once and can be undone for as long as their toast is there, with Ctrl+Z the newest first. */
export function createDeletions({ shown, reread, onBack }: Dependencies) {
  const undos = new Set<() => void>() // the last one is the newest

  document.addEventListener('keydown', (event) => {
    const isUndo = (event.ctrlKey || event.metaKey) && event.key === 'z'
    const isTyping = event.target instanceof Element && event.target.closest('input, textarea, dialog') !== null
    if (!isUndo || isTyping || undos.size === 0) return
    event.preventDefault()
    ;[...undos].at(-1)?.()
  })

  async function undo(id: string, request: DeleteRequest, release: () => void): Promise<void> {
    const refused = await sendUndo(id)
    await reread()
    release()
    onBack(request.itemId)
    if (refused === undefined) toast({ sentence: words.undone(titleOf(request)), kind: 'good', lastsMs: 3000 })
    else toast({ sentence: sentenceOf(refused.problem), kind: 'bad' })
  }

  return {
    async remove(request: DeleteRequest): Promise<void> {
      const title = titleOf(request)
      const release = shown.wish((item) => (isMeant(request, item) ? undefined : item))
      const answer = await sendDeletion(request)
      if ('problem' in answer) {
        release()
        toast({ sentence: `${words.refused.delete(title)} ${sentenceOf(answer.problem)}`, kind: 'bad' })
        return
      }
      const node = toast({
        sentence: request.isSeries ? words.deletedSeries(title) : words.deleted(title),
        actions: [{ name: words.undo, run: () => void undo(answer.id, request, release) }],
        onEnd: (isUndone) => {
          undos.delete(undoThis)
          if (!isUndone) void reread().then(release)
        },
      })
      const undoThis = () => node.querySelector('button')?.click()
      undos.add(undoThis)
      if (document.activeElement === document.body) node.querySelector('button')?.focus()
    },
  }
}

const isMeant = ({ itemId, isSeries, target }: DeleteRequest, item: CalendarItem): boolean =>
  isSeries === true && 'eventId' in target ? item.ownId === target.eventId : item.id === itemId
