export { judgeFile, judgeModule, openJudge } from './judge';
export { ANSWER_MIME, callSource, shownAnswer, takeSource } from './kernel';
export type { Call, Judge, JudgeModule, Verdict } from './types';
export { decode, encode, type Builder, type Wire } from './wire';
