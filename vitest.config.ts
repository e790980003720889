import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (path: string) => fileURLToPath(new URL(`packages/dynawrap/src/${path}`, import.meta.url));

export default defineConfig({
  resolve: {
    // Tests and examples run against the source; only test/package and test/types look at the build.
    alias: [
      { find: /^dynawrap$/, replacement: source("index.ts") },
      { find: /^dynawrap\/(connect|testing\/oracle)$/, replacement: source("$1.ts") },
      { find: /^dynawrap\/([^.]+)$/, replacement: source("$1/index.ts") },
    ],
  },
  test: {
    include: [
      "packages/*/test/**/*.test.ts",
      "examples/*/test/**/*.test.ts",
      "docs/test/**/*.test.ts",
      "bench/test/**/*.test.ts",
    ],
    globalSetup: ["packages/dynawrap/test/servers/global-setup.ts"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
    // Java, PostgreSQL and the workers share as few as two cores.
    maxWorkers: 2,
    restoreMocks: true,
  },
});
