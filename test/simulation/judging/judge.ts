import { agreementKeyOf } from '../../../shared/push/agreement.ts'
import { isOfEarlierLife } from '../people/wish.ts'
import { type Case, factsOf } from './judge-facts.ts'
import { judgeWrite } from './judge-writes.ts'
import { lost } from './lost.ts'
import { undeleted } from './undeleted.ts'

const MOST_SHOWN = 6

/** What was done to the mailbox that must not be, and what was not done although it was asked for (I1, I3, I4, I5). */
export function judge(one: Case): readonly string[] {
  const facts = factsOf(one)
  const done = one.entries.flatMap((entry) =>
    entry.by === 'graph' && entry.position > one.lifeBegan ? judgeWrite(facts, entry) : [],
  )
  const unknown = one.wishes.filter(
    (wish) => wish.action !== undefined && !isOfEarlierLife(one, wish) && facts.actionOf(wish) === undefined,
  )
  return [
    ...unknown.map(({ action }) => `I2: action ${action} was accepted and is not stored`),
    ...[...done, ...duplicates(one), ...lost(facts), ...undeleted(facts)],
  ].slice(0, MOST_SHOWN)
}

/** Events that are there twice: under one name, or saying what was said of one event only. */
function duplicates({ mailbox }: Case): string[] {
  const seen = new Set<unknown>()
  return mailbox.calendars().flatMap(({ store }) =>
    [...store.items.values()].flatMap(({ transactionId, fields: { subject } }) => {
      // Who was invited to it keeps what was cancelled, each time that it was made and deleted again.
      const said = String(subject).startsWith('Canceled: ') ? undefined : subject
      const names = [agreementKeyOf(transactionId), said].filter((name) => name !== undefined)
      const isThere = names.some((name) => seen.has(name))
      for (const name of names) seen.add(name)
      return isThere ? [`I3: there are two of "${subject}"`] : []
    }),
  )
}
