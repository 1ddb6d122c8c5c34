// The narrow door for who calls models without evaluating anything: how answers, streams and limits are read.
export { assembleStream } from './model-calls/assemble-stream.ts';
export { createMinuteWindow, type MinuteWindow } from './model-calls/minute-window.ts';
export { guessTokens, readTokens } from './model-calls/read-usage.ts';
export { compileValue, type Template } from './tasks/template.ts';
