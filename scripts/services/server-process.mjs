// Starts servers that outlive this process, and remembers which ones, so that only those are stopped again.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), '.cache/services');

/** The folder of a server: its data, its log and the record of its process. Made when missing. */
export function serverFolder(name) {
  const folder = join(root, name);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Runs a command to its end and throws with its output when it fails. */
export function run(command, args, options = {}) {
  const result = spawnSync(command, args, { encoding: 'utf8', ...options });
  if (result.error) throw result.error;
  if (result.status !== 0) throw new Error(`${command} failed:\n${result.stdout}${result.stderr}`);
  return result.stdout;
}

/** Starts a server in a session of its own, its output in `<name>.log`, and records it for `stopServer`. */
export function startServer(name, command, args, { env, ...options } = {}) {
  const folder = serverFolder(name);
  const log = openSync(join(folder, `${name}.log`), 'a');
  const child = spawn(command, args, {
    cwd: folder,
    env: { ...process.env, ...env },
    ...options,
    detached: true,
    stdio: ['ignore', log, log],
  });
  child.unref();
  writeFileSync(recordOf(name), JSON.stringify({ pid: child.pid, startTime: startTimeOf(child.pid) }));
}

/** Stops the server that `startServer` recorded and waits until it is gone; tells whether there was one. */
export async function stopServer(name) {
  if (!existsSync(recordOf(name))) return false;
  const { pid, startTime } = JSON.parse(readFileSync(recordOf(name), 'utf8'));
  const isRunning = () => startTimeOf(pid) === startTime;
  const found = isRunning();
  if (found) {
    process.kill(-pid, 'SIGTERM');
    await until(() => !isRunning(), 30, `${name} did not stop`);
  }
  rmSync(recordOf(name));
  return found;
}

/** Waits until the condition holds, and throws the message when it does not within the seconds. */
export async function until(condition, seconds, message) {
  const deadline = Date.now() + seconds * 1000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(message);
    await sleep(200);
  }
}

function recordOf(name) {
  return join(serverFolder(name), 'process.json');
}

/** When the process started, in clock ticks: a process id alone may have been given to another process since. */
function startTimeOf(pid) {
  try {
    const afterName = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ');
    const [state, startTime] = [afterName[0], afterName[19]];
    return state === 'Z' ? undefined : startTime;
  } catch {
    return undefined;
  }
}
