/**
 * How old data is at most that was put back from a backup, in days: Azure keeps the files for 28 and may need two more to
 * delete them (`infra/modules/backup-storage.bicep`).
 */
export const OLDEST_BACKUP_DAYS = 35
