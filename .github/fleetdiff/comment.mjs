// One comment on a pull request: written once, updated from then on. It knows its own by a marker that nobody sees.
// Everything comes from the environment: see "Comment on the pull request" in action.yml. It needs no gh, because images
// of containers rarely have it.
import { summaryText } from './summary-text.mjs';

const {
  GITHUB_API_URL,
  GITHUB_SERVER_URL,
  GITHUB_REPOSITORY,
  GITHUB_RUN_ID,
  GITHUB_TOKEN,
  PULL_REQUEST,
  HEAD_SHA,
  NAME,
  RUN,
  EXIT_CODE,
  REPORT_URL,
} = process.env;
const PAGE = 100;

const marker = `<!-- fleetdiff ${NAME} -->`;
const comments = `/repos/${GITHUB_REPOSITORY}/issues/${PULL_REQUEST}/comments`;

try {
  const own = await ownComment();
  if (own === undefined) await ask('POST', comments, { body: body() });
  else await ask('PATCH', `/repos/${GITHUB_REPOSITORY}/issues/comments/${own.id}`, { body: body() });
} catch (error) {
  // The verdict does not hang on a comment: a pull request from a fork has a token that may only read.
  const why = oneLine(error.cause?.code ?? error.message);
  console.log(`::warning::The comment was not written (${why}); the step summary says the same.`);
}

/** Somebody else may write the marker, too: only a bot's comment is taken. */
async function ownComment() {
  for (let page = 1; ; page += 1) {
    const found = await ask('GET', `${comments}?per_page=${PAGE}&page=${page}`);
    const own = found.find(({ user, body }) => user?.type === 'Bot' && body?.startsWith(marker));
    if (own !== undefined || found.length < PAGE) return own;
  }
}

function body() {
  const job = `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}`;
  const links = [...(REPORT_URL ? [`[report.html and the whole run](${REPORT_URL})`] : []), `[log](${job})`];
  return `${marker}\n${summaryText(RUN, EXIT_CODE)}\n${links.join(' · ')} · of ${HEAD_SHA}\n`;
}

async function ask(method, address, content) {
  const answer = await fetch(`${GITHUB_API_URL}${address}`, {
    method,
    headers: {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${GITHUB_TOKEN}`,
      'content-type': 'application/json',
      'x-github-api-version': '2022-11-28',
    },
    ...(content === undefined ? {} : { body: JSON.stringify(content) }),
    signal: AbortSignal.timeout(30_000),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} was answered with ${answer.status}`);
  return JSON.parse(text);
}

function oneLine(text) {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
