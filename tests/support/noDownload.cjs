// Loaded into a process before anything else (NODE_OPTIONS=--require): Pulumi's CLI cannot be downloaded, because
// the server does not answer or because the connection fails. All other requests are sent.
const systemFetch = globalThis.fetch;

globalThis.fetch = (url, ...rest) => {
  if (!String(url).startsWith("https://get.pulumi.com/")) {
    return systemFetch(url, ...rest);
  }
  if (process.env.DOWNLOAD === "hangs") {
    setInterval(() => {}, 1_000);
    return new Promise(() => {});
  }
  return Promise.reject(new TypeError("fetch failed"));
};
