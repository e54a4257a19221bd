import { errors } from 'appium/driver.js';
import { agentBundle } from './agent-bundle.ts';
import type { LaunchRequest, SessionRequest } from './capabilities.ts';
import { inheritedEnvironment } from './environment.ts';
import type { Launcher } from './launch.ts';
import { bundleFolder, inspectBoard, shellQuoted, sshArguments, uploadBundle } from './ssh-board.ts';
import { isSshFailure, sshFailure } from './ssh-failure.ts';
import { withDeadline } from './with-deadline.ts';

const TUNNEL_TIMEOUT_MS = 15_000;

/** Starts agents on a board: brings the agent there when the board lacks it, and the blob server by a tunnel. */
export async function sshLauncher(
  request: SessionRequest,
  launch: Extract<LaunchRequest, { kind: 'ssh' }>,
  folder: string,
): Promise<Launcher> {
  const { board, blobServer } = launch;
  const facts = await inspectBoard(board);
  const bundle = await agentBundle(request, facts.arch);
  const target = bundleFolder(facts, bundle);
  if (!facts.bundles.includes(bundle.sha256)) await uploadBundle(board, target, bundle);
  let tunnel = new Tunnel();
  return {
    command: (delegateEnv) => {
      tunnel = new Tunnel();
      const variables = Object.entries({ ...request.env, ...delegateEnv }).map(
        ([name, value]) => `${name}=${value}`,
      );
      const words = ['env', ...variables, board.node, `${target}/node/main.js`].map(shellQuoted);
      const options = blobServer === undefined ? [] : ['ExitOnForwardFailure=yes'];
      const forward = blobServer === undefined ? [] : ['-R', `0:${new URL(blobServer).host}`];
      return {
        command: 'ssh',
        args: [...forward, ...sshArguments(board, options), `exec ${words.join(' ')}`],
        cwd: folder,
        env: inheritedEnvironment(),
      };
    },
    explain: (death) => (isSshFailure(death.message) ? sshFailure(board, death.message) : death),
    onLogLine: (line) => tunnel.readLine(line),
    async reachable(blobUrl) {
      if (blobServer === undefined) {
        throw new errors.InvalidArgumentError(
          'This session has no tunnel to a blob server: set appium:blobServer to http://127.0.0.1:PORT when you start it.',
        );
      }
      const url = new URL(blobUrl);
      if (url.origin !== blobServer) {
        throw new errors.InvalidArgumentError(
          `The job's blobs are at ${url.origin}, but this session's tunnel leads to ${blobServer}.`,
        );
      }
      return `http://127.0.0.1:${await tunnel.port()}${url.pathname.replace(/\/$/, '')}`;
    },
  };
}

/** The board's end of a reverse tunnel: sshd picks a free port, and the ssh client says which on stderr. */
class Tunnel {
  readonly #port: Promise<number>;
  #resolve: (port: number) => void = () => {};

  constructor() {
    this.#port = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  readLine(line: string): void {
    const port = /^Allocated port (\d+) for remote forward/.exec(line.trim())?.[1];
    if (port !== undefined) this.#resolve(Number(port));
  }

  port(): Promise<number> {
    const silence = 'ssh did not say which port the tunnel to the blob server got.';
    return withDeadline(this.#port, TUNNEL_TIMEOUT_MS, silence);
  }
}
