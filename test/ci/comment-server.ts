import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Comment {
  readonly id: number;
  readonly body: string;
  readonly user: { readonly type: string };
  readonly author: { readonly id: number };
}

export interface CommentServer {
  readonly url: string;
  readonly comments: Comment[];
  /** Method and path of every request. */
  readonly requests: string[];
}

const OWN = { user: { type: 'Bot' }, author: { id: 7 } };

/** Comments of one pull request as GitHub's REST API has them, and notes of one merge request as GitLab's. */
export async function serveComments(
  options: { readonly before?: readonly Omit<Comment, 'id'>[]; readonly mayWrite?: boolean } = {},
): Promise<CommentServer> {
  const { before = [], mayWrite = true } = options;
  const comments: Comment[] = before.map((each, index) => ({ ...each, id: index + 1 }));
  const requests: string[] = [];
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
    const method = request.method ?? '';
    requests.push(`${method} ${pathname}`);
    const isKnown =
      request.headers.authorization === 'Bearer token' || request.headers['private-token'] === 'token';
    const answer = (status: number, content: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content));
    };
    if (!isKnown) return answer(401, {});
    if (pathname === '/user') return answer(200, OWN.author);
    if (method === 'GET') {
      const [page, size] = [searchParams.get('page') ?? 1, searchParams.get('per_page') ?? 30].map(
        Number,
      ) as [number, number];
      return answer(200, comments.slice((page - 1) * size, page * size));
    }
    if (!mayWrite) return answer(403, { message: 'Resource not accessible by integration' });
    const body = await bodyOf(request);
    if (method === 'POST') {
      comments.push({ ...OWN, id: comments.length + 1, body });
      return answer(201, comments.at(-1));
    }
    const at = comments.findIndex(({ id }) => pathname.endsWith(`/${id}`));
    comments[at] = { ...comments[at]!, body };
    return answer(200, comments[at]);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, comments, requests };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const text = Buffer.concat(await request.toArray()).toString();
  if (request.headers['content-type']?.startsWith('application/json')) return JSON.parse(text).body;
  return new URLSearchParams(text).get('body') ?? '';
}
