import { stderr } from 'node:process'
import { Presets, SingleBar } from 'cli-progress'

/** How far something long has come. */
export interface Progress {
  /** @param of how much there is to do in all, as far as it is known by now. */
  at(done: number, of: number): void
  end(): void
}

/** A bar in a terminal; nothing where standard error is a file or a pipe. */
export function createProgress(what: string): Progress {
  if (!stderr.isTTY) return NO_PROGRESS
  const format = `${what} {bar} {percentage} % | {value} of {total} | {eta_formatted} left`
  const bar = new SingleBar({ format, clearOnComplete: true, hideCursor: true, stream: stderr }, Presets.shades_grey)
  let started = false
  return {
    at(done, of) {
      if (!started) bar.start(of, done)
      started = true
      bar.setTotal(of)
      bar.update(done)
    },
    end: () => bar.stop(),
  }
}

export const NO_PROGRESS: Progress = { at: () => undefined, end: () => undefined }
