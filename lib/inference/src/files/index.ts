export { writeFileAtomic } from './atomic';
export { bytesOf } from './bytes';
export { checksum, hashFile, type Checksum } from './checksum';
export { download, DownloadError, removeDownload, type DownloadOptions } from './download';
export { extractTar, gunzipFile, type ExtractOptions } from './extract';
export { namingFile, parseJson, readJsonFile, readJsonFileSync } from './json';
export { withLock, type LockOptions } from './lock';
export { withTemporaryFolder } from './temporary';
export { type DownloadProgress } from './transfer';
