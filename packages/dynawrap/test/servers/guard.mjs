// node guard.mjs PID [DIRECTORY]: ends the server PID and removes its data when the test run that holds
// the other end of our standard input is gone, however it went: Ctrl-C, a crash or SIGKILL.
import { rmSync } from "node:fs";

const pid = Number(process.argv[2]);
const directory = process.argv[3];

process.stdin.resume().on("close", () => {
  let patience = 100;
  const timer = setInterval(() => {
    try {
      process.kill(pid, patience > 0 ? "SIGINT" : "SIGKILL");
      patience -= 1;
    } catch {
      clearInterval(timer);
      if (directory) rmSync(directory, { recursive: true, force: true });
    }
  }, 50);
});
