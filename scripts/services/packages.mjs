// Packages of Debian, installed where that is possible without asking anybody.
import { existsSync } from 'node:fs';
import { run } from './server-process.mjs';

/**
 * Installs those that are missing.
 *
 * @param otherwise what to do by hand where this is not root on Debian; the process ends with it
 */
export function installPackages(packages, otherwise) {
  const missing = packages.filter((name) => !isInstalled(name));
  if (missing.length === 0) return;
  if (!existsSync('/etc/debian_version') || process.getuid() !== 0) {
    console.error(`Install ${missing.join(', ')}, or ${otherwise}`);
    process.exit(1);
  }
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  run('apt-get', ['update', '-q'], { env });
  run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...missing], { env });
}

function isInstalled(name) {
  try {
    return run('dpkg', ['--status', name]).includes('install ok installed');
  } catch {
    return false;
  }
}
