import { StringDecoder } from 'node:string_decoder';

/** Cuts a byte stream of an untrusted process into lines, and gives up on one that has no end. */
export class LineReader {
  readonly #maxLength: number;
  readonly #onLine: (line: string) => void;
  readonly #onOverlong: () => void;
  readonly #decoder = new StringDecoder('utf8');
  #parts: string[] = [];
  #length = 0;

  constructor(maxLength: number, onLine: (line: string) => void, onOverlong: () => void) {
    this.#maxLength = maxLength;
    this.#onLine = onLine;
    this.#onOverlong = onOverlong;
  }

  readonly push = (chunk: Buffer): void => {
    const [first = '', ...rest] = this.#decoder.write(chunk).split('\n');
    this.#append(first);
    for (const text of rest) {
      const line = this.#parts.join('');
      this.#parts = [];
      this.#length = 0;
      this.#onLine(line.endsWith('\r') ? line.slice(0, -1) : line);
      this.#append(text);
    }
  };

  #append(text: string): void {
    if (text === '') return;
    this.#length += text.length;
    if (this.#length > this.#maxLength) {
      this.#parts = [];
      this.#length = 0;
      this.#onOverlong();
      return;
    }
    this.#parts.push(text);
  }
}
