import { readFileSync } from 'node:fs'

/** The kernel counts processor time in hundredths of a second, as nearly every Linux is built. */
const MS_PER_TICK = 10
const USER_TIME = 11
const SYSTEM_TIME = 12

/**
 * The processor time that a process has taken so far, in milliseconds. What else runs on the machine changes it little,
 * unlike the time that passes meanwhile.
 * @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */
export function processorMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The name of the program, in parentheses, may have spaces in it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[USER_TIME]) + Number(fields[SYSTEM_TIME])) * MS_PER_TICK
}
