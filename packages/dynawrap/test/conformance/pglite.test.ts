import { describeContract } from "./contract.js";

describeContract("pglite", {
  "A key may begin with a byte order mark": "PGlite decodes text with a TextDecoder that drops the mark",
});
