import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { freePort, pollUntil } from './appium-server.ts';

const SSHD = '/usr/sbin/sshd';

/** An sshd on loopback with keys of its own: a board whose home folder is `home`. */
export interface TestBoard {
  readonly destination: string;
  readonly port: number;
  readonly identityFile: string;
  /** A key that is let in, but gets no tunnel. */
  readonly tunnellessIdentityFile: string;
  /** A key that nobody has allowed. */
  readonly strangerIdentityFile: string;
  readonly knownHostsFile: string;
  readonly home: string;
  /** How often somebody was let in. */
  logins(): number;
  close(): Promise<void>;
}

export async function startBoard(): Promise<TestBoard> {
  if (!existsSync(SSHD))
    throw new Error(`There is no ${SSHD}: apt-get install openssh-server (nothing needs to run).`);
  const folder = mkdtempSync(path.join(tmpdir(), 'fleetdiff-test-board-'));
  const [host, user, tunnelless, stranger] = ['host', 'user', 'tunnelless', 'stranger'].map((name) =>
    keyPair(folder, name),
  );
  const home = path.join(folder, 'home');
  mkdirSync(home);
  const authorizedKeys = path.join(folder, 'authorized_keys');
  writeFileSync(authorizedKeys, `${publicKey(user)}no-port-forwarding ${publicKey(tunnelless)}`);
  const port = await freePort();
  const config = path.join(folder, 'sshd_config');
  writeFileSync(
    config,
    `HostKey ${host}\nAuthorizedKeysFile ${authorizedKeys}\nPidFile none\nStrictModes no\nUsePAM no\nPasswordAuthentication no\n` +
      `KbdInteractiveAuthentication no\nPermitRootLogin prohibit-password\nSetEnv HOME=${home}\nMaxStartups 100\n`,
  );
  // sshd started as root wants its empty folder, which the package's service makes at boot.
  if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true });
  const sshd = spawn(SSHD, ['-D', '-e', '-f', config, '-o', 'ListenAddress=127.0.0.1', '-p', String(port)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  sshd.stderr.on('data', (chunk) => {
    log += chunk;
  });
  await pollUntil('sshd listens', 10_000, async () => {
    if (sshd.exitCode !== null) throw new Error(`sshd ended with ${sshd.exitCode}: ${log}`);
    return log.includes('Server listening');
  });
  const knownHostsFile = path.join(folder, 'known_hosts');
  writeFileSync(knownHostsFile, `[127.0.0.1]:${port} ${publicKey(host)}`);
  return {
    destination: `${userInfo().username}@127.0.0.1`,
    port,
    identityFile: user as string,
    tunnellessIdentityFile: tunnelless as string,
    strangerIdentityFile: stranger as string,
    knownHostsFile,
    home,
    logins: () => log.split('Accepted publickey').length - 1,
    async close() {
      sshd.kill('SIGTERM');
      if (sshd.exitCode === null && sshd.signalCode === null) await once(sshd, 'exit');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function keyPair(folder: string, name: string): string {
  const file = path.join(folder, name);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', file]);
  return file;
}

function publicKey(file: string | undefined): string {
  return readFileSync(`${file}.pub`, 'utf8');
}
