export { kind as notebooks, type NotebooksRequest } from './notebooks';
export { type KernelRequest } from './request';
export { kind as submissions, type GradedSubmission, type SubmissionsRequest } from './submissions';
