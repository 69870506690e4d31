// Berth's Node.js runtime: asks the Lambda Runtime API for events and calls the handler with each.
import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");
// How many invocations run at a time, between each other's awaits.
const concurrency = Number(process.env.AWS_LAMBDA_MAX_CONCURRENCY ?? 1);
const agent = new http.Agent({ keepAlive: true, maxSockets: concurrency, noDelay: true });

// When the connection is gone, so is the executor, and there is nothing left to do here.
function connectionGone() {
  process.exit(1);
}

function request(method, under, body, errorType) {
  return requestPath(method, `/2018-06-01/runtime/${under}`, body, errorType);
}

function requestPath(method, path, body, errorType) {
  return new Promise((resolve) => {
    const headers = {};
    if (body !== undefined) {
      headers["Content-Type"] = "application/json";
      headers["Content-Length"] = body.length;
    }
    if (errorType) {
      headers["Lambda-Runtime-Function-Error-Type"] = errorType.replace(/[^\x20-\x7e]/g, "?");
    }
    const sent = http.request(
      { host, port, agent, method, headers, path },
      (response) => {
        const parts = [];
        response.on("data", (part) => parts.push(part));
        response.on("error", connectionGone);
        response.on("aborted", connectionGone);
        response.on("end", () =>
          resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(parts) }),
        );
      },
    );
    sent.on("error", connectionGone);
    sent.end(body);
  });
}

function errorObject(error, errorType, message) {
  const isError = error instanceof Error;
  return {
    errorType: errorType ?? (isError ? error.name : typeof error),
    errorMessage: message ?? (isError ? error.message : String(error)),
    stackTrace: isError && error.stack ? error.stack.split("\n") : [],
  };
}

function encoded(value) {
  return Buffer.from(JSON.stringify(value));
}

class InitError extends Error {
  constructor(described) {
    super(described.errorMessage);
    this.described = described;
  }
}

async function loadHandler(root, name) {
  const dot = name.lastIndexOf(".");
  if (dot < 1) {
    throw new InitError({
      errorType: "Runtime.MalformedHandlerName",
      errorMessage: `Bad handler '${name}': it must read file.function`,
      stackTrace: [],
    });
  }
  const moduleName = name.slice(0, dot);
  const functionName = name.slice(dot + 1);
  const file = [".js", ".mjs", ".cjs"]
    .map((ending) => path.join(root, moduleName + ending))
    .find((candidate) => fs.existsSync(candidate));
  if (!file) {
    throw new InitError({
      errorType: "Runtime.ImportModuleError",
      errorMessage: `Cannot find module '${moduleName}' (.js, .mjs or .cjs) in the code package`,
      stackTrace: [],
    });
  }
  let loaded;
  try {
    loaded = await import(pathToFileURL(file));
  } catch (error) {
    const errorType = error instanceof SyntaxError ? "Runtime.UserCodeSyntaxError" : undefined;
    throw new InitError(errorObject(error, errorType));
  }
  const handler = loaded[functionName] ?? loaded.default?.[functionName];
  if (typeof handler !== "function") {
    throw new InitError({
      errorType: "Runtime.HandlerNotFound",
      errorMessage: `${name} is undefined or not exported`,
      stackTrace: [],
    });
  }
  return handler;
}

function contextOf(headers, finish) {
  const deadlineMs = Number(headers["lambda-runtime-deadline-ms"]);
  const clientContext = headers["lambda-runtime-client-context"];
  return {
    awsRequestId: headers["lambda-runtime-aws-request-id"],
    invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
    tenantId: headers["lambda-runtime-aws-tenant-id"],
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: clientContext ? JSON.parse(clientContext) : undefined,
    identity: undefined,
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
    done: (error, result) => finish(error, result),
    succeed: (result) => finish(null, result),
    fail: (error) => finish(error ?? new Error("failed")),
  };
}

function call(handler, event, headers) {
  return new Promise((resolve, reject) => {
    const finish = (error, result) => (error ? reject(error) : resolve(result));
    const returned = handler(event, contextOf(headers, finish), finish);
    if (returned && typeof returned.then === "function") {
      returned.then(resolve, reject);
    } else if (handler.length < 3 && returned !== undefined) {
      resolve(returned);
    } else if (handler.length < 2) {
      resolve(returned);
    }
  });
}

// Headers are bytes to HTTP and latin1 to Node; Berth writes UTF-8.
function decodeHeaders(raw) {
  const headers = {};
  for (const [name, value] of Object.entries(raw)) {
    headers[name] = Buffer.from(String(value), "latin1").toString("utf8");
  }
  return headers;
}

const current = new Set();

async function report(error, errorType) {
  const described = errorObject(error, errorType);
  console.error(`[ERROR] ${described.errorType}: ${described.errorMessage}\n${described.stackTrace.join("\n")}`);
  // It is not known which of them it came from, and the process ends with all.
  const under = current.size > 0 ? [...current].map((id) => `invocation/${id}/error`) : ["init/error"];
  await Promise.all(under.map((path) => request("POST", path, encoded(described), described.errorType)));
}

async function run(handler, headers, body) {
  let event;
  try {
    event = body.length > 0 ? JSON.parse(body) : {};
  } catch (error) {
    return { outcome: "error", described: errorObject(error, "Runtime.UnmarshalError") };
  }
  let result;
  try {
    result = await call(handler, event, headers);
  } catch (error) {
    return { outcome: "error", described: errorObject(error) };
  }
  try {
    return { outcome: "response", answer: Buffer.from(JSON.stringify(result === undefined ? null : result)) };
  } catch (error) {
    return { outcome: "error", described: errorObject(error, "Runtime.MarshalError") };
  }
}

let dying = false;
for (const [name, errorType] of [
  ["uncaughtException", undefined],
  ["unhandledRejection", "Runtime.UnhandledPromiseRejection"],
]) {
  process.on(name, async (error) => {
    if (!dying) {
      dying = true;
      await report(error, errorType);
      process.exit(129);
    }
  });
}

// What many handlers import, and what takes a while: loaded before anybody waits for it.
const COMMON = (
  "assert async_hooks buffer child_process crypto dns events fs/promises https module net os perf_hooks querystring " +
  "stream stream/promises string_decoder timers/promises tls util worker_threads zlib"
).split(" ");

// Makes this prewarmed process what one that was started with its function's environment would be by now.
async function becomeFunction() {
  await Promise.all(COMMON.map((name) => import(`node:${name}`)));
  // The first module that is compiled costs more than the next.
  await import("data:text/javascript,export default 1");
  const { status, body } = await requestPath("GET", "/berth/2026-11-01/code");
  if (status !== 200) {
    console.error(`The Runtime API refused this container's code: ${status}`);
    process.exit(1);
  }
  delete process.env.BERTH_PREWARMED;
  for (const pair of body.toString("utf8").split("\0\0")[0].split("\0")) {
    const at = pair.indexOf("=");
    process.env[pair.slice(0, at)] = pair.slice(at + 1);
  }
}

if (process.env.BERTH_PREWARMED) {
  await becomeFunction();
}

let handler;
try {
  handler = await loadHandler(process.env.LAMBDA_TASK_ROOT, process.env._HANDLER);
} catch (error) {
  const described = error instanceof InitError ? error.described : errorObject(error);
  console.error(`[ERROR] ${described.errorType}: ${described.errorMessage}`);
  await request("POST", "init/error", encoded(described), described.errorType);
  process.exit(1);
}

async function serve() {
  for (;;) {
    const next = await request("GET", "invocation/next");
    if (next.status !== 200) {
      console.error(`The Runtime API refused an event: ${next.status} ${next.body}`);
      process.exit(1);
    }
    const headers = decodeHeaders(next.headers);
    const id = headers["lambda-runtime-aws-request-id"];
    current.add(id);
    if (concurrency === 1) {
      // What the invocation before belonged to is not what this one does.
      delete process.env._X_AMZN_TRACE_ID;
      if (headers["lambda-runtime-trace-id"]) {
        process.env._X_AMZN_TRACE_ID = headers["lambda-runtime-trace-id"];
      }
    }
    const { outcome, answer, described } = await run(handler, headers, next.body);
    if (described) {
      console.error(`[ERROR] ${described.errorType}: ${described.errorMessage}\n${described.stackTrace.join("\n")}`);
    }
    await request("POST", `invocation/${id}/${outcome}`, answer ?? encoded(described), described?.errorType);
    current.delete(id);
  }
}

await Promise.all(Array.from({ length: concurrency }, serve));
