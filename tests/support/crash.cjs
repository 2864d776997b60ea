// Preloaded into a process: on a signal it throws an uncaught error with a secret in all its parts.
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
