import { readFileSync } from 'node:fs'

const EVERY_MS = 50

/** The most memory that a process, and those that took its place after a kill, have had resident, in MiB. */
export interface MemoryWatch {
  peak(): number
  stop(): void
}

/** @param pidOf the process of this moment; its memory since its start counts. */
export function watchMemory(pidOf: () => number): MemoryWatch {
  let peak = 0
  const look = () => {
    peak = Math.max(peak, residentMiB(pidOf(), 'VmHWM'))
  }
  const timer = setInterval(look, EVERY_MS)
  return {
    peak: () => {
      look()
      return peak
    },
    stop: () => clearInterval(timer),
  }
}

/**
 * What the kernel says is resident now (`VmRSS`), or was at most (`VmHWM`); 0 when there is no such process.
 * @see https://man7.org/linux/man-pages/man5/proc_pid_status.5.html
 */
export function residentMiB(pid: number, field: 'VmRSS' | 'VmHWM' = 'VmRSS'): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) / 1024
  } catch {
    return 0
  }
}
