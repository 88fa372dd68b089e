import { type StoredBody, textOf } from '../mailbox/body.ts'

/** A body as Exchange tells it: HTML is a whole document, and text is what is left of it without markup. */
export const bodyAs = (body: StoredBody | null | undefined, type: 'html' | 'text'): object => ({
  contentType: type,
  content: type === 'html' ? (body?.content ?? '') : textOf(body),
})

/** The first 255 characters of the text. */
export const previewOf = (body: StoredBody | null | undefined): string => textOf(body).slice(0, 255)
