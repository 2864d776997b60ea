/** Loaded into a process before anything else: notes when it sent each request and when an answer came, line by line. */
const { subscribe } = require("node:diagnostics_channel");
const { appendFileSync } = require("node:fs");

const note = (what) =>
  appendFileSync(process.env.CLIENT_TIMES_FILE, `${JSON.stringify({ ...what, at: performance.now() })}\n`);

subscribe("http.client.request.start", ({ request }) => {
  note({ sent: `${request.method} ${request.path}` });
});
subscribe("http.client.response.finish", ({ request, response }) => {
  const { statusCode: status, headers } = response;
  note({
    answered: `${request.method} ${request.path}`,
    status,
    retryAfter: Number(headers["retry-after"] ?? 0),
  });
});
