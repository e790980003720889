import { Readable } from "node:stream";

/** A socket hands out no more than this at once. */
const chunkSize = 65_536;

/**
 * A request handler for the SDK's client that answers at once, so that what is left to measure is the client's own
 * work: building, signing and reading. First `live`, where a small fake of DynamoDB answers; then `replay`, which gives
 * the same answers in the same order again, without looking at the requests.
 */
export class StubNetwork {
  metadata = { handlerProtocol: "http/1.1" };
  #respond;
  #pages = [];
  #turn = 0;
  /** How many requests came since the replay began. */
  requests = 0;
  #recorded = [];

  /**
   * @param {(operation: string, input: object) => object} respond Gives the output of each request.
   * @param {{ record?: boolean }} [options] Whether the answers are kept for `replay`.
   */
  live(respond, { record = true } = {}) {
    this.#recorded = record ? [] : undefined;
    this.#respond = respond;
  }

  /** Gives the answers that the live time has had, over and over. Returns their texts. */
  replay() {
    this.play(this.#recorded);
    return this.#recorded;
  }

  /** @param {readonly string[]} texts The answers to give, over and over. */
  play(texts) {
    this.#respond = undefined;
    this.#pages = texts.map(pageOf);
    this.#turn = 0;
    this.requests = 0;
  }

  handle({ body, headers }) {
    const response = responseOf(this.#respond ? this.#answer(body, headers) : this.#next());
    // As from a socket: by way of the event loop, without which timers and weak references never come to their turn.
    return new Promise((resolve) => setImmediate(resolve, { response }));
  }

  #answer(body, headers) {
    const [, operation] = headers["x-amz-target"].split(".");
    // Bytes or text, as the SDK's version has it.
    const input = JSON.parse(typeof body === "string" ? body : new TextDecoder().decode(body));
    const text = JSON.stringify(this.#respond(operation, input));
    this.#recorded?.push(text);
    return pageOf(text);
  }

  #next() {
    const page = this.#pages[this.#turn];
    this.requests++;
    this.#turn = (this.#turn + 1) % this.#pages.length;
    return page;
  }

  updateHttpClientConfig() {}

  httpHandlerConfigs() {
    return {};
  }

  destroy() {}
}

function pageOf(text) {
  const bytes = Buffer.from(text);
  const chunks = [];
  for (let start = 0; start < bytes.length; start += chunkSize) {
    chunks.push(bytes.subarray(start, start + chunkSize));
  }
  return { chunks, length: String(bytes.length) };
}

function responseOf({ chunks, length }) {
  let place = 0;
  const body = new Readable({
    read() {
      this.push(place < chunks.length ? chunks[place++] : null);
    },
  });
  const headers = {
    server: "Server",
    date: "Wed, 01 Jan 2025 00:00:00 GMT",
    "content-type": "application/x-amz-json-1.0",
    "content-length": length,
    connection: "keep-alive",
    "x-amzn-requestid": "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ABCDEF",
    "x-amz-crc32": "2745614147",
  };
  return { statusCode: 200, headers, body };
}
