'use strict';
const { execFileSync } = require('node:child_process');
const { readFileSync } = require('node:fs');

/** What `ps` says of a process, the same in every language and time zone. */
const ask = (pid, field) =>
  execFileSync('ps', ['-o', `${field}=`, '-p', String(pid)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
  }).trim();

/** How a system tells of its processes: from /proc, from ps, or (Windows) only whether one runs. */
const INSPECTION = {
  linux: {
    startTime: (pid) => {
      const fields = statFields(pid);
      return fields[0] === 'Z' ? undefined : fields[19];
    },
    parentOf: (pid) => Number(statFields(pid)[1]),
  },
  ps: {
    startTime: (pid) => (ask(pid, 'stat').startsWith('Z') ? undefined : ask(pid, 'lstart') || undefined),
    parentOf: (pid) => Number(ask(pid, 'ppid')),
  },
  win32: {
    startTime: (pid) => (isSignalable(pid) ? 'running' : undefined),
    parentOf: (pid) => (isSignalable(pid) ? 0 : undefined),
  },
};

function inspect(what, pid, platform) {
  try {
    return (INSPECTION[platform] ?? INSPECTION.ps)[what](pid);
  } catch {
    return undefined;
  }
}

const startTime = (pid, platform = process.platform) => inspect('startTime', pid, platform);
const parentOf = (pid, platform = process.platform) => inspect('parentOf', pid, platform);

/** The fields of /proc/PID/stat after the program's name, which may hold anything. */
const statFields = (pid) =>
  readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');

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

function signalGroup(pid, signal, platform = process.platform) {
  try {
    if (platform === 'win32') execFileSync('taskkill', ['/PID', String(pid), '/T', '/F'], { stdio: 'ignore' });
    else process.kill(-pid, signal);
  } catch (error) {
    if (platform !== 'win32' && error.code !== 'ESRCH') throw error;
  }
}

module.exports = { identify, isRunning, parentOf, signalGroup, startTime };
