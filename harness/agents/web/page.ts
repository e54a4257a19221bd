/** The page that a browser session loads; it holds nothing but the agent. Served below the session's token as `agent/`. */
export const PAGE_HTML = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>fleetdiff agent</title>
<link rel="icon" href="data:,">
<script type="module" src="web/agent.js"></script>
</head>
<body></body>
</html>
`;
