import type { SshBoard } from './capabilities.ts';
import { type Refusal, refusal } from './refusal.ts';

/** ssh's words for what went wrong, what that means, and what to do; the first that matches wins. */
const CAUSES: readonly (readonly [pattern: RegExp, meaning: string])[] = [
  [
    /Host key verification failed|REMOTE HOST IDENTIFICATION HAS CHANGED/i,
    'its host key is unknown or has changed. Compare the key, then add it: ssh-keyscan -H HOST >> ~/.ssh/known_hosts, or set appium:ssh knownHostsFile.',
  ],
  [
    /Permission denied|Too many authentication failures|no such identity|Load key/i,
    'it refuses the key. Check appium:ssh identityFile, the user name, and authorized_keys on the board; passwords are never asked for.',
  ],
  [
    /Could not resolve hostname|Name or service not known/i,
    'nobody knows that host name. Check appium:ssh destination.',
  ],
  [
    /Connection refused|Connection timed out|timed out|No route to host|Network is unreachable|Connection closed|Connection reset/i,
    'it cannot be reached. Is the board on, does sshd run, is appium:ssh port right?',
  ],
  [
    /remote port forwarding failed|administratively prohibited/i,
    'its sshd allows no tunnel to the blob server. Set AllowTcpForwarding yes (or remote) in its sshd_config.',
  ],
];

/** True when the words are ssh's own, not those of the command on the board. */
export function isSshFailure(words: string): boolean {
  return CAUSES.some(([pattern]) => pattern.test(words));
}

/** What ssh said, in words that help. */
export function sshFailure(board: SshBoard, stderr: string): Refusal {
  const meaning = CAUSES.find(([pattern]) => pattern.test(stderr))?.[1];
  const words = stderr.trim().split('\n').slice(-6).join('\n');
  return refusal(
    `No session on the board ${board.destination}: ${meaning ?? 'ssh failed.'}\nssh said: ${words || 'nothing'}`,
  );
}
