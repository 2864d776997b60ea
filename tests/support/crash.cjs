// Loaded into a process before anything else: on a signal it meets an error that nobody catches, with a secret in all its parts.
const secret = process.env.CRASH_SECRET;

const leaky = () =>
  Object.assign(new TypeError(`no password ${secret}\n    at ${secret}`, { cause: new Error(secret) }), {
    code: "PARSE_ERROR",
    response: { bodyAsText: secret, headers: { authorization: `Bearer ${secret}` } },
  });

process.on("SIGUSR2", () => {
  throw leaky();
});
process.on("SIGHUP", () => {
  void Promise.reject(leaky());
});
process.on("SIGCONT", () => {
  void Promise.reject(secret);
});
