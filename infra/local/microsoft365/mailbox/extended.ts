import type { ExtendedProperty } from './event.ts'

/** The properties after a write: those it names in place of the ones before. */
export function withExtended(
  before: readonly ExtendedProperty[],
  given: readonly ExtendedProperty[],
): readonly ExtendedProperty[] {
  const named = new Set(given.map(({ id }) => extendedKey(id)))
  return [...before.filter(({ id }) => !named.has(extendedKey(id))), ...given]
}

/**
 * An extended property's id in the form that equal properties share: names are compared as they are, the kind and the
 * GUID before them in any case.
 */
export function extendedKey(id: string): string {
  const [, kind = '', name = ''] = /^(\S+\s+\{[^}]*\}\s+(?:name|id)\s+)(.*)$/i.exec(id) ?? []
  return kind === '' ? id : kind.toLowerCase().replace(/\s+/g, ' ') + name
}
