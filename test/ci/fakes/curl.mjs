// Stands for curl, as far as docs/ci.md uses it: images for Node bring it, this machine need not.
import { readFileSync } from 'node:fs';

const words = process.argv.slice(2);
const form = new URLSearchParams();
const headers = {};
let method = 'GET';
let url;
let mustSucceed = false;
while (words.length > 0) {
  const word = words.shift();
  if (word === '--fail') mustSucceed = true;
  else if (word === '--silent' || word === '--show-error') continue;
  else if (word === '--request') method = words.shift();
  else if (word === '--header') {
    const [, name, value] = /^([^:]+): (.*)$/.exec(words.shift());
    headers[name] = value;
  } else if (word === '--data-urlencode') {
    const [, name, file] = /^([a-z]+)@(.*)$/.exec(words.shift());
    form.set(name, readFileSync(file, 'utf8'));
  } else if (word.startsWith('-')) throw new Error(`the fake curl does not know ${word}`);
  else url = word;
}
const answer = await fetch(url, { method, headers, ...(method === 'GET' ? {} : { body: form }) });
if (!answer.ok && mustSucceed) process.exit(22);
process.stdout.write(await answer.text());
