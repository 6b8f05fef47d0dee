'use strict';
const { execFileSync } = require('node:child_process');
const { readFileSync } = require('node:fs');

function startTime(pid) {
  try {
    if (process.platform === 'linux') {
      const fields = statFields(pid);
      return fields[0] === 'Z' ? undefined : fields[19];
    }
    if (process.platform === 'win32') return isSignalable(pid) ? 'running' : undefined;
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined;
  }
}

/** The fields of /proc/PID/stat after the program's name, which may hold anything. */
const statFields = (pid) =>
  readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');

function parentOf(pid) {
  try {
    return Number(statFields(pid)[1]);
  } catch {
    return undefined;
  }
}

function isSignalable(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function identify(pid) {
  return { pid, startTime: startTime(pid) };
}

function isRunning(identity) {
  return identity?.startTime !== undefined && startTime(identity.pid) === identity.startTime;
}

function signalGroup(pid, signal) {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

module.exports = { identify, isRunning, parentOf, signalGroup, startTime };
