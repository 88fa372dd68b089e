import { type EpochMs, epochMs } from '../core/time.ts'

/** A backup's name is the UTC time at which it was begun, `20261121T140003Z`, so that names are in order. */
export const BACKUP_ID = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/

export const idOf = (at: EpochMs): string => `${new Date(at).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`

export const beganAt = (id: string): EpochMs => epochMs(Date.parse(id.replace(BACKUP_ID, '$1-$2-$3T$4:$5:$6Z')))

export const isOfDay = (id: string, at: EpochMs): boolean => id.slice(0, 8) === idOf(at).slice(0, 8)
