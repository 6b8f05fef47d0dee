export { openCell, sealCell } from './cells';
export { type Ask, declaringCell, isJudged, Judge, type JudgeOptions, type Verdict } from './judge';
