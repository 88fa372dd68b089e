import { type Random, randomId } from '../../../../shared/core/random.ts'

const IMMUTABLE = 'AAkALg'
const REGULAR = 'AAMkAD'
const OCCURRENCE = /^(AAkALg.*)O(\d{4})(\d{2})(\d{2})A=$/

/**
 * Makes event ids. Two in a row differ in the case of one letter only, because Exchange ids are case-sensitive and a
 * client that folds case must fail here as well.
 */
export function createIds(random: Random): { next(): string } {
  let stem: string | undefined
  return {
    next() {
      if (stem !== undefined) {
        const twin = `${stem}q=`
        stem = undefined
        return twin
      }
      stem = `${IMMUTABLE}${randomId(random)}AAA`
      return `${stem}Q=`
    },
  }
}

/** The id of the occurrence that the pattern puts on `date`; it stays the same when that occurrence is moved. */
export const occurrenceId = (masterId: string, date: string): string => `${masterId}O${date.replaceAll('-', '')}A=`

/** The series and the date an occurrence id stands for; undefined for ids of other items. */
export function parseOccurrenceId(id: string): { masterId: string; date: string } | undefined {
  const [, masterId, year, month, day] = OCCURRENCE.exec(id) ?? []
  return masterId === undefined ? undefined : { masterId, date: `${year}-${month}-${day}` }
}

/** The form of an id that a request without `IdType="ImmutableId"` sees. Ids of imported payloads have one form only. */
export const toRegularId = (id: string): string =>
  id.startsWith(IMMUTABLE) ? REGULAR + id.slice(IMMUTABLE.length) : id

/** Either form of an id as the mailbox keeps it. */
export const fromRegularId = (id: string): string =>
  id.startsWith(REGULAR) ? IMMUTABLE + id.slice(REGULAR.length) : id
